import { encodeTlv } from '@tegata/der';
import { Bsp, sealSegments } from '../cryptography/bsp.ts';
import type { RandomSource } from '../cryptography/random-source.ts';
import type { SessionKeys } from '../cryptography/session-keys.ts';
import { SegmentSeriesTag, SegmentTag } from '../objects/es8plus.ts';

/** Keys a profile is protected with before it is known who will get it (PPK), 16 octets each. Secret, one set per profile. */
export interface ProfileProtectionKeys {
  readonly initialMacChainingValue: Uint8Array;
  readonly ppkEnc: Uint8Array;
  readonly ppkCmac: Uint8Array;
}

/** A fresh set of keys. */
export function newProfileProtectionKeys(random: RandomSource): ProfileProtectionKeys {
  return { initialMacChainingValue: random(16), ppkEnc: random(16), ppkCmac: random(16) };
}

/** The keys as a secure channel uses them. */
export function sessionKeysOf({ initialMacChainingValue, ppkEnc, ppkCmac }: ProfileProtectionKeys): SessionKeys {
  return { initialMcv: initialMacChainingValue, sEnc: ppkEnc, sMac: ppkCmac };
}

/**
 * sequenceOf86 of bound profile packages: the object A3 with all its segments (SGP.22 section 2.5.3).
 *
 * Made once when a profile is prepared. Each binding puts the same octets behind a few new ones, so that a download costs
 * only its asymmetric cryptography.
 *
 * @param upp unprotected profile package: all profile elements, DER, one after the other
 */
export function protectProfilePackage(upp: Uint8Array, ppk: ProfileProtectionKeys): Uint8Array {
  return sealProfilePackage(new Bsp(sessionKeysOf(ppk)), upp);
}

/** The object A3 under the keys of a secure channel that has come so far. */
export function sealProfilePackage(bsp: Bsp, upp: Uint8Array): Uint8Array {
  return encodeTlv(SegmentSeriesTag.sequenceOf86, ...sealSegments(bsp, SegmentTag.profile, upp));
}

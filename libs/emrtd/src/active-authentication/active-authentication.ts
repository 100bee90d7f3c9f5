import { createHash, type KeyObject, verify } from 'node:crypto';
import { encodeTlv, integer, objectIdentifier, sequence, sequenceOf } from '@tegata/der';
import { SecurityInfos } from '../chip-access/security-infos.ts';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { anyObject, publicKeyOf } from '../passive-authentication/algorithms.ts';
import { malformed, readFile } from '../reading.ts';
import { recoversMessage } from './message-recovery.ts';

/** Octets of a challenge to a chip (ICAO 9303-11 section 6.1). */
export const challengeOctets = 8;

/** ActiveAuthenticationInfo, ICAO 9303-11 section 9.2.6. */
const ActiveAuthenticationInfo = sequence(0x30, {
  protocol: objectIdentifier(0x06),
  version: integer(0x02, 1, 1),
  signatureAlgorithm: objectIdentifier(0x06),
});
const activeAuthenticationProtocol = '2.23.136.1.1.5';
/** ecdsa-plain-signatures of BSI TR-03111; that with SHA-1 is taken for nothing. */
const plainSignatures: Readonly<Record<string, string>> = {
  '0.4.0.127.0.7.1.1.4.1.2': 'sha224',
  '0.4.0.127.0.7.1.1.4.1.3': 'sha256',
  '0.4.0.127.0.7.1.1.4.1.4': 'sha384',
  '0.4.0.127.0.7.1.1.4.1.5': 'sha512',
};

/** DG14 (ICAO 9303-10 section 4.7.14). */
const DataGroup14 = sequenceOf(0x6e, SecurityInfos, 1, 1);
/** DG15 (ICAO 9303-10 section 4.7.15): SubjectPublicKeyInfo. */
const DataGroup15 = sequenceOf(0x6f, anyObject, 1, 1);

/** What a chip has to answer a challenge with. */
export interface ActiveAuthenticationKey {
  readonly key: KeyObject;
  /** digest of ECDSA; undefined for RSA, whose signatures name theirs */
  readonly digest: string | undefined;
}

/**
 * The key in DG15. That the group was signed is for passive authentication to say.
 * @param dg14 says how an elliptic key is used; RSA needs none
 * @throws EmrtdRefusal `CHIP_FILE_MALFORMED`, `CHIP_ALGORITHM_UNSUPPORTED`: RSA below 2048 bits, SHA-1, other curves
 */
export function activeAuthenticationKey(dg15: Uint8Array, dg14: Uint8Array | undefined): ActiveAuthenticationKey {
  const [info] = readFile('DG15', dg15, (octets) => DataGroup15.decode(octets));
  const key = publicKeyOf(info!);
  if (key.asymmetricKeyType !== 'ec') return { key, digest: undefined };
  const [infos = []] = dg14 ? readFile('DG14', dg14, (octets) => DataGroup14.decode(octets)) : [];
  const own = infos.find(({ protocol }) => protocol === activeAuthenticationProtocol);
  if (!own) throw malformed('DG14', 'does not say how the key of DG15 signs');
  const { signatureAlgorithm } = readFile('DG14', own.raw, (octets) => ActiveAuthenticationInfo.decode(octets));
  const digest = plainSignatures[signatureAlgorithm];
  if (digest === undefined) {
    throw new EmrtdRefusal('CHIP_ALGORITHM_UNSUPPORTED', `signature ${signatureAlgorithm} is not accepted`);
  }
  return { key, digest };
}

/**
 * Active authentication (ICAO 9303-11 section 6.1): whether the chip with this key has answered this challenge.
 * @param challenge 8 octets
 * @param signature RSA with message recovery, or ECDSA as r | s
 * @throws EmrtdRefusal `CHIP_ALGORITHM_UNSUPPORTED` for one that holds by SHA-1
 */
export function answersChallenge(
  { key, digest }: ActiveAuthenticationKey,
  challenge: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (digest === undefined) return recoversMessage(key, signature, challenge);
  return verify(digest, challenge, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** What a chip is asked to sign for. */
export interface ChallengeBinding {
  /** UUID in text form */
  readonly contractId: string;
  /** 32 digits */
  readonly eid: string;
  /** nonce of the contract, 32 octets */
  readonly nonce: Uint8Array;
}

/**
 * The challenge for one contract, eUICC and nonce: the first 8 octets of SHA-256 over DER of the three under a name, so that an
 * answer is of no use elsewhere, and nobody has to draw one.
 */
export function chipChallenge({ contractId, eid, nonce }: ChallengeBinding): Uint8Array {
  const text = (value: string) => encodeTlv(0x0c, Buffer.from(value));
  const bound = encodeTlv(
    0x30,
    text('tegata active authentication v1'),
    text(contractId.toLowerCase()),
    text(eid),
    encodeTlv(0x04, nonce),
  );
  return createHash('sha256').update(bound).digest().subarray(0, challengeOctets);
}

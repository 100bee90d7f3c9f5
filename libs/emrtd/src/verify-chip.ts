import { createHash } from 'node:crypto';
import { activeAuthenticationKey, answersChallenge } from './active-authentication/active-authentication.ts';
import { EmrtdRefusal } from './emrtd-refusal.ts';
import { type ChipMrz, type FacialImage, readDataGroup1, readDataGroup2 } from './lds/index.ts';
import { dayAt } from './mrz/index.ts';
import type { CscaTrust } from './passive-authentication/csca-trust.ts';
import { authenticateSecurityObject, requireSignedDataGroup } from './passive-authentication/passive-authentication.ts';

/** Files of the chip of a travel document or identity card, as read from it (ICAO 9303-10). */
export interface ChipFiles {
  /** EF.SOD, at most 64 KiB */
  readonly sod: Uint8Array;
  /** EF.DG1: machine readable zone */
  readonly dg1: Uint8Array;
  /** EF.DG2: portrait, at most 1 MiB */
  readonly dg2: Uint8Array;
  /** EF.DG14: how the chip does what it does, where it has one */
  readonly dg14?: Uint8Array | undefined;
  /** EF.DG15: key of active authentication, where it has one */
  readonly dg15?: Uint8Array | undefined;
}

/** What a chip has answered to a challenge. */
export interface ChipAnswer {
  /** 8 octets */
  readonly challenge: Uint8Array;
  readonly signature: Uint8Array;
}

/** Whether the data were seen to come from the chip that the state has issued, and by what. `none`: a copy would look the same. */
export type CloneDetection = 'active-authentication' | 'none';

/** What the issuing state vouches for. */
export interface VerifiedChip {
  readonly mrz: ChipMrz;
  readonly portrait: FacialImage;
  /** SHA-256 of the document signer's certificate, hex: for the audit record */
  readonly signerFingerprint: string;
  readonly cloneDetection: CloneDetection;
}

/**
 * Verifies the files of a chip: passive authentication, then what they say, and who answered.
 *
 * Files alone prove that the issuing state signed these data, not that they come from the genuine chip: copied files pass as well.
 * With the chip's answer to a challenge they do, and an answer that is wrong is refused.
 *
 * @param at time of the check
 * @param answer of the chip to a challenge that nobody could foresee
 * @throws EmrtdRefusal
 */
export function verifyChip(
  { sod, dg1, dg2, dg14, dg15 }: ChipFiles,
  trust: CscaTrust,
  at: Date,
  answer?: ChipAnswer,
): VerifiedChip {
  const digests = authenticateSecurityObject(sod, trust, at);
  requireSignedDataGroup(digests, 1, dg1);
  requireSignedDataGroup(digests, 2, dg2);
  if (dg14) requireSignedDataGroup(digests, 14, dg14);
  if (dg15) requireSignedDataGroup(digests, 15, dg15);
  const mrz = readDataGroup1(dg1, at);
  if (mrz.expiryDate < dayAt(at)) {
    throw new EmrtdRefusal('CHIP_DOCUMENT_EXPIRED', 'the document has expired');
  }
  const portrait = readDataGroup2(dg2);
  if (answer) requireAnswer({ dg14, dg15 }, answer);
  const cloneDetection = answer ? 'active-authentication' : 'none';
  return { mrz, portrait, signerFingerprint: fingerprint(digests.signer.raw), cloneDetection };
}

/**
 * The answer to a challenge is by the key of DG15. Whether that group was signed is not looked at here.
 * @throws EmrtdRefusal `CHIP_NOT_GENUINE`, `CHIP_ALGORITHM_UNSUPPORTED`, `CHIP_FILE_MALFORMED`
 */
export function requireAnswer(
  { dg14, dg15 }: Pick<ChipFiles, 'dg14' | 'dg15'>,
  { challenge, signature }: ChipAnswer,
): void {
  if (!dg15) throw new EmrtdRefusal('CHIP_FILE_MALFORMED', 'an answer to a challenge without DG15');
  if (answersChallenge(activeAuthenticationKey(dg15, dg14), challenge, signature)) return;
  throw new EmrtdRefusal('CHIP_NOT_GENUINE', 'the answer to the challenge is not by the key of DG15');
}

const fingerprint = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

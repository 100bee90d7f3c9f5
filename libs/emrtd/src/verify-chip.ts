import { createHash } from 'node:crypto';
import { EmrtdRefusal } from './emrtd-refusal.ts';
import { type FacialImage, readDataGroup1, readDataGroup2 } from './lds/index.ts';
import type { Mrz } from './mrz/index.ts';
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
}

/** What the issuing state vouches for. */
export interface VerifiedChip {
  readonly mrz: Mrz;
  readonly portrait: FacialImage;
  /** SHA-256 of the document signer's certificate, hex: for the audit record */
  readonly signerFingerprint: string;
}

/**
 * Verifies the files of a chip: passive authentication, then what they say.
 *
 * It proves that the issuing state signed these data, not that they come from the genuine chip: copied files pass as well.
 * That is what chip authentication or a live reading is for.
 *
 * @param at time of the check
 * @throws EmrtdRefusal
 */
export function verifyChip({ sod, dg1, dg2 }: ChipFiles, trust: CscaTrust, at: Date): VerifiedChip {
  const digests = authenticateSecurityObject(sod, trust, at);
  requireSignedDataGroup(digests, 1, dg1);
  requireSignedDataGroup(digests, 2, dg2);
  const mrz = readDataGroup1(dg1, at);
  if (mrz.expiryDate! < at.toISOString().slice(0, 10)) {
    throw new EmrtdRefusal('CHIP_DOCUMENT_EXPIRED', 'the document has expired');
  }
  const portrait = readDataGroup2(dg2);
  return { mrz, portrait, signerFingerprint: fingerprint(digests.signer.raw) };
}

const fingerprint = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

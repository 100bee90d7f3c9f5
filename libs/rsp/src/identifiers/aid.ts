import { IdentifierError } from './identifier-error.ts';
import { fromHex } from './nibbles.ts';

/** AID of the ISD-R (SGP.02, SGP.22 section 3). */
export const ISD_R_AID: Uint8Array = fromHex('A0000005591010FFFFFFFF8900000100');
/** AID of the ECASD. */
export const ECASD_AID: Uint8Array = fromHex('A0000005591010FFFFFFFF8900000200');

const ISD_P_PREFIX = 'A0000005591010FFFFFFFF890000';
/** Numbers that ISD-P instances may have. */
export const FIRST_ISD_P = 0x1000;
export const LAST_ISD_P = 0xffff;

/**
 * AID of an ISD-P instance, 16 octets: the number, 0x1000 to 0xFFFF, is in the last two.
 *
 * @throws IdentifierError `BAD_AID`
 */
export function isdpAidOf(number: number): Uint8Array {
  if (!Number.isInteger(number) || number < FIRST_ISD_P || number > LAST_ISD_P) {
    throw new IdentifierError('BAD_AID', 'ISD-P instances are numbered 1000 to FFFF');
  }
  return fromHex(`${ISD_P_PREFIX}${number.toString(16).padStart(4, '0')}`);
}

import { IdentifierError } from './identifier-error.ts';
import { fromHex, toHex } from './nibbles.ts';

export { eidWithCheckDigits, isEid } from '@tegata/x509';

/**
 * The 16 octets of an EID, digits in order: `8904..` is `89 04 ..` (SGP.22 section 4.3.1).
 *
 * Check digits are not looked at: key derivation and lookups take an EID as it is. Use `isEid` where one enters the system.
 *
 * @throws IdentifierError `BAD_EID` for anything but 32 digits
 */
export function packEid(eid: string): Uint8Array {
  if (!/^\d{32}$/.test(eid)) throw new IdentifierError('BAD_EID', 'an EID has 32 digits');
  return fromHex(eid);
}

/**
 * The 32 digits of a packed EID.
 *
 * @throws IdentifierError `BAD_EID`
 */
export function unpackEid(octets: Uint8Array): string {
  const eid = toHex(octets);
  if (!/^\d{32}$/.test(eid)) throw new IdentifierError('BAD_EID', 'an EID has 16 octets of decimal digits');
  return eid;
}

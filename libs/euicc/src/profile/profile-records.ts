import { integer, octets, utf8String } from '@tegata/der';
import type { Transaction } from '../memory/memory.ts';
import { recordType } from '../memory/record-type.ts';
import { ApplicationEntrySchema } from './application-record.ts';
import {
  AuthenticationCountSchema,
  AuthenticationParametersSchema,
  SequenceNumbersSchema,
} from './authentication-record.ts';
import { CardFileSchema, type FilePath } from './card-file.ts';
import { PinSchema, PukSchema } from './verification-code.ts';

/**
 * Records of an installed profile. Each identifier begins with the AID of the ISD-P (32 hexadecimal digits) and a slash,
 * so that a profile is deleted by its AID.
 */

/** by path: what a file is */
export const fileRecord = recordType('profile-file', CardFileSchema);
/** by path: what is in an EF; apart from the rest, because it is what terminals and networks change */
export const contentRecord = recordType('profile-content', octets(0x04));
/** by path of the directory and key reference (two digits) */
export const pinRecord = recordType('profile-pin', PinSchema);
/** by path of a directory: path of the directory whose PINs are its own */
export const sharedPinsRecord = recordType('profile-shared-pins', utf8String(0x0c));
/** by reference (two digits) */
export const pukRecord = recordType('profile-puk', PukSchema);
/** by path of the ADF */
export const authenticationRecord = recordType('profile-authentication', AuthenticationParametersSchema);
/** by path of the ADF whose keys they are */
export const authenticationCountRecord = recordType('profile-authentication-count', AuthenticationCountSchema);
/** by path of the ADF */
export const sequenceNumbersRecord = recordType('profile-sequence-numbers', SequenceNumbersSchema);
/** by AID, hexadecimal: security domains, remote file management, load packages and applications */
export const applicationRecord = recordType('profile-application', ApplicationEntrySchema);
/** by AID of the security domain and key version number (two digits): CNTR of the last command packet that was taken */
export const packetCounterRecord = recordType('profile-packet-counter', integer(0x02, 0));
/** by path of the ADF: keys of a CSIM, the whole element */
export const cdmaRecord = recordType('profile-cdma', octets(0x04));
/** by number: elements of one issuer, whole */
export const nonStandardRecord = recordType('profile-non-standard', octets(0x04));

const ALL = [
  fileRecord,
  contentRecord,
  pinRecord,
  sharedPinsRecord,
  pukRecord,
  authenticationRecord,
  authenticationCountRecord,
  sequenceNumbersRecord,
  applicationRecord,
  packetCounterRecord,
  cdmaRecord,
  nonStandardRecord,
];

/** Identifier of a record of the profile in this ISD-P. */
export function inProfile(isdpAid: string, ...parts: readonly string[]): string {
  return [isdpAid, ...parts].join('/');
}

/** A key reference as it stands in identifiers. */
export function referenceText(reference: number): string {
  return reference.toString(16).toUpperCase().padStart(2, '0');
}

/** Identifier of a PIN. */
export function pinIdentifier(isdpAid: string, directory: FilePath, reference: number): string {
  return inProfile(isdpAid, directory, referenceText(reference));
}

/** Removes everything of the profile in this ISD-P. */
export function deleteProfileRecords(transaction: Transaction, isdpAid: string): void {
  for (const type of ALL) transaction.deleteAll(type, inProfile(isdpAid, ''));
}

import { choice, type Decoded, explicit, integer, sequence, sequenceOf, utf8String } from '@tegata/der';
import { serverAddress, transactionId } from './elements.ts';

/** ES11: what an SM-DS answers where it differs from ES9+ (SGP.22 sections 5.8, 6.6.2). */

/** A profile waiting at an SM-DP+. */
export const EventEntry = sequence(0x30, {
  /** sent to the SM-DP+ as matchingId */
  eventId: utf8String(0x80, 0, 255),
  rspServerAddress: serverAddress(0x81),
});
export type EventEntry = Decoded<typeof EventEntry>;

export const AuthenticateClientEs11Error = {
  eumCertificateInvalid: 1,
  eumCertificateExpired: 2,
  euiccCertificateInvalid: 3,
  euiccCertificateExpired: 4,
  euiccSignatureInvalid: 5,
  eventIdUnknown: 6,
  invalidTransactionId: 7,
  undefinedError: 127,
} as const;

/** BF40. */
export const AuthenticateClientResponseEs11 = explicit(
  0xbf40,
  choice({
    authenticateClientOk: sequence(0xa0, { transactionId, eventEntries: sequenceOf(0xa1, EventEntry) }),
    /** see `AuthenticateClientEs11Error` */
    authenticateClientError: integer(0x81),
  }),
);
export type AuthenticateClientResponseEs11 = Decoded<typeof AuthenticateClientResponseEs11>;

import { choice, type Decoded, explicit, integer, objectIdentifier, sequence } from '@tegata/der';
import { signature, transactionId } from './elements.ts';

/** ES10b.CancelSession (SGP.22 section 5.7.14). */

/** The last three since v2.2. */
export const CancelSessionReason = {
  endUserRejection: 0,
  postponed: 1,
  timeout: 2,
  pprNotAllowed: 3,
  metadataMismatch: 4,
  loadBppExecutionError: 5,
  undefinedReason: 127,
} as const;

export const CancelSessionError = { invalidTransactionId: 5, undefinedError: 127 } as const;

/** BF41: what the LPA gives the eUICC. */
export const CancelSessionRequest = sequence(0xbf41, {
  transactionId,
  /** see `CancelSessionReason` */
  reason: integer(0x81),
});
export type CancelSessionRequest = Decoded<typeof CancelSessionRequest>;

/** What euiccCancelSessionSignature is over. */
export const EuiccCancelSessionSigned = sequence(0x30, {
  transactionId,
  /** registeredID of the certificate the server authenticated itself with */
  smdpOid: objectIdentifier(0x81),
  /** see `CancelSessionReason` */
  reason: integer(0x82),
});
export type EuiccCancelSessionSigned = Decoded<typeof EuiccCancelSessionSigned>;

export const CancelSessionResponseOk = sequence(0xa0, {
  euiccCancelSessionSigned: EuiccCancelSessionSigned,
  euiccCancelSessionSignature: signature,
});
export type CancelSessionResponseOk = Decoded<typeof CancelSessionResponseOk>;

/** BF41: what the eUICC answers; goes to the SM-DP+ as it is. */
export const CancelSessionResponse = explicit(
  0xbf41,
  choice({
    cancelSessionResponseOk: CancelSessionResponseOk,
    /** see `CancelSessionError` */
    cancelSessionResponseError: integer(0x81),
  }),
);
export type CancelSessionResponse = Decoded<typeof CancelSessionResponse>;

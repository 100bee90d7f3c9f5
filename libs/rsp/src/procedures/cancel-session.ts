import type { KeyObject } from 'node:crypto';
import { signatureHolds, signObjectNow } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { isSameTransactionId } from '../identifiers/transaction-id.ts';
import {
  CancelSessionError,
  CancelSessionRequest,
  CancelSessionResponse,
  EuiccCancelSessionSigned,
} from '../objects/cancel-session.ts';
import { EuiccReportedError, RspRefusal } from '../refusals/rsp-refusal.ts';
import type { EuiccSession } from './authenticate-server.ts';
import { received } from './received.ts';

/** Outcome of ES10b.CancelSession. */
export interface CancelSessionOutcome {
  /** octets of CancelSessionResponse, an error among them */
  readonly response: Uint8Array;
  /** whether the session is over */
  readonly cancelled: boolean;
}

/**
 * ES10b.CancelSession on the eUICC (SGP.22 section 5.7.14).
 *
 * @param octets CancelSessionRequest as received
 * @throws DerError for octets that are no CancelSessionRequest
 */
export function cancelSession(octets: Uint8Array, session: EuiccSession | undefined): CancelSessionOutcome {
  const { transactionId, reason } = CancelSessionRequest.decode(octets);
  if (session === undefined || !isSameTransactionId(transactionId, session.transactionId)) {
    const response = CancelSessionResponse.encode({
      kind: 'cancelSessionResponseError',
      value: CancelSessionError.invalidTransactionId,
    });
    return { response, cancelled: false };
  }
  const euiccCancelSessionSigned = EuiccCancelSessionSigned.encode({
    transactionId,
    smdpOid: session.server.oid,
    reason,
  });
  const euiccCancelSessionSignature = signObjectNow(
    session.credential.signer,
    signedData.euiccCancelSessionSignature(euiccCancelSessionSigned),
  );
  const response = CancelSessionResponse.encode({
    kind: 'cancelSessionResponseOk',
    value: { euiccCancelSessionSigned, euiccCancelSessionSignature },
  });
  return { response, cancelled: true };
}

/** What the SM-DP+ knows of the session that is to be cancelled. */
export interface CancellableSession {
  readonly transactionId: Uint8Array;
  readonly euiccPublicKey: KeyObject;
  /** registeredID of its CERT.DPauth */
  readonly smdpOid: string;
}

/**
 * ES9+.CancelSession on the SM-DP+ (SGP.22 section 5.6.5): what the eUICC signed as the reason.
 *
 * @param octets CancelSessionResponse as received
 * @returns reason, see `CancelSessionReason`
 * @throws RspRefusal; `EuiccReportedError` where the eUICC answered with an error
 */
export function verifyCancelSessionResponse(
  octets: Uint8Array,
  session: CancellableSession,
): { readonly reason: number } {
  const response = received(CancelSessionResponse, octets);
  if (response.kind === 'cancelSessionResponseError') throw new EuiccReportedError('CancelSession', response.value);
  const { euiccCancelSessionSigned: signed, euiccCancelSessionSignature } = response.value;
  const parts = signedData.euiccCancelSessionSignature(signed.raw);
  if (!signatureHolds(session.euiccPublicKey, euiccCancelSessionSignature, parts)) {
    throw new RspRefusal('EUICC_SIGNATURE_INVALID');
  }
  if (!isSameTransactionId(signed.transactionId, session.transactionId)) throw new RspRefusal('TRANSACTION_UNKNOWN');
  if (signed.smdpOid !== session.smdpOid) throw new RspRefusal('SMDP_OID_MISMATCH');
  return { reason: signed.reason };
}

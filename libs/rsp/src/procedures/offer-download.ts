import type { KeyObject } from 'node:crypto';
import type { Curve } from '@tegata/x509';
import { isHashCc } from '../cryptography/confirmation-code.ts';
import { isPointOnCurve } from '../cryptography/key-agreement.ts';
import { type Signer, signatureHolds, signObject } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { isSameTransactionId } from '../identifiers/transaction-id.ts';
import { PrepareDownloadResponse, SmdpSigned2 } from '../objects/prepare-download.ts';
import { EuiccReportedError, RspRefusal } from '../refusals/rsp-refusal.ts';
import { received } from './received.ts';

/** What an SM-DP+ offers to an eUICC that has authenticated itself. */
export interface DownloadOffer {
  readonly transactionId: Uint8Array;
  /** object 5F37, from the eUICC in this session */
  readonly euiccSignature1: Uint8Array;
  readonly confirmationCodeRequired: boolean;
  /** one-time key the package was bound to in an earlier try of this eUICC */
  readonly bppEuiccOtpk?: Uint8Array;
}

/** The offer as it is sent. */
export interface SignedDownloadOffer {
  /** octets of SmdpSigned2 */
  readonly smdpSigned2: Uint8Array;
  /** object 5F37 */
  readonly smdpSignature2: Uint8Array;
}

/**
 * Last part of ES9+.AuthenticateClient (SGP.22 section 5.6.3).
 *
 * @param signer key of CERT.DPpb, of the same CI and OID as the CERT.DPauth of this session
 */
export async function offerDownload(offer: DownloadOffer, signer: Signer): Promise<SignedDownloadOffer> {
  const smdpSigned2 = SmdpSigned2.encode({
    transactionId: offer.transactionId,
    ccRequiredFlag: offer.confirmationCodeRequired,
    bppEuiccOtpk: offer.bppEuiccOtpk,
  });
  const parts = signedData.smdpSignature2(smdpSigned2, offer.euiccSignature1);
  return { smdpSigned2, smdpSignature2: await signObject(signer, parts) };
}

/** What the SM-DP+ kept of the session when the eUICC accepts the offer. */
export interface OfferSession {
  readonly transactionId: Uint8Array;
  /** object 5F37 as it was sent */
  readonly smdpSignature2: Uint8Array;
  /** of the eUICC's verified certificate */
  readonly euiccPublicKey: KeyObject;
  /** curve of CERT.DPpb */
  readonly curve: Curve;
  /** SHA256 of the confirmation code where one is due */
  readonly confirmationCodeHash?: Uint8Array | undefined;
}

/**
 * First part of ES9+.GetBoundProfilePackage (SGP.22 section 5.6.2): verifies what the eUICC signed, then the confirmation code.
 *
 * @param octets PrepareDownloadResponse as received
 * @returns the one-time key to bind to, 65 octets of a point on the curve; and hashCc as the eUICC signed it, for a caller who
 *   judges the confirmation code apart (`isHashCc`)
 * @throws RspRefusal; of these `CONFIRMATION_CODE_REFUSED` counts against the order; `EuiccReportedError` where the eUICC
 *   answered with an error
 */
export function verifyPrepareDownloadResponse(
  octets: Uint8Array,
  session: OfferSession,
): { readonly euiccOtpk: Uint8Array; readonly hashCc: Uint8Array | undefined } {
  const response = received(PrepareDownloadResponse, octets);
  if (response.kind === 'downloadResponseError') {
    throw new EuiccReportedError('PrepareDownload', response.value.downloadErrorCode);
  }
  const { euiccSigned2, euiccSignature2 } = response.value;
  const parts = signedData.euiccSignature2(euiccSigned2.raw, session.smdpSignature2);
  if (!signatureHolds(session.euiccPublicKey, euiccSignature2, parts)) throw new RspRefusal('EUICC_SIGNATURE_INVALID');
  if (!isSameTransactionId(euiccSigned2.transactionId, session.transactionId)) {
    throw new RspRefusal('TRANSACTION_UNKNOWN');
  }
  requireConfirmationCode(euiccSigned2.hashCc, session);
  if (!isPointOnCurve(session.curve, euiccSigned2.euiccOtpk)) throw new RspRefusal('EUICC_ONE_TIME_KEY_INVALID');
  const { euiccOtpk, hashCc } = euiccSigned2;
  return { euiccOtpk, hashCc };
}

function requireConfirmationCode(hashCc: Uint8Array | undefined, session: OfferSession): void {
  if (session.confirmationCodeHash === undefined) return;
  if (hashCc === undefined) throw new RspRefusal('CONFIRMATION_CODE_MISSING');
  if (!isHashCc(hashCc, session.confirmationCodeHash, session.transactionId)) {
    throw new RspRefusal('CONFIRMATION_CODE_REFUSED');
  }
}

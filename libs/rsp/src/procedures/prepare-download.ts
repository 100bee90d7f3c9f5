import type { KeyObject } from 'node:crypto';
import {
  CertificateError,
  type ChainOptions,
  type Curve,
  checkSameServer,
  type VerifiedServerCertificate,
  verifyRspServerCertificate,
} from '@tegata/x509';
import type { OneTimeKey } from '../cryptography/key-agreement.ts';
import { signatureHolds, signObjectNow } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { isSameTransactionId } from '../identifiers/transaction-id.ts';
import {
  DownloadErrorCode,
  EUICCSigned2,
  PrepareDownloadRequest,
  PrepareDownloadResponse,
} from '../objects/prepare-download.ts';
import type { EuiccSession } from './authenticate-server.ts';

/** Name of an error of ES10b.PrepareDownload. */
export type DownloadErrorName = keyof typeof DownloadErrorCode;

/** What the eUICC keeps for the package that is to come. */
export interface PreparedDownload {
  readonly transactionId: Uint8Array;
  /** of CERT.DPpb */
  readonly smdpPublicKey: KeyObject;
  /** registeredID of the SM-DP+ */
  readonly smdpOid: string;
  readonly euiccOneTimeKey: OneTimeKey;
}

/** Outcome of ES10b.PrepareDownload. */
export interface PrepareDownloadOutcome {
  /** octets of PrepareDownloadResponse, an error among them */
  readonly response: Uint8Array;
  /** undefined when the offer was refused: the eUICC's session is over then */
  readonly download: PreparedDownload | undefined;
}

/**
 * The one-time key for a download: the stored one whose public key is `reuse` where there is such a one, a new one on the
 * curve otherwise.
 */
export type OneTimeKeySource = (curve: Curve, reuse: Uint8Array | undefined) => OneTimeKey;

/**
 * ES10b.PrepareDownload on the eUICC (SGP.22 section 5.7.5).
 *
 * @param octets PrepareDownloadRequest as received
 * @param session undefined when no server has authenticated itself
 * @throws DerError for octets that are no PrepareDownloadRequest
 */
export function prepareDownload(
  octets: Uint8Array,
  session: EuiccSession | undefined,
  oneTimeKey: OneTimeKeySource,
  at: Date,
  options: ChainOptions = {},
): PrepareDownloadOutcome {
  const request = PrepareDownloadRequest.decode(octets);
  const { transactionId, bppEuiccOtpk } = request.smdpSigned2;
  const refuse = (error: DownloadErrorName): PrepareDownloadOutcome => ({
    response: downloadError(transactionId, error),
    download: undefined,
  });
  if (session === undefined) return refuse('noSessionContext');
  const smdp = verifySmdp(request, session, at, options);
  if (typeof smdp === 'string') return refuse(smdp);
  const { publicKey, curve } = smdp.certificate;
  const parts = signedData.smdpSignature2(request.smdpSigned2.raw, session.euiccSignature1);
  if (!signatureHolds(publicKey, request.smdpSignature2, parts)) return refuse('invalidSignature');
  if (!isSameTransactionId(transactionId, session.transactionId)) return refuse('invalidTransactionId');

  const euiccOneTimeKey = oneTimeKey(curve, bppEuiccOtpk);
  const euiccSigned2 = EUICCSigned2.encode({
    transactionId,
    euiccOtpk: euiccOneTimeKey.publicKey,
    hashCc: request.hashCc,
  });
  const euiccSignature2 = signObjectNow(
    session.credential.signer,
    signedData.euiccSignature2(euiccSigned2, request.smdpSignature2),
  );
  return {
    response: PrepareDownloadResponse.encode({ kind: 'downloadResponseOk', value: { euiccSigned2, euiccSignature2 } }),
    download: { transactionId, smdpPublicKey: publicKey, smdpOid: smdp.oid, euiccOneTimeKey },
  };
}

/** Octets of a PrepareDownloadResponse that is an error. */
export function downloadError(transactionId: Uint8Array, error: DownloadErrorName): Uint8Array {
  return PrepareDownloadResponse.encode({
    kind: 'downloadResponseError',
    value: { transactionId, downloadErrorCode: DownloadErrorCode[error] },
  });
}

/** CERT.DPpb: under the CI of this session's CERT.DPauth, and of the same SM-DP+. */
function verifySmdp(
  request: PrepareDownloadRequest,
  session: EuiccSession,
  at: Date,
  options: ChainOptions,
): VerifiedServerCertificate | DownloadErrorName {
  try {
    const smdp = verifyRspServerCertificate(request.smdpCertificate, 'DPpb', session.ci, at, options);
    checkSameServer(session.server, smdp);
    return session.server.role === 'DPauth' ? smdp : 'invalidCertificate';
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    const wrongCurve = error.code === 'UNSUPPORTED_CURVE' || error.code === 'CURVE_MISMATCH';
    return wrongCurve ? 'unsupportedCurve' : 'invalidCertificate';
  }
}

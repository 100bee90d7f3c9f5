import type { KeyObject } from 'node:crypto';
import { type Certificate, type ChainOptions, type VerifiedEuicc, verifyEuiccChain } from '@tegata/x509';
import { signatureHolds } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { isSameServerAddress } from '../identifiers/server-address.ts';
import { isSameTransactionId } from '../identifiers/transaction-id.ts';
import { AuthenticateServerResponse, type CtxParams1 } from '../objects/authenticate-server.ts';
import type { EUICCInfo2 } from '../objects/euicc-info.ts';
import { EuiccReportedError, RspRefusal } from '../refusals/rsp-refusal.ts';
import { checkingCertificates, received } from './received.ts';

/** What the server kept of InitiateAuthentication. */
export interface AuthenticationSession {
  readonly transactionId: Uint8Array;
  readonly serverChallenge: Uint8Array;
  readonly serverAddress: string;
  /** the CI that the eUICC was told to sign under */
  readonly ci: Certificate;
}

/** An eUICC that has authenticated itself, with what it signed. */
export interface AuthenticatedEuicc extends VerifiedEuicc {
  /** of the eUICC's certificate: for all its signatures of the session */
  readonly publicKey: KeyObject;
  /** object 5F37, which smdpSignature2 is over too */
  readonly euiccSignature1: Uint8Array;
  readonly euiccInfo2: EUICCInfo2;
  readonly deviceInfo: CtxParams1['deviceInfo'];
  /** empty where the LPA sent none */
  readonly matchingId: string;
}

/**
 * Verifies the eUICC's half of common mutual authentication (SGP.22 sections 3.0.1, 5.6.3, 5.8.2): certificates, signature,
 * and that it answers this session's challenge.
 *
 * @param octets AuthenticateServerResponse as received
 * @throws RspRefusal; `EuiccReportedError` where the eUICC answered with an error
 */
export function verifyAuthenticateServerResponse(
  octets: Uint8Array,
  session: AuthenticationSession,
  at: Date,
  options: ChainOptions = {},
): AuthenticatedEuicc {
  const response = received(AuthenticateServerResponse, octets);
  if (response.kind === 'authenticateResponseError') {
    throw new EuiccReportedError('AuthenticateServer', response.value.authenticateErrorCode);
  }
  const { euiccSigned1, euiccSignature1, euiccCertificate, eumCertificate } = response.value;
  const chain = { euicc: euiccCertificate, eum: eumCertificate, cis: [session.ci], at };
  const verified = checkingCertificates(() => verifyEuiccChain(chain, options));
  const { publicKey } = verified.euicc;
  if (!signatureHolds(publicKey, euiccSignature1, signedData.euiccSignature1(euiccSigned1.raw))) {
    throw new RspRefusal('EUICC_AUTHENTICATION_FAILED');
  }
  if (!isSameTransactionId(euiccSigned1.transactionId, session.transactionId)) {
    throw new RspRefusal('TRANSACTION_UNKNOWN');
  }
  const answersUs =
    Buffer.compare(euiccSigned1.serverChallenge, session.serverChallenge) === 0 &&
    isSameServerAddress(euiccSigned1.serverAddress, session.serverAddress);
  if (!answersUs) throw new RspRefusal('EUICC_AUTHENTICATION_FAILED');
  const { euiccInfo2, ctxParams1 } = euiccSigned1;
  return {
    ...verified,
    publicKey,
    euiccSignature1,
    euiccInfo2,
    deviceInfo: ctxParams1.deviceInfo,
    matchingId: ctxParams1.matchingId ?? '',
  };
}

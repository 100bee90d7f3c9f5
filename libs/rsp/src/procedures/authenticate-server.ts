import {
  type Certificate,
  CertificateError,
  type ChainOptions,
  findIssuer,
  parseCertificate,
  roleOids,
  type VerifiedServerCertificate,
  verifyRspServerCertificate,
} from '@tegata/x509';
import { type ImmediateSigner, signatureHolds, signObjectNow } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import {
  AuthenticateErrorCode,
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  EuiccSigned1,
} from '../objects/authenticate-server.ts';

/** Name of an error of ES10b.AuthenticateServer. */
export type AuthenticateErrorName = keyof typeof AuthenticateErrorCode;

/** A key of an eUICC with the certificates that go with what it signs. */
export interface EuiccCredential {
  readonly signer: ImmediateSigner;
  /** octets of CERT.EUICC */
  readonly euiccCertificate: Uint8Array;
  /** octets of CERT.EUM */
  readonly eumCertificate: Uint8Array;
}

/** What an eUICC brings to common mutual authentication. */
export interface AuthenticatingEuicc {
  /** challenge of the session that is open; undefined when none is */
  readonly euiccChallenge: Uint8Array | undefined;
  /** CIs under which servers are accepted */
  readonly cis: readonly Certificate[];
  /** its own key under a CI, by that CI's key identifier */
  readonly credentialUnder: (ciKeyIdentifier: Uint8Array) => EuiccCredential | undefined;
  /** octets of EUICCInfo2 at this moment */
  readonly euiccInfo2: Uint8Array;
  readonly at: Date;
}

/** A session in which a server has authenticated itself to the eUICC. */
export interface EuiccSession {
  readonly transactionId: Uint8Array;
  readonly serverAddress: string;
  /** role DPauth or DSauth */
  readonly server: VerifiedServerCertificate;
  /** CI of the server's certificate */
  readonly ci: Certificate;
  readonly credential: EuiccCredential;
  /** object 5F37, which smdpSignature2 is over too */
  readonly euiccSignature1: Uint8Array;
}

/** Outcome of ES10b.AuthenticateServer. */
export interface AuthenticateServerOutcome {
  /** octets of AuthenticateServerResponse, an error among them */
  readonly response: Uint8Array;
  /** undefined when the server was refused: the eUICC's session is over then */
  readonly session: EuiccSession | undefined;
}

/**
 * ES10b.AuthenticateServer on the eUICC: verifies the server, then signs with the key it was asked for (SGP.22 section
 * 5.7.13).
 *
 * @param octets AuthenticateServerRequest as received
 * @throws DerError for octets that are no AuthenticateServerRequest: there is no transaction to answer to
 */
export function authenticateServer(
  octets: Uint8Array,
  euicc: AuthenticatingEuicc,
  options: ChainOptions = {},
): AuthenticateServerOutcome {
  const request = AuthenticateServerRequest.decode(octets);
  const { transactionId, serverAddress, serverChallenge } = request.serverSigned1;
  const verified = verifyServer(request, euicc, options);
  if (typeof verified === 'string') return { response: authenticateError(transactionId, verified), session: undefined };

  const { signer, euiccCertificate, eumCertificate } = verified.credential;
  const euiccSigned1 = EuiccSigned1.encode({
    transactionId,
    serverAddress,
    serverChallenge,
    euiccInfo2: euicc.euiccInfo2,
    ctxParams1: request.ctxParams1.raw,
  });
  const euiccSignature1 = signObjectNow(signer, signedData.euiccSignature1(euiccSigned1));
  const response = AuthenticateServerResponse.encode({
    kind: 'authenticateResponseOk',
    value: { euiccSigned1, euiccSignature1, euiccCertificate, eumCertificate },
  });
  return { response, session: { transactionId, serverAddress, ...verified, euiccSignature1 } };
}

/** Octets of an AuthenticateServerResponse that is an error. */
export function authenticateError(transactionId: Uint8Array, error: AuthenticateErrorName): Uint8Array {
  return AuthenticateServerResponse.encode({
    kind: 'authenticateResponseError',
    value: { transactionId, authenticateErrorCode: AuthenticateErrorCode[error] },
  });
}

/** The checks in the order of SGP.22 section 5.7.13: certificate, signature, challenge, own key. */
function verifyServer(
  request: AuthenticateServerRequest,
  euicc: AuthenticatingEuicc,
  options: ChainOptions,
): Pick<EuiccSession, 'server' | 'ci' | 'credential'> | AuthenticateErrorName {
  if (euicc.euiccChallenge === undefined) return 'noSessionContext';
  let ci: Certificate;
  let server: VerifiedServerCertificate;
  try {
    const certificate = parseCertificate(request.serverCertificate);
    ci = findIssuer(certificate, euicc.cis);
    const role = certificate.policies.includes(roleOids.DSauth) ? 'DSauth' : 'DPauth';
    server = verifyRspServerCertificate(certificate, role, ci, euicc.at, options);
  } catch (error) {
    return authenticateErrorOf(error);
  }
  const { serverSigned1, serverSignature1, euiccCiPKIdToBeUsed } = request;
  const parts = signedData.serverSignature1(serverSigned1.raw);
  if (!signatureHolds(server.certificate.publicKey, serverSignature1, parts)) return 'invalidSignature';
  if (Buffer.compare(serverSigned1.euiccChallenge, euicc.euiccChallenge) !== 0) return 'euiccChallengeMismatch';
  const credential = euicc.credentialUnder(euiccCiPKIdToBeUsed);
  return credential === undefined ? 'ciPKUnknown' : { server, ci, credential };
}

function authenticateErrorOf(error: unknown): AuthenticateErrorName {
  if (!(error instanceof CertificateError)) throw error;
  switch (error.code) {
    case 'UNKNOWN_ISSUER':
      return 'ciPKUnknown';
    case 'UNSUPPORTED_CURVE':
    case 'CURVE_MISMATCH':
      return 'unsupportedCurve';
    case 'MISSING_NAME':
      return 'invalidOid';
    default:
      return 'invalidCertificate';
  }
}

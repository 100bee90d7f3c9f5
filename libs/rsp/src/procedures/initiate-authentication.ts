import { encodeTlv } from '@tegata/der';
import { type Certificate, type ChainOptions, ciKeyIdentifier } from '@tegata/x509';
import { type Signer, signObject } from '../cryptography/signature.ts';
import { signedData } from '../cryptography/signed-data.ts';
import { isSameServerAddress } from '../identifiers/server-address.ts';
import { ServerSigned1 } from '../objects/authenticate-server.ts';
import { CHALLENGE_OCTETS } from '../objects/elements.ts';
import { EUICCInfo1 } from '../objects/euicc-info.ts';
import type { RefusalName } from '../refusals/refusals.ts';
import { RspRefusal } from '../refusals/rsp-refusal.ts';
import { received } from './received.ts';

/** A certificate of a server and its key: CERT.DPauth, CERT.DPpb or CERT.DSauth. */
export interface ServerCredential {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** An SM-DP+ or SM-DS as common mutual authentication sees it. */
export interface AuthenticatingServer {
  readonly kind: 'SM-DP+' | 'SM-DS';
  /** own address; others are refused */
  readonly address: string;
  /** whether eUICCs of this version are served, `2.2.2` */
  readonly supportsSvn: (svn: string) => boolean;
  /** certificates for authentication, one for each CI it has one of */
  readonly credentials: readonly ServerCredential[];
  /** CIs whose eUICCs are served */
  readonly cis: readonly Certificate[];
  /** whether one of them has revoked a certificate; absent: no list is at hand */
  readonly isRevoked?: ChainOptions['isRevoked'];
}

/** Parameters of ES9+ and ES11.InitiateAuthentication. */
export interface InitiateAuthenticationParameters {
  readonly euiccChallenge: Uint8Array;
  /** octets of EUICCInfo1 */
  readonly euiccInfo1: Uint8Array;
  readonly smdpAddress: string;
}

/** What names a session, and what its eUICC has to sign: 16 octets each. */
export interface SessionOpening {
  readonly transactionId: Uint8Array;
  readonly serverChallenge: Uint8Array;
}

/** Opens a session for eUICCs under a CI, with a certificate of the server. */
export type OpenSession = (ci: Certificate, credential: ServerCredential) => SessionOpening;

/** What the server sends, and what it goes on with. */
export interface ServerAuthentication extends SessionOpening {
  /** octets of ServerSigned1 */
  readonly serverSigned1: Uint8Array;
  /** object 5F37 */
  readonly serverSignature1: Uint8Array;
}

/** As it is sent, with what was chosen for the session. */
export interface InitiatedAuthentication extends ServerAuthentication {
  readonly credential: ServerCredential;
  /** the CI that the eUICC must sign under */
  readonly ci: Certificate;
  /** object 04: key identifier of that CI */
  readonly euiccCiPKIdToBeUsed: Uint8Array;
}

/** What an SM-DP+ and an SM-DS call the same refusals. */
const refusalOf = {
  'SM-DP+': {
    address: 'SMDP_ADDRESS_REFUSED',
    svn: 'SMDP_SVN_UNSUPPORTED',
    certificate: 'SMDP_CERTIFICATE_UNAVAILABLE',
    ci: 'SMDP_CI_UNSUPPORTED',
  },
  'SM-DS': {
    address: 'SMDS_ADDRESS_REFUSED',
    svn: 'SMDS_SVN_UNSUPPORTED',
    certificate: 'SMDS_CERTIFICATE_UNAVAILABLE',
    ci: 'SMDS_CI_UNSUPPORTED',
  },
} as const satisfies Record<AuthenticatingServer['kind'], Record<string, RefusalName>>;

/**
 * The server's half of common mutual authentication (SGP.22 sections 3.0.1, 5.6.1, 5.8.1): checks in the order of the
 * specification, then chooses the first fit in the order the eUICC listed its CIs.
 *
 * @throws RspRefusal
 */
export async function initiateAuthentication(
  { euiccChallenge, euiccInfo1, smdpAddress }: InitiateAuthenticationParameters,
  server: AuthenticatingServer,
  openSession: OpenSession,
): Promise<InitiatedAuthentication> {
  const refusal = refusalOf[server.kind];
  if (euiccChallenge.length !== CHALLENGE_OCTETS) throw new RspRefusal('PARAMETER_INVALID');
  if (!isSameServerAddress(smdpAddress, server.address)) throw new RspRefusal(refusal.address);
  const info = received(EUICCInfo1, euiccInfo1);
  if (!server.supportsSvn(info.svn)) throw new RspRefusal(refusal.svn);
  const credential = firstFit(info.euiccCiPKIdListForVerification, server.credentials, issuerOf);
  if (credential === undefined) throw new RspRefusal(refusal.certificate);
  const ci = firstFit(info.euiccCiPKIdListForSigning, server.cis, ciKeyIdentifier);
  if (ci === undefined) throw new RspRefusal(refusal.ci);
  return {
    ...(await authenticateToEuicc(euiccChallenge, server.address, credential.signer, openSession(ci, credential))),
    credential,
    ci,
    euiccCiPKIdToBeUsed: encodeTlv(0x04, ciKeyIdentifier(ci)),
  };
}

/** Signs for the eUICC that the session is this server's. */
export async function authenticateToEuicc(
  euiccChallenge: Uint8Array,
  serverAddress: string,
  signer: Signer,
  { transactionId, serverChallenge }: SessionOpening,
): Promise<ServerAuthentication> {
  const serverSigned1 = ServerSigned1.encode({ transactionId, euiccChallenge, serverAddress, serverChallenge });
  const serverSignature1 = await signObject(signer, signedData.serverSignature1(serverSigned1));
  return { transactionId, serverChallenge, serverSigned1, serverSignature1 };
}

/** Key identifier of the CI that issued a server's certificate; empty, and so nobody's, where the certificate does not say. */
export function issuerOf({ certificate }: Pick<ServerCredential, 'certificate'>): Uint8Array {
  return certificate.authorityKeyIdentifier ?? Buffer.alloc(0);
}

function firstFit<T>(
  identifiers: readonly Uint8Array[],
  candidates: readonly T[],
  identifierOf: (candidate: T) => Uint8Array,
): T | undefined {
  for (const identifier of identifiers) {
    const fit = candidates.find((candidate) => Buffer.compare(identifierOf(candidate), identifier) === 0);
    if (fit !== undefined) return fit;
  }
  return undefined;
}

import { parseTlv } from '@tegata/der';
import {
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  type DeviceInfo,
  isSameServerAddress,
  ServerSigned1,
} from '@tegata/rsp';
import { CertificateError, parseCertificate } from '@tegata/x509';
import type { CallSettings, MutualAuthenticationServer } from './es9plus.ts';
import type { Es10b } from './es10.ts';
import { serverRefusedByEuicc } from './euicc-reasons.ts';
import { LpaError } from './lpa-error.ts';
import { asBuffer, sameOctets } from './octets.ts';
import { reading, readObject } from './reading.ts';

/** What the device tells servers of itself (SGP.22 section 4.2). */
export type Device = Pick<DeviceInfo, 'tac' | 'imei'> & {
  readonly deviceCapabilities: Omit<DeviceInfo['deviceCapabilities'], 'raw' | 'extensions'>;
};

/** A server to authenticate with. */
export interface ServerToAuthenticate {
  /** Address (FQDN) of the SM-DP+ or SM-DS. */
  readonly address: string;
  /** OID that its certificate must have, where an activation code says so. */
  readonly oid?: string;
  /** matchingId or event identifier; empty for none. */
  readonly matchingId: string;
}

/** Who takes part in common mutual authentication on this side. */
export interface MutualAuthenticationParties {
  readonly es10b: Pick<Es10b, 'getEuiccInfo1' | 'getEuiccChallenge' | 'authenticateServer'>;
  readonly server: MutualAuthenticationServer;
  readonly device: Device;
}

/** The eUICC's half, to be sent with AuthenticateClient. */
export interface AuthenticatedServer {
  /** 1 to 16 octets. */
  readonly transactionId: Buffer;
  /** DER of AuthenticateServerResponse. */
  readonly authenticateServerResponse: Buffer;
  /** The eUICC's refusal: the response has to reach the server all the same, then the session is over. */
  readonly refusal: LpaError | undefined;
}

/**
 * Common mutual authentication (SGP.22 section 3.0.1) up to the eUICC's answer, with an SM-DP+ over ES9+ or an SM-DS over ES11.
 *
 * The LPA itself checks that the server signed the address it was called at, and that its certificate has the OID of the
 * activation code; everything else is the eUICC's to check.
 *
 * @throws LpaError SERVER_ANSWER_MALFORMED, SERVER_ADDRESS_MISMATCH, SERVER_OID_MISMATCH, TRANSACTION_ID_MISMATCH,
 *   EUICC_ANSWER_MALFORMED
 */
export async function authenticateMutually(
  { es10b, server, device }: MutualAuthenticationParties,
  { address, oid, matchingId }: ServerToAuthenticate,
  settings: CallSettings = {},
): Promise<AuthenticatedServer> {
  const euiccInfo1 = asBuffer(await es10b.getEuiccInfo1());
  const euiccChallenge = asBuffer(await es10b.getEuiccChallenge());
  const answer = await server.initiateAuthentication({ euiccChallenge, euiccInfo1, smdpAddress: address }, settings);

  const malformed = 'SERVER_ANSWER_MALFORMED';
  const signed = readObject(ServerSigned1, answer.serverSigned1, malformed, 'serverSigned1');
  if (!isSameServerAddress(signed.serverAddress, address)) {
    throw new LpaError('SERVER_ADDRESS_MISMATCH', `called ${address}, but the server signed ${signed.serverAddress}`);
  }
  if (!sameOctets(signed.transactionId, answer.transactionId)) {
    throw new LpaError('TRANSACTION_ID_MISMATCH', 'the server signed another transactionId than it gave');
  }
  if (oid !== undefined) checkOid(answer.serverCertificate, oid);

  const request = reading(malformed, 'the answer to initiateAuthentication', () =>
    AuthenticateServerRequest.encode({
      serverSigned1: answer.serverSigned1,
      serverSignature1: answer.serverSignature1,
      euiccCiPKIdToBeUsed: parseTlv(answer.euiccCiPkIdToBeUsed).value,
      serverCertificate: answer.serverCertificate,
      ctxParams1: { ...(matchingId !== '' && { matchingId }), deviceInfo: device },
    }),
  );
  const authenticateServerResponse = asBuffer(await es10b.authenticateServer(request));
  const response = readObject(
    AuthenticateServerResponse,
    authenticateServerResponse,
    'EUICC_ANSWER_MALFORMED',
    'AuthenticateServerResponse',
  );
  return {
    transactionId: answer.transactionId,
    authenticateServerResponse,
    refusal:
      response.kind === 'authenticateResponseError'
        ? serverRefusedByEuicc(response.value.authenticateErrorCode)
        : undefined,
  };
}

function checkOid(serverCertificate: Uint8Array, expected: string): void {
  try {
    const { subjectAltName } = parseCertificate(serverCertificate);
    if (subjectAltName?.registeredIds.includes(expected)) return;
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    throw new LpaError('SERVER_ANSWER_MALFORMED', "the server's certificate can't be read", { cause });
  }
  throw new LpaError('SERVER_OID_MISMATCH', `the server's certificate does not have the OID ${expected}`);
}

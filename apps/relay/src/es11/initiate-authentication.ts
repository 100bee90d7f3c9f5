import type { InitiateAuthenticationRequest, InitiateAuthenticationResponse } from '@tegata/contracts/gsma-rsp-v2';
import { type AuthenticatingServer, initiateAuthentication as authenticateToEuicc } from '@tegata/rsp';
import type { RelayContext } from '../context.ts';

/** ES11.InitiateAuthentication (SGP.22 section 5.8.1): begins a session and signs for the eUICC. */
export async function initiateAuthentication(
  { begunSessions }: RelayContext,
  smDs: AuthenticatingServer,
  request: InitiateAuthenticationRequest,
): Promise<InitiateAuthenticationResponse> {
  const initiated = await authenticateToEuicc(request, smDs, begunSessions.begin);
  return {
    transactionId: Buffer.from(initiated.transactionId),
    serverSigned1: Buffer.from(initiated.serverSigned1),
    serverSignature1: Buffer.from(initiated.serverSignature1),
    euiccCiPkIdToBeUsed: Buffer.from(initiated.euiccCiPKIdToBeUsed),
    serverCertificate: Buffer.from(initiated.credential.certificate.raw),
  };
}

import type { InitiateAuthenticationRequest, InitiateAuthenticationResponse } from '@tegata/contracts/gsma-rsp-v2';
import { type AuthenticatingServer, initiateAuthentication as authenticateToEuicc, drawSession } from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import type { RelayContext } from '../context.ts';
import { openSession } from './es11-session.ts';

/** ES11.InitiateAuthentication (SGP.22 section 5.8.1): opens a session and signs for the eUICC. */
export async function initiateAuthentication(
  context: RelayContext,
  smDs: AuthenticatingServer,
  request: InitiateAuthenticationRequest,
): Promise<InitiateAuthenticationResponse> {
  const { random } = context;
  const { transactionId, serverChallenge, ci, credential, ...signed } = await authenticateToEuicc(request, smDs, () =>
    drawSession(random),
  );
  await openSession(context, transactionId, { serverChallenge, ciKeyId: ciKeyIdentifier(ci) });
  return {
    transactionId: Buffer.from(transactionId),
    serverSigned1: Buffer.from(signed.serverSigned1),
    serverSignature1: Buffer.from(signed.serverSignature1),
    euiccCiPkIdToBeUsed: Buffer.from(signed.euiccCiPKIdToBeUsed),
    serverCertificate: Buffer.from(credential.certificate.raw),
  };
}

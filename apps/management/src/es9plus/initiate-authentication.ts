import type { InitiateAuthenticationRequest, InitiateAuthenticationResponse } from '@tegata/contracts/gsma-rsp-v2';
import { initiateAuthentication as authenticateToEuicc } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import type { SmDpPlus } from './sm-dp-plus.ts';

/** ES9+.InitiateAuthentication (SGP.22 section 5.6.1): begins a session and signs for the eUICC. */
export async function initiateAuthentication(
  { begunSessions }: SmDpContext,
  smDpPlus: SmDpPlus,
  request: InitiateAuthenticationRequest,
): Promise<InitiateAuthenticationResponse> {
  const initiated = await authenticateToEuicc(request, smDpPlus.server, begunSessions.begin);
  return {
    transactionId: Buffer.from(initiated.transactionId),
    serverSigned1: Buffer.from(initiated.serverSigned1),
    serverSignature1: Buffer.from(initiated.serverSignature1),
    euiccCiPkIdToBeUsed: Buffer.from(initiated.euiccCiPKIdToBeUsed),
    serverCertificate: Buffer.from(initiated.credential.certificate.raw),
  };
}

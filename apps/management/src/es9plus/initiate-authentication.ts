import type { InitiateAuthenticationRequest, InitiateAuthenticationResponse } from '@tegata/contracts/gsma-rsp-v2';
import { initiateAuthentication as authenticateToEuicc, issuerOf } from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import type { ManagementContext } from '../context.ts';
import type { SmDpPlus } from './sm-dp-plus.ts';

/** ES9+.InitiateAuthentication (SGP.22 section 5.6.1): opens a session and signs for the eUICC. */
export async function initiateAuthentication(
  { prisma, clock, config, random }: ManagementContext,
  smDpPlus: SmDpPlus,
  request: InitiateAuthenticationRequest,
): Promise<InitiateAuthenticationResponse> {
  const { transactionId, serverChallenge, ci, credential, ...signed } = await authenticateToEuicc(
    request,
    smDpPlus.server,
    random,
  );
  await prisma.rspSession.create({
    data: {
      transactionId: new Uint8Array(transactionId),
      serverChallenge: new Uint8Array(serverChallenge),
      ciKeyId: new Uint8Array(ciKeyIdentifier(ci)),
      serverCiKeyId: new Uint8Array(issuerOf(credential)),
      createdAt: clock(),
      expiresAt: new Date(clock().getTime() + config.rspSessionLifetimeMs),
    },
  });
  return {
    transactionId: Buffer.from(transactionId),
    serverSigned1: Buffer.from(signed.serverSigned1),
    serverSignature1: Buffer.from(signed.serverSignature1),
    euiccCiPkIdToBeUsed: Buffer.from(signed.euiccCiPKIdToBeUsed),
    serverCertificate: Buffer.from(credential.certificate.raw),
  };
}

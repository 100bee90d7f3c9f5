import type { InitiateAuthenticationRequest, InitiateAuthenticationResponse } from '@tegata/contracts/gsma-rsp-v2';
import { statement } from '@tegata/database';
import { initiateAuthentication as authenticateToEuicc, issuerOf } from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import type { SmDpContext } from '../context.ts';
import { initiatedSession } from './rsp-session.ts';
import type { SmDpPlus } from './sm-dp-plus.ts';

const open = statement(`
  INSERT INTO rsp_session (transaction_id, server_challenge, ci_key_id, server_ci_key_id, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)`);

/** ES9+.InitiateAuthentication (SGP.22 section 5.6.1): opens a session and signs for the eUICC. */
export async function initiateAuthentication(
  { database, clock, config, random, sessions }: SmDpContext,
  smDpPlus: SmDpPlus,
  request: InitiateAuthenticationRequest,
): Promise<InitiateAuthenticationResponse> {
  const { transactionId, serverChallenge, ci, credential, ...signed } = await authenticateToEuicc(
    request,
    smDpPlus.server,
    random,
  );
  const now = clock();
  const expiresAt = new Date(now.getTime() + config.rspSessionLifetimeMs);
  const row = initiatedSession(transactionId, serverChallenge, ciKeyIdentifier(ci), issuerOf(credential));
  const { ciKeyId, serverCiKeyId } = row;
  await database.change(open, [transactionId, serverChallenge, ciKeyId, serverCiKeyId, now, expiresAt]);
  sessions.remember({ row, expiresAt });
  return {
    transactionId: Buffer.from(transactionId),
    serverSigned1: Buffer.from(signed.serverSigned1),
    serverSignature1: Buffer.from(signed.serverSignature1),
    euiccCiPkIdToBeUsed: Buffer.from(signed.euiccCiPKIdToBeUsed),
    serverCertificate: Buffer.from(credential.certificate.raw),
  };
}

import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { Es9PlusService, Es11Service, type EventEntry } from '@tegata/contracts/gsma-rsp-v2';
import type { Es11 } from '@tegata/lpa';
import { RspSmdp, type WaitingProfile } from '@tegata/lpa/testing';
import { loadManagementKeys, loadRelayKeys } from '@tegata/pki';
import {
  type InitiatedAuthentication,
  initiateAuthentication,
  RspRefusal,
  signerWith,
  verifyAuthenticateServerResponse,
} from '@tegata/rsp';
import { drawSession } from '@tegata/rsp/testing';
import { createRspServer, es9plus, es11UnderEs9plus, type RspListener } from '@tegata/rsp-http';
import { CallCounts, createLogger, implement } from '@tegata/service-kit';

/** The carrier of a test network as an SM-DP+ over HTTPS, with one profile. */
export async function startHttpsSmdp(pki: string, profile: WaitingProfile) {
  const { dpAuth, dpPb, dpTls, cis, oid } = await loadManagementKeys(pki, 'aozora');
  const auth = { certificate: dpAuth.certificate, signer: signerWith(dpAuth.key) };
  const pb = { certificate: dpPb.certificate, signer: signerWith(dpPb.key) };
  const smdp = new RspSmdp({ address: 'rsp.aozora.example', oid, cis, auth, pb }, profile);
  const service = implement(Es9PlusService, smdp);
  const server = await serve({ address: '127.0.0.1:0', identity: dpTls, serves: [{ interface: es9plus, service }] });
  return { ...server, smdp };
}

/** The relay of a test network as an SM-DS over HTTPS, which has these events for whoever asks. */
export async function startHttpsSmds(pki: string, events: readonly EventEntry[]) {
  const { dsAuth, dsTls, cis } = await loadRelayKeys(pki);
  const auth = { certificate: dsAuth.certificate, signer: signerWith(dsAuth.key) };
  const address = 'relay.tegata.example';
  const sessions = new Map<string, InitiatedAuthentication>();
  const smds: Es11 = {
    initiateAuthentication: async (request) => {
      const smdsServer = { kind: 'SM-DS', address, supportsSvn: () => true, credentials: [auth], cis } as const;
      const initiated = await initiateAuthentication(request, smdsServer, () => drawSession(randomBytes));
      sessions.set(Buffer.from(initiated.transactionId).toString('hex'), initiated);
      const { transactionId, serverSigned1, serverSignature1, euiccCiPKIdToBeUsed } = initiated;
      return {
        transactionId: Buffer.from(transactionId),
        serverSigned1: Buffer.from(serverSigned1),
        serverSignature1: Buffer.from(serverSignature1),
        euiccCiPkIdToBeUsed: Buffer.from(euiccCiPKIdToBeUsed),
        serverCertificate: Buffer.from(auth.certificate.raw),
      };
    },
    authenticateClient: async ({ transactionId, authenticateServerResponse }) => {
      const initiated = sessions.get(transactionId.toString('hex'));
      if (initiated === undefined) throw new RspRefusal('TRANSACTION_UNKNOWN');
      verifyAuthenticateServerResponse(
        authenticateServerResponse,
        { ...initiated, serverAddress: address },
        new Date(),
      );
      return { transactionId, eventEntries: [...events] };
    },
  };
  const service = implement(Es11Service, smds);
  return serve({ address: '127.0.0.1:0', identity: dsTls, serves: [{ interface: es11UnderEs9plus, service }] });
}

async function serve(listener: RspListener) {
  const server = createRspServer({
    name: 'test',
    logger: createLogger('test', { level: 'error', destination: process.stderr }),
    counts: new CallCounts(),
    stopWithinMs: 500,
    listeners: [listener],
  });
  await server.start();
  return { place: server.addresses[0] ?? '', stop: () => server.stop() };
}

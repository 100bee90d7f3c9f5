import { randomBytes } from 'node:crypto';
import type { AuthenticateClientRequest, InitiateAuthenticationRequest } from '@tegata/contracts/gsma-rsp-v2';
import {
  type InitiatedAuthentication,
  initiateAuthentication,
  RspRefusal,
  signerWith,
  verifyAuthenticateServerResponse,
} from '@tegata/rsp';
import { drawSession } from '@tegata/rsp/testing';
import { certificatePem } from '@tegata/x509';
import { negativeTlsServers, newTestCi } from '@tegata/x509/testing';
import { tlsServer } from '../simulated/tls-server.ts';
import { MATCHING_ID, SMDP_ADDRESS, SMDS_ADDRESS, TeLpad } from './te-lpad.ts';

let te: TeLpad;
beforeAll(async () => {
  te = await TeLpad.create();
});
afterEach(() => te.rest());
afterAll(() => te.end());

/** An S_SM-DS with these events for whoever is authenticated; what it was asked for. */
async function smds(events: readonly string[]) {
  const { dsAuth, cis } = await te.smdsKeys();
  const credential = { certificate: dsAuth.certificate, signer: signerWith(dsAuth.key) };
  const sessions = new Map<string, InitiatedAuthentication>();
  const asked: (string | undefined)[] = [];
  const server = await te.smds({
    initiateAuthentication: async (request: InitiateAuthenticationRequest) => {
      const own = {
        kind: 'SM-DS',
        address: SMDS_ADDRESS,
        supportsSvn: () => true,
        credentials: [credential],
        cis,
      } as const;
      const initiated = await initiateAuthentication(request, own, () => drawSession(randomBytes));
      const { transactionId, serverSigned1, serverSignature1, euiccCiPKIdToBeUsed } = initiated;
      sessions.set(Buffer.from(transactionId).toString('hex'), initiated);
      return {
        transactionId: Buffer.from(transactionId),
        serverSigned1: Buffer.from(serverSigned1),
        serverSignature1: Buffer.from(serverSignature1),
        euiccCiPkIdToBeUsed: Buffer.from(euiccCiPKIdToBeUsed),
        serverCertificate: Buffer.from(dsAuth.certificate.raw),
      };
    },
    authenticateClient: async ({ transactionId, authenticateServerResponse }: AuthenticateClientRequest) => {
      const initiated = sessions.get(transactionId.toString('hex'));
      if (initiated === undefined) throw new RspRefusal('TRANSACTION_UNKNOWN');
      const session = { ...initiated, serverAddress: SMDS_ADDRESS };
      const { matchingId } = verifyAuthenticateServerResponse(authenticateServerResponse, session, new Date());
      asked.push(matchingId);
      const wanted = events.filter(
        (eventId) => matchingId === undefined || matchingId === '' || matchingId === eventId,
      );
      return { transactionId, eventEntries: wanted.map((eventId) => ({ eventId, rspServerAddress: SMDP_ADDRESS })) };
    },
  });
  return { server, asked };
}

describe('LPAd, ES11.InitiateAuthentication', () => {
  it('asks under the path of ES9+, with the address of the SM-DS', async () => {
    const { server } = await smds([]);
    await te.events(server);
    const [first] = server.received;
    expect(first).toMatchObject({ name: 'initiateAuthentication', members: { smdpAddress: SMDS_ADDRESS } });
    expect(Object.keys(first?.members ?? {}).sort()).toEqual(['euiccChallenge', 'euiccInfo1', 'smdpAddress']);
  });

  it('says nothing to an SM-DP+ that stands in for the SM-DS', async () => {
    const { server } = await te.smdp();
    await expect(te.events(server)).rejects.toMatchObject({ code: 'SERVER_NOT_TRUSTED' });
    expect(server.received).toEqual([]);
  });
});

describe('LPAd, ES11.AuthenticateClient', () => {
  it('brings every event that waits, in the order of the SM-DS', async () => {
    const { server, asked } = await smds(['E-1', 'E-2']);
    const { events } = await te.events(server);
    expect(events.map(({ eventId }) => eventId)).toEqual(['E-1', 'E-2']);
    expect(asked).toEqual(['']);
  });

  it('brings none where none waits', async () => {
    const { server } = await smds([]);
    expect((await te.events(server)).events).toEqual([]);
  });

  it('asks for one event by its identifier', async () => {
    const { server, asked } = await smds([MATCHING_ID, 'E-2']);
    const { events } = await te.events(server, MATCHING_ID);
    expect(events).toEqual([{ eventId: MATCHING_ID, rspServerAddress: SMDP_ADDRESS }]);
    expect(asked).toEqual([MATCHING_ID]);
  });

  it('ends at an answer for another session', async () => {
    const { server } = await smds(['E-1']);
    server.attacks.set('authenticateClient', (response, honest) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...honest, transactionId: 'AB'.repeat(16) }));
    });
    await expect(te.events(server)).rejects.toMatchObject({ code: 'TRANSACTION_ID_MISMATCH' });
  });
});

describe('LPAd, TLS of ES11', () => {
  it.each(negativeTlsServers('DStls'))('says nothing to a server with a certificate $fault', async (negative) => {
    const ci = await newTestCi();
    const server = await te.smds({}, tlsServer(await negative.issue(ci, SMDS_ADDRESS)));
    const events = te.events(server, '', { roots: certificatePem(ci.certificate) });
    await expect(events).rejects.toMatchObject({ code: negative.answer });
    expect(server.received).toEqual([]);
  });
});

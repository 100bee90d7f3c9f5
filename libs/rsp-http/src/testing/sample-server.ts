import { randomBytes } from 'node:crypto';
import { Es2PlusService, Es9PlusService, Es11Service, Es12Service } from '@tegata/contracts/gsma-rsp-v2';
import {
  CallCounts,
  createLogger,
  type HandlersOf,
  implement,
  type RateLimiter,
  type TlsIdentity,
} from '@tegata/service-kit';
import { makeTestPki, type TestPki } from '@tegata/service-kit/testing';
import { es2plus } from '../binding/es2plus.ts';
import { es9plus } from '../binding/es9plus.ts';
import { es11, es11UnderEs9plus } from '../binding/es11.ts';
import { es12 } from '../binding/es12.ts';
import type { RspHttpLimits } from '../server/limits.ts';
import { fingerprintOf } from '../server/pinned-clients.ts';
import { createRspServer } from '../server/rsp-server.ts';
import { testServerName } from './https-server.ts';

type Replaceable<T> = { -readonly [K in keyof T]: T[K] };

const octets = (hex: string) => Buffer.from(hex, 'hex');

/** Handlers that answer what they were asked, so that a test sees both ways of every member; a test may put others in their place. */
export const sampleHandlers = (): {
  es9plus: Replaceable<HandlersOf<typeof Es9PlusService>>;
  es11: Replaceable<HandlersOf<typeof Es11Service>>;
  es2plus: Replaceable<HandlersOf<typeof Es2PlusService>>;
  es12: Replaceable<HandlersOf<typeof Es12Service>>;
} => ({
  es9plus: {
    initiateAuthentication: async ({ euiccChallenge, euiccInfo1 }) => ({
      transactionId: octets('00aBcD'),
      serverSigned1: euiccChallenge,
      serverSignature1: euiccInfo1,
      euiccCiPkIdToBeUsed: octets('0401ff'),
      serverCertificate: octets('3000'),
    }),
    authenticateClient: async ({ transactionId, authenticateServerResponse }) => ({
      transactionId,
      profileMetadata: authenticateServerResponse,
      smdpSigned2: octets('3001'),
      smdpSignature2: octets('5f37'),
      smdpCertificate: octets('3002'),
    }),
    getBoundProfilePackage: async ({ transactionId, prepareDownloadResponse }) => ({
      transactionId,
      boundProfilePackage: prepareDownloadResponse,
    }),
    handleNotification: async () => ({}),
    cancelSession: async () => ({}),
  },
  es11: {
    initiateAuthentication: async ({ euiccChallenge }) => ({
      transactionId: octets('11'),
      serverSigned1: euiccChallenge,
      serverSignature1: octets('5f37'),
      euiccCiPkIdToBeUsed: octets('0400'),
      serverCertificate: octets('3000'),
    }),
    authenticateClient: async ({ transactionId }) => ({
      transactionId,
      eventEntries: [{ eventId: 'E1', rspServerAddress: 'smdp.example.com' }],
    }),
  },
  es2plus: {
    downloadOrder: async ({ profile }) => ({
      iccid: profile?.$case === 'iccid' ? profile.value : '8981001000000000010',
    }),
    confirmOrder: async ({ eid, matchingId }) => ({ eid, matchingId: matchingId || 'M1', smdpAddress: testServerName }),
    cancelOrder: async () => ({}),
    releaseProfile: async () => ({}),
  },
  es12: { registerEvent: async () => ({}), deleteEvent: async () => ({}) },
});

/** A server with a listener for LPAs and one for other servers, and the certificates to call them with. */
export async function startSampleServer(
  limits: Partial<RspHttpLimits> = {},
  stopWithinMs = 2_000,
  rateLimiter?: RateLimiter,
) {
  const pki = await makeTestPki();
  const handlers = sampleHandlers();
  const log: Record<string, unknown>[] = [];
  const counts = new CallCounts();
  const operator = await pki.issue({ uris: ['spiffe://elsewhere.example/back-end'] });
  const smdp = await pki.issue({ dnsNames: ['smdp2.example.com'] });
  const identity = await pki.issue({ dnsNames: [testServerName] });
  const pin = (client: TlsIdentity) => fingerprintOf(client.certificateChain);
  const implementations = {
    es9plus: implement(Es9PlusService, delegate(handlers, 'es9plus', Es9PlusService)),
    es11: implement(Es11Service, delegate(handlers, 'es11', Es11Service)),
    es2plus: implement(Es2PlusService, delegate(handlers, 'es2plus', Es2PlusService)),
    es12: implement(Es12Service, delegate(handlers, 'es12', Es12Service)),
  };
  const server = createRspServer({
    name: 'sample',
    logger: createLogger('sample', {
      level: 'debug',
      destination: { write: (line: string) => void log.push(JSON.parse(line)) },
    }),
    counts,
    operatorName: 'aozora',
    limits,
    stopWithinMs,
    ...(rateLimiter && { rateLimiter }),
    listeners: [
      {
        address: '127.0.0.1:0',
        identity,
        serves: [
          {
            interface: es11UnderEs9plus,
            service: implementations.es11,
            accepts: (_name, request) =>
              'smdpAddress' in request
                ? request.smdpAddress === 'smds.example.com'
                : 'transactionId' in request && octets('11').equals(request.transactionId as Buffer),
          },
          { interface: es9plus, service: implementations.es9plus },
          { interface: es11, service: implementations.es11 },
        ],
      },
      {
        address: '127.0.0.1:0',
        identity,
        clients: {
          roots: pki.roots,
          pinned: [
            { caller: { role: 'operator', name: 'aozora' }, sha256: pin(operator) },
            { caller: { role: 'management', name: 'minato' }, sha256: pin(smdp) },
          ],
        },
        serves: [
          { interface: es2plus, service: implementations.es2plus },
          { interface: es12, service: implementations.es12 },
        ],
      },
    ],
  });
  await server.start();
  const [lpa = '', mutual = ''] = server.addresses;
  return { server, pki, handlers, log, counts, addresses: { lpa, mutual }, clients: { operator, smdp } };
}

export type SampleServer = Awaited<ReturnType<typeof startSampleServer>>;

/** Handlers that look up, at each call, what a test has put in their place. */
function delegate<K extends keyof ReturnType<typeof sampleHandlers>>(
  handlers: ReturnType<typeof sampleHandlers>,
  name: K,
  definition: object,
): ReturnType<typeof sampleHandlers>[K] {
  const methods = Object.keys(definition).map((method) => [
    method,
    (request: unknown, context: unknown) =>
      (handlers[name] as Readonly<Record<string, (...given: unknown[]) => unknown>>)[method]?.(request, context),
  ]);
  return Object.fromEntries(methods) as ReturnType<typeof sampleHandlers>[K];
}

/** TLS settings to call a sample server with. */
export function tlsOf({ pki }: { readonly pki: TestPki }, client?: TlsIdentity) {
  return {
    ca: pki.roots,
    servername: testServerName,
    ...(client && { cert: String(client.certificateChain), key: String(client.privateKey) }),
  };
}

/** Members of requests that every function takes. */
export const sampleRequests = {
  'es9plus/initiateAuthentication': {
    euiccChallenge: randomBytes(16).toString('base64'),
    euiccInfo1: 'vyAA',
    smdpAddress: 'smdp.example.com',
  },
  'es9plus/authenticateClient': { transactionId: '00aBcD', authenticateServerResponse: 'vzgA' },
  'es9plus/getBoundProfilePackage': { transactionId: 'AB', prepareDownloadResponse: 'vyEA' },
  'es9plus/handleNotification': { pendingNotification: 'vzcA' },
  'es9plus/cancelSession': { transactionId: 'AB', cancelSessionResponse: 'v0EA' },
  'es11/initiateAuthentication': {
    euiccChallenge: randomBytes(16).toString('base64'),
    euiccInfo1: 'vyAA',
    smdpAddress: 'smds.example.com',
  },
  'es11/authenticateClient': { transactionId: '11', authenticateServerResponse: 'vzgA' },
  'es2plus/downloadOrder': { eid: '0'.repeat(32), iccid: '8981001000000000010F' },
  'es2plus/confirmOrder': { iccid: '8981001000000000010', releaseFlag: true },
  'es2plus/cancelOrder': { iccid: '8981001000000000010', finalProfileStatusIndicator: 'Available' },
  'es2plus/releaseProfile': { iccid: '8981001000000000010' },
  'es12/registerEvent': {
    eid: '0'.repeat(32),
    rspServerAddress: 'smdp2.example.com',
    eventId: 'E1',
    forwardingIndicator: false,
  },
  'es12/deleteEvent': { eid: '0'.repeat(32), eventId: 'E1' },
} as const;

/** Header of requests between servers. */
export const requestHeader = { functionRequesterIdentifier: '1.2.3', functionCallIdentifier: 'call-1' };

import { makeTestPki } from '@tegata/service-kit/testing';
import { es2plusOperator } from '../binding/download-progress.ts';
import { es9plus } from '../binding/es9plus.ts';
import { es12 } from '../binding/es12.ts';
import { type GivenAnswer, type SeenRequest, startHttpsServer, testServerName } from '../testing/https-server.ts';
import { connectRsp, type RspConnection, type RspConnectionOptions } from './rsp-connection.ts';

const success = { header: { functionExecutionStatus: { status: 'Executed-Success' } } };
const failed = (statusCodeData?: object) => ({
  status: 200,
  body: { header: { functionExecutionStatus: { status: 'Failed', statusCodeData } } },
});
const session = { transactionId: Buffer.from('ab', 'hex'), authenticateServerResponse: Buffer.from('bf3800', 'hex') };
const initiate = { euiccChallenge: Buffer.alloc(16), euiccInfo1: Buffer.from('bf2000', 'hex'), smdpAddress: 'a.b' };
const initiated = {
  ...success,
  transactionId: 'ab',
  serverSigned1: 'MAA=',
  serverSignature1: 'MAA=',
  euiccCiPKIdToBeUsed: 'BAA=',
  serverCertificate: 'MAA=',
};
const retry = { attempts: 3, firstDelayMs: 1, maxDelayMs: 1 };

describe.each(['http/1.1', 'h2'] as const)('a client over %s', (protocol) => {
  let server: Awaited<ReturnType<typeof startHttpsServer>>;
  let roots: string;
  let given: (request: SeenRequest, count: number) => GivenAnswer;
  const open: RspConnection[] = [];

  beforeAll(async () => {
    const pki = await makeTestPki();
    roots = pki.roots;
    let count = 0;
    const identity = await pki.issue({ dnsNames: [testServerName] });
    server = await startHttpsServer(identity, (request) => given(request, ++count));
  });
  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });
  afterAll(() => server.stop());

  const connection = (more: Partial<RspConnectionOptions> = {}) => {
    const made = connectRsp({
      address: testServerName,
      connectTo: server.address,
      roots,
      protocol,
      retry,
      requester: '1.3.6.1.4.1.1',
      ...more,
    });
    open.push(made);
    return made;
  };
  const answering = (...answers: GivenAnswer[]) => {
    const first = server.seen.length;
    given = () => answers[Math.min(server.seen.length - first, answers.length) - 1] as GivenAnswer;
    return () => server.seen.slice(first);
  };

  it('posts JSON as SGP.22 section 6 has it, and keeps the connection', async () => {
    const seen = answering({ status: 200, body: initiated });
    const before = server.connections();
    const client = connection().client(es9plus);
    const answer = await client.initiateAuthentication(initiate);
    await client.initiateAuthentication(initiate);
    expect(answer).toEqual({
      transactionId: Buffer.from('ab', 'hex'),
      serverSigned1: Buffer.from('3000', 'hex'),
      serverSignature1: Buffer.from('3000', 'hex'),
      euiccCiPkIdToBeUsed: Buffer.from('0400', 'hex'),
      serverCertificate: Buffer.from('3000', 'hex'),
    });
    const [request] = seen();
    expect(request).toMatchObject({
      url: '/gsma/rsp2/es9plus/initiateAuthentication',
      httpVersion: protocol === 'h2' ? '2.0' : '1.1',
      headers: {
        'content-type': 'application/json;charset=UTF-8',
        'x-admin-protocol': 'gsma/rsp/v2.2.2',
        'user-agent': 'gsma-rsp-lpad',
        [protocol === 'h2' ? ':authority' : 'host']: testServerName,
      },
      tlsProtocol: 'TLSv1.3',
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      euiccChallenge: 'AAAAAAAAAAAAAAAAAAAAAA==',
      euiccInfo1: 'vyAA',
      smdpAddress: 'a.b',
    });
    expect(server.connections() - before).toBe(1);
  });

  it('says in the header who calls, and for which call of its own', async () => {
    const seen = answering({ status: 200, body: success });
    const context = { requestId: 'request-1', deadline: undefined, signal: new AbortController().signal };
    await connection()
      .client(es12)
      .deleteEvent({ eid: '0'.repeat(32), eventId: 'E1' }, { context });
    expect(JSON.parse(seen()[0]?.body ?? '')).toEqual({
      header: { functionRequesterIdentifier: '1.3.6.1.4.1.1', functionCallIdentifier: 'request-1' },
      eid: '0'.repeat(32),
      eventId: 'E1',
    });
  });

  const progress = {
    eid: '0'.repeat(32),
    iccid: '8981001000000000010',
    profileType: 'usim',
    timestamp: new Date('2026-03-01T09:30:47.123Z'),
    notificationPointId: 3,
    notificationPointStatus: { status: 'Failed', statusCodeData: { subjectCode: '8.1', reasonCode: '4.8' } },
  } as const;

  it('takes 204 for a notification', async () => {
    const seen = answering({ status: 204 });
    await connection().client(es2plusOperator).handleDownloadProgressInfo(progress);
    expect(JSON.parse(seen()[0]?.body ?? '')).toMatchObject({
      timestamp: '2026-03-01T09:30:47Z',
      notificationPointStatus: { status: 'Failed', statusCodeData: { subjectCode: '8.1', reasonCode: '4.8' } },
    });
  });

  it.each([
    ['200 and nothing', { status: 200 }],
    ['200 and a header of success', { status: 200, body: success }],
    ['200 and an object of its own', { status: 200, body: { result: 'ok' } }],
    ['202 and nothing', { status: 202 }],
  ])('takes %s for a notification', async (_what, answer) => {
    answering(answer);
    await expect(connection().client(es2plusOperator).handleDownloadProgressInfo(progress)).resolves.toBeDefined();
  });

  it.each([
    ['a refusal', failed({ subjectCode: '8.2.6', reasonCode: '3.8' }), 'MATCHING_ID_REFUSED'],
    ['a refusal without codes', failed(), 'RSP_REFUSAL'],
    ['a page', { status: 200, body: '<html>', contentType: 'text/html' }, 'SERVER_ANSWER_MALFORMED'],
    ['a redirection', { status: 302 }, 'SERVER_ANSWER_MALFORMED'],
  ])('does not take %s for a notification that was taken in', async (_what, answer, reason) => {
    answering(answer);
    await expect(connection().client(es2plusOperator).handleDownloadProgressInfo(progress)).rejects.toMatchObject({
      reason,
    });
  });

  it('reports a refusal with its codes, like the gRPC client', async () => {
    answering(failed({ subjectCode: '8.2.6', reasonCode: '3.8', subjectIdentifier: 'T', message: 'no\u001b[2J' }));
    await expect(connection().client(es9plus).authenticateClient(session)).rejects.toMatchObject({
      status: 'FAILED_PRECONDITION',
      reason: 'MATCHING_ID_REFUSED',
      domain: 'rsp.gsma.com',
      message: 'no [2J',
      metadata: { subjectCode: '8.2.6', reasonCode: '3.8', subjectIdentifier: 'T' },
      remote: true,
    });
    answering(failed({ subjectCode: '9.9', reasonCode: '1.1' }));
    await expect(connection().client(es9plus).authenticateClient(session)).rejects.toMatchObject({
      reason: 'RSP_REFUSAL',
      message: 'SGP.22 refusal 9.9/1.1',
    });
  });

  it.each([
    ['no codes', failed()],
    ['null for codes', failed({ subjectCode: null, reasonCode: null })],
    ['half of its codes', failed({ subjectCode: '8.2.6' })],
  ])('takes a refusal with %s for one all the same', async (_what, answer) => {
    answering(answer);
    await expect(connection().client(es9plus).authenticateClient(session)).rejects.toMatchObject({
      status: 'FAILED_PRECONDITION',
      reason: 'RSP_REFUSAL',
      domain: 'rsp.gsma.com',
      message: 'The server refused, and does not say why.',
      metadata: {},
    });
  });

  it.each([
    ['no JSON', { status: 200, body: '<html>' }],
    ['no object', { status: 200, body: '[]' }],
    ['no header', { status: 200, body: { transactionId: 'AB' } }],
    ['a member missing', { status: 200, body: { ...initiated, serverSigned1: undefined } }],
    ['a member malformed', { status: 200, body: { ...initiated, transactionId: 'X' } }],
    ['nothing', { status: 204 }],
    ['JSON that says it is something else', { status: 200, body: initiated, contentType: 'text/html' }],
    ['a redirection', { status: 302 }],
  ])('does not take %s for an answer', async (_what, answer) => {
    answering(answer);
    await expect(connection().client(es9plus).initiateAuthentication(initiate)).rejects.toMatchObject({
      reason: 'SERVER_ANSWER_MALFORMED',
    });
  });

  it('takes JSON whatever it says of its characters', async () => {
    answering({ status: 200, body: initiated, contentType: 'Application/JSON; charset=UTF-8' });
    await expect(connection().client(es9plus).initiateAuthentication(initiate)).resolves.toBeDefined();
  });

  it('does not read an answer without end', async () => {
    answering({ status: 200, body: ' '.repeat(2000) });
    const client = connection({ maxAnswerOctets: 1000 }).client(es9plus);
    await expect(client.initiateAuthentication(initiate)).rejects.toMatchObject({ reason: 'SERVER_ANSWER_MALFORMED' });
  });

  it('tries again what may be repeated, and nothing else', async () => {
    let seen = answering({ status: 503 }, { status: 200, body: initiated });
    await connection().client(es9plus).initiateAuthentication(initiate);
    expect(seen()).toHaveLength(2);
    seen = answering({ status: 503 });
    await expect(connection().client(es9plus).authenticateClient(session)).rejects.toMatchObject({
      reason: 'SERVER_NOT_SERVING',
    });
    expect(seen()).toHaveLength(1);
  });

  it('says how long to wait when it calls too often, and does not call meanwhile', async () => {
    const seen = answering({ status: 429, retryAfter: '12' });
    const rejection = expect(connection().client(es9plus).initiateAuthentication(initiate)).rejects;
    await rejection.toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
      reason: 'RATE_LIMITED',
      retryAfterMs: 12_000,
      message: 'Too many calls from this address; wait 12 s.',
    });
    expect(seen()).toHaveLength(1);
  });

  it('waits before the next try as long as a server asks that can not serve now', async () => {
    const seen = answering({ status: 503, retryAfter: '3600' });
    await expect(connection().client(es9plus).initiateAuthentication(initiate)).rejects.toMatchObject({
      reason: 'SERVER_NOT_SERVING',
      retryAfterMs: 3_600_000,
      message: 'The server was reached, and can not serve now (HTTP status 503).',
    });
    expect(seen()).toHaveLength(1);
  });

  it('opens a connection anew after the server has closed it', async () => {
    const seen = answering({ status: 200, destroy: true }, { status: 200, body: initiated });
    await connection().client(es9plus).initiateAuthentication(initiate);
    expect(seen()).toHaveLength(2);
  });

  it('gives up after its time, and when it is told to', async () => {
    answering({ status: 200, body: initiated });
    const gone = { signal: AbortSignal.abort() };
    await expect(connection().client(es9plus).initiateAuthentication(initiate, gone)).rejects.toMatchObject({
      reason: 'CALL_CANCELLED',
    });
    const nowhere = connection({ connectTo: '127.0.0.1:1', timeoutMs: 500 }).client(es9plus);
    await expect(nowhere.initiateAuthentication(initiate)).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
    const late = { timeoutMs: 0 };
    await expect(connection().client(es9plus).initiateAuthentication(initiate, late)).rejects.toMatchObject({
      reason: 'DEADLINE_TOO_SHORT',
    });
  });

  it('trusts a server by chain and name only', async () => {
    const seen = answering({ status: 200, body: initiated });
    const stranger = { roots: (await makeTestPki()).roots };
    for (const wrong of [stranger, { address: 'other.example.com' }]) {
      await expect(connection(wrong).client(es9plus).initiateAuthentication(initiate)).rejects.toMatchObject({
        reason: 'SERVER_NOT_TRUSTED',
      });
    }
    expect(seen()).toEqual([]);
  });

  it('verifies an address that is no name as such, and not the place that the connection goes to', async () => {
    const pki = await makeTestPki();
    const identity = await pki.issue({ dnsNames: ['localhost'] });
    const local = await startHttpsServer(identity, () => ({ status: 200, body: initiated }));
    try {
      const connectTo = local.address.replace('127.0.0.1', 'localhost');
      const named = connection({ address: 'localhost', connectTo: local.address, roots: pki.roots });
      await expect(named.client(es9plus).initiateAuthentication(initiate)).resolves.toBeDefined();
      const numbered = connection({ address: '127.0.0.1', connectTo, roots: pki.roots });
      await expect(numbered.client(es9plus).initiateAuthentication(initiate)).rejects.toMatchObject({
        reason: 'SERVER_NOT_TRUSTED',
      });
    } finally {
      await local.stop();
    }
  });

  it('is not led to doubt a server that wants a certificate of its client', async () => {
    const pki = await makeTestPki();
    const mutual = await startHttpsServer(
      await pki.issue({ dnsNames: [testServerName] }),
      () => ({ status: 200 }),
      pki.roots,
    );
    try {
      const client = connection({ connectTo: mutual.address, roots: pki.roots }).client(es9plus);
      await expect(client.initiateAuthentication(initiate)).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
    } finally {
      await mutual.stop();
    }
  });

  it('talks to nothing but an SM-DP+ where it has to be one, however trusted', async () => {
    const seen = answering({ status: 200, body: initiated });
    for (const role of ['DPtls', 'DStls'] as const) {
      await expect(connection({ role }).client(es9plus).initiateAuthentication(initiate)).rejects.toMatchObject({
        reason: 'SERVER_ROLE_WRONG',
        message: expect.stringContaining('not for a server of this kind'),
      });
    }
    expect(seen()).toEqual([]);
  });
});

describe('an address', () => {
  it.each(['https://a.b', '', 'a b', 'a.b:0', 'a.b:65536', 'user@a.b'])('can not be %j', (address) => {
    expect(() => connectRsp({ address, roots: '' })).toThrow(TypeError);
  });
});

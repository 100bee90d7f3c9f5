import { Es2PlusService, Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { callerOf } from './caller.ts';
import { type Connection, connect } from './connection.ts';
import { createLogger } from './logger.ts';
import { createServer } from './server.ts';
import { implement } from './service-implementation.ts';
import { type Loopback, loopbackServer, loopbackServerName, makeTestPki, startLoopback } from './testing/index.ts';
import { es9Plus, initiateAuthentication } from './testing/sample-services.ts';

const es2Plus = implement(Es2PlusService, {
  downloadOrder: async () => ({ iccid: '' }),
  confirmOrder: async () => ({ eid: '', matchingId: '', smdpAddress: '' }),
  cancelOrder: async () => ({}),
  releaseProfile: async () => ({}),
});

const authenticate = (connection: Connection) =>
  connection.client(Es9PlusService).initiateAuthentication(initiateAuthentication);
const release = (connection: Connection) =>
  connection.client(Es2PlusService).releaseProfile({ iccid: '890001234567890123' });

describe('a server', () => {
  let loopback: Loopback;
  const seen: string[] = [];
  beforeAll(async () => {
    const answering = es9Plus({
      handleNotification: async (_request, { caller }) => {
        seen.push(`${caller.role}/${caller.name}`);
        return {};
      },
    });
    loopback = await startLoopback([answering, es2Plus]);
  });
  afterAll(() => loopback.close());

  it('knows a caller without certificate as a terminal', async () => {
    await expect(authenticate(loopback.asTerminal())).resolves.toMatchObject({
      transactionId: initiateAuthentication.euiccChallenge,
    });
    await expect(release(loopback.asTerminal())).rejects.toMatchObject({
      status: 'PERMISSION_DENIED',
      reason: 'CALLER_NOT_ALLOWED',
    });
  });

  it('knows a caller with a certificate by the identity in it', async () => {
    const pendingNotification = Buffer.alloc(3);
    for (const caller of [{ role: 'relay', name: undefined } as const, { role: 'relay', name: 'tokyo-1' } as const]) {
      const connection = await loopback.as(caller);
      await connection.client(Es9PlusService).handleNotification({ pendingNotification });
    }
    expect(seen).toEqual(['relay/undefined', 'relay/tokyo-1']);
  });

  it('refuses a role that the table of callers does not have for the method', async () => {
    const management = await loopback.as({ role: 'management', name: 'minato' });
    await expect(authenticate(management)).rejects.toMatchObject({ reason: 'CALLER_NOT_ALLOWED' });
    await expect(authenticate(loopback.asLocal())).rejects.toMatchObject({ reason: 'CALLER_NOT_ALLOWED' });
  });

  it('serves its own operators and no others', async () => {
    await expect(release(await loopback.as({ role: 'operator', name: 'aozora' }))).resolves.toEqual({});
    for (const name of ['minato', undefined]) {
      const stranger = await loopback.as({ role: 'operator', name });
      await expect(release(stranger)).rejects.toMatchObject({ reason: 'CALLER_NOT_ALLOWED' });
    }
  });

  it.each([
    ['no identity', []],
    ['another trust domain', ['spiffe://elsewhere.example/relay']],
    ['a role that certificates are not made for', ['spiffe://tegata.example/terminal']],
    ['two identities', ['spiffe://tegata.example/relay', 'spiffe://tegata.example/operator/aozora']],
  ])('refuses a certificate with %s', async (_what, uris) => {
    const connection = connect({
      address: loopback.addresses.mutualTls,
      security: {
        kind: 'mutual-tls',
        roots: loopback.pki.roots,
        server: loopbackServer,
        identity: await loopback.pki.issue({ uris }),
      },
    });
    await expect(authenticate(connection)).rejects.toMatchObject({
      status: 'UNAUTHENTICATED',
      reason: 'CALLER_UNIDENTIFIED',
    });
    connection.close();
  });

  it('refuses the handshake of a caller whose certificate another authority issued, or that has none', async () => {
    const other = await makeTestPki();
    const address = loopback.addresses.mutualTls;
    const { roots } = loopback.pki;
    const identity = await other.issue({ uris: ['spiffe://tegata.example/relay'] });
    const foreign = connect({ address, security: { kind: 'mutual-tls', roots, server: loopbackServer, identity } });
    await expect(authenticate(foreign)).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
    foreign.close();
    const none = connect({ address, security: { kind: 'tls', roots, serverName: loopbackServerName } });
    await expect(authenticate(none)).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
    none.close();
  });

  it('counts calls by method and caller, refused ones too, and not those that only watch it', async () => {
    const counted = loopback.server.callCounts();
    expect(counted).toContainEqual({
      method: '/gsma.rsp.v2.Es9Plus/HandleNotification',
      caller: 'relay/tokyo-1',
      count: 1,
    });
    expect(counted).toContainEqual({
      method: '/gsma.rsp.v2.Es2Plus/ReleaseProfile',
      caller: 'operator/minato',
      count: 1,
    });
    expect(counted.some(({ method }) => method.startsWith('/grpc.'))).toBe(false);
  });

  it('logs every call with its outcome and caller, and nothing of its content', () => {
    const line = loopback.log.find(({ caller }) => caller === 'operator/minato');
    expect(line).toMatchObject({
      method: '/gsma.rsp.v2.Es2Plus/ReleaseProfile',
      status: 'PERMISSION_DENIED',
      reason: 'CALLER_NOT_ALLOWED',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ms: expect.any(Number),
    });
    expect(JSON.stringify(loopback.log)).not.toContain('890001234567890123');
  });

  it('does not start over a socket that another process uses', async () => {
    const second = createServer({
      name: 'second',
      logger: createLogger('second', { level: 'silent' }),
      services: [es9Plus()],
      listeners: [{ address: loopback.addresses.local, security: { kind: 'local' } }],
    });
    await expect(second.start()).rejects.toThrow('in use by another process');
    await second.stop();
  });
});

describe('a client', () => {
  let loopback: Loopback;
  beforeAll(async () => {
    loopback = await startLoopback([es9Plus()]);
  });
  afterAll(() => loopback.close());

  it('refuses a server whose certificate another authority issued', async () => {
    const { roots } = await makeTestPki();
    const connection = loopback.asTerminal({ security: { kind: 'tls', roots, serverName: loopbackServerName } });
    await expect(authenticate(connection)).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
    await expect(connection.ready(300)).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
  });

  it('refuses a server with another name than the one asked for, whatever its address', async () => {
    const { roots } = loopback.pki;
    const connection = loopback.asTerminal({ security: { kind: 'tls', roots, serverName: 'rsp.minato.example' } });
    await expect(authenticate(connection)).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
  });

  it('refuses a server of the service PKI that is another one than asked for', async () => {
    const identity = await loopback.pki.issue({ uris: ['spiffe://tegata.example/relay'] });
    const connection = await loopback.as(
      { role: 'relay', name: undefined },
      {
        security: {
          kind: 'mutual-tls',
          roots: loopback.pki.roots,
          server: { role: 'management', name: 'minato' },
          identity,
        },
      },
    );
    await expect(authenticate(connection)).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
  });

  it('tells nothing of addresses in what it throws, and keeps the cause', async () => {
    const connection = connect({ address: 'unix:/nowhere/socket', security: { kind: 'local' } });
    const thrown: unknown = await authenticate(connection).catch((error: unknown) => error);
    expect((thrown as Error).message).not.toContain('nowhere');
    expect((thrown as Error).cause).toBeInstanceOf(Error);
    connection.close();
  });
});

describe('plaintext', () => {
  const local = { kind: 'local' } as const;
  it('is for socket files only', () => {
    expect(() => connect({ address: '127.0.0.1:1', security: local })).toThrow(TypeError);
    const roots = '';
    expect(() => connect({ address: 'unix:/x', security: { kind: 'tls', roots, serverName: 'x' } })).toThrow(TypeError);
    const logger = createLogger('x', { level: 'silent' });
    const listeners = [{ address: '127.0.0.1:0', security: local }];
    const server = createServer({ name: 'x', logger, services: [], listeners });
    return expect(server.start()).rejects.toThrow(TypeError);
  });
});

describe('the identity in a certificate', () => {
  it.each([
    ['URI:spiffe://tegata.example/management/aozora', { role: 'management', name: 'aozora' }],
    ['DNS:relay.tegata.example, URI:spiffe://tegata.example/relay', { role: 'relay', name: undefined }],
    ['URI:spiffe://tegata.example/operator/Aozora', undefined],
    ['URI:spiffe://tegata.example/operator/aozora/admin', undefined],
    ['URI:"spiffe://tegata.example/relay"', undefined],
    ['DNS:spiffe://tegata.example/relay', undefined],
    [undefined, undefined],
  ])('%s is %j', (subjectaltname, caller) => {
    expect(callerOf(subjectaltname === undefined ? undefined : { subjectaltname })).toEqual(caller);
  });
});

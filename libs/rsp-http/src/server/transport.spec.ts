import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { CallCounts, createLogger, type TlsIdentity } from '@tegata/service-kit';
import { makeTestPki } from '@tegata/service-kit/testing';
import fc from 'fast-check';
import { type RawProtocol, type RawRequest, rawClient, rawSocket } from '../testing/raw-client.ts';
import {
  requestHeader,
  type SampleServer,
  sampleRequests,
  startSampleServer,
  tlsOf,
} from '../testing/sample-server.ts';
import { fingerprintOf } from './pinned-clients.ts';
import { createRspServer } from './rsp-server.ts';

const cancelPath = '/gsma/rsp2/es9plus/cancelSession';
const cancel = JSON.stringify(sampleRequests['es9plus/cancelSession']);
const release = {
  path: '/gsma/rsp2/es2plus/releaseProfile',
  body: JSON.stringify({ header: requestHeader, ...sampleRequests['es2plus/releaseProfile'] }),
};
const json = { 'content-type': 'application/json' };

let sample: SampleServer;
const open: { close(): void }[] = [];

/** The server still answers. */
async function answers(): Promise<void> {
  const { status } = await client('http/1.1').send({ path: cancelPath, body: cancel });
  expect(status).toBe(200);
}

function client(protocol: RawProtocol, identity?: TlsIdentity, more: ConnectionOptions = {}) {
  const { lpa, mutual } = sample.addresses;
  const made = rawClient(identity ? mutual : lpa, protocol, { ...tlsOf(sample, identity), ...more });
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const each of open.splice(0)) each.close();
  await sample.server.stop();
});

describe.each(['http/1.1', 'h2'] as const)('what is no call over %s', (protocol) => {
  beforeEach(async () => {
    sample = await startSampleServer({ bodyOctets: 4096, bodyMs: 2_000 });
  });

  it.each<[number, string, Partial<RawRequest>]>([
    [404, 'another path', { path: '/' }],
    [404, 'a function that is not there', { path: '/gsma/rsp2/es9plus/constructor' }],
    [404, 'an interface of another listener', { path: '/gsma/rsp2/es2plus/releaseProfile' }],
    [404, 'a query', { path: `${cancelPath}?x=1` }],
    [404, 'a path that goes up', { path: '/gsma/rsp2/es9plus/../es9plus/cancelSession' }],
    [405, 'GET', { method: 'GET', body: '' }],
    [405, 'PUT', { method: 'PUT' }],
    [405, 'OPTIONS', { method: 'OPTIONS', body: '' }],
    [415, 'no type', { headers: {} }],
    [415, 'a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    [415, 'JSON in another character set', { headers: { 'content-type': 'application/json;charset=utf-16' } }],
    [415, 'a compressed body', { headers: { ...json, 'content-encoding': 'gzip' } }],
    [413, 'a body that says it is too large', { body: ' '.repeat(5000) }],
    [400, 'nothing', { body: '' }],
    [400, 'half an object', { body: '{"transactionId":' }],
    [400, 'two objects', { body: `${cancel}${cancel}` }],
    [400, 'text that is not UTF-8', { body: Buffer.from('7b22ff223a317d', 'hex') }],
  ])('has the status %i: %s', async (expected, _what, request) => {
    const made = client(protocol);
    const answer = await made.send({ path: cancelPath, body: cancel, ...request });
    expect(answer.status).toBe(expected);
    expect(answer.headers['x-admin-protocol']).toBe('gsma/rsp/v2.2.2');
    if (expected === 405) expect(answer.headers.allow).toBe('POST');
    // The connection is as good as before.
    expect((await made.send({ path: cancelPath, body: cancel })).status).toBe(200);
  });

  it.each(['application/json;charset=UTF-8', 'Application/JSON; charset="utf-8"', 'application/json;x=y'])(
    'is not the type %s',
    async (type) => {
      const { status } = await client(protocol).send({
        path: cancelPath,
        body: cancel,
        headers: { 'content-type': type },
      });
      expect(status).toBe(200);
    },
  );
});

describe('a peer that is slow, large or senseless', () => {
  it('is cut off in the handshake', async () => {
    sample = await startSampleServer({ handshakeMs: 2_000 });
    const [host = '', port = ''] = sample.addresses.lpa.split(':');
    const silent = connectTcp(Number(port), host);
    silent.on('error', () => {});
    await once(silent, 'close');
    await answers();
  });

  it('gets 408 when header fields or a body drip', async () => {
    sample = await startSampleServer({ headersMs: 2_000, bodyMs: 2_000 });
    for (const [start, drop] of [
      [`POST ${cancelPath} HTTP/1.1\r\nHost: x\r\n`, 'X-A: b\r\n'],
      [`POST ${cancelPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`, ' '],
    ] as const) {
      const { socket, received } = rawSocket(sample.addresses.lpa, tlsOf(sample));
      socket.write(start);
      const dripping = setInterval(() => socket.write(drop), 20);
      expect(await received).toMatch(/^HTTP\/1.1 408 /);
      clearInterval(dripping);
    }
    await answers();
  });

  it('gets 408 for a stream of HTTP/2 that is not ended', async () => {
    sample = await startSampleServer({ bodyMs: 200 });
    const [host = '', port = ''] = sample.addresses.lpa.split(':');
    const session = connectHttp2('https://smdp.example.com', {
      createConnection: () => connectTls({ ...tlsOf(sample), host, port: Number(port), ALPNProtocols: ['h2'] }),
    });
    open.push(session);
    const stream = session.request({ ':method': 'POST', ':path': cancelPath, ...json }, { endStream: false });
    stream.write('{');
    const [headers] = await once(stream, 'response');
    expect(headers[':status']).toBe(408);
  });

  it('gets 431 for header fields, 413 for a body without length', async () => {
    sample = await startSampleServer({ headerOctets: 2048, bodyOctets: 4096 });
    const start = `POST ${cancelPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const large = rawSocket(sample.addresses.lpa, tlsOf(sample));
    large.socket.write(`${start}X: ${'a'.repeat(4096)}\r\n\r\n`);
    expect(await large.received).toMatch(/^HTTP\/1.1 431 /);
    const endless = rawSocket(sample.addresses.lpa, tlsOf(sample));
    endless.socket.write(`${start}Transfer-Encoding: chunked\r\n\r\n1000\r\n${' '.repeat(4096)}\r\n1\r\n \r\n`);
    const [first] = (await once(endless.socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1.1 413 /);
    // In HTTP/2 the first request comes before the limit is agreed on; those after it may be reset instead.
    const streams = client('h2');
    const oversized = { path: cancelPath, body: cancel, headers: { ...json, 'x-large': 'a'.repeat(4096) } };
    const refusal = () =>
      streams.send(oversized).then(
        ({ status }) => status,
        () => 'reset',
      );
    expect([431, 'reset']).toContain(await refusal());
    expect((await streams.send({ path: cancelPath, body: cancel })).status).toBe(200);
    expect([431, 'reset']).toContain(await refusal());
    // Who goes on all the same is cut off.
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const flood = setInterval(() => endless.socket.write(chunk.repeat(16)), 1);
    await endless.received;
    clearInterval(flood);
    await answers();
  });

  it('gets at most 400 for octets that are not HTTP', async () => {
    sample = await startSampleServer({ headersMs: 2_000, bodyMs: 2_000 });
    const prefixes = fc.constantFrom(
      '',
      'POST ',
      `POST ${cancelPath} HTTP/1.1\r\n`,
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    );
    await fc.assert(
      fc.asyncProperty(
        prefixes,
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('h2', 'http/1.1'),
        async (prefix, octets, alpn) => {
          const { socket, received } = rawSocket(sample.addresses.lpa, { ...tlsOf(sample), ALPNProtocols: [alpn] });
          socket.end(Buffer.concat([Buffer.from(prefix), octets]));
          expect(await received).not.toMatch(/^HTTP\/1.1 (2|5)/);
        },
      ),
      { numRuns: 60 },
    );
    await answers();
  });

  it('is cut off when it does not read its answer', async () => {
    sample = await startSampleServer({ keepAliveMs: 500, answerMs: 500 });
    const [host = '', port = ''] = sample.addresses.lpa.split(':');
    const session = connectHttp2('https://smdp.example.com', {
      settings: { initialWindowSize: 0 },
      createConnection: () => connectTls({ ...tlsOf(sample), host, port: Number(port), ALPNProtocols: ['h2'] }),
    });
    open.push(session);
    const stream = session.request({ ':method': 'POST', ':path': cancelPath, ...json });
    stream.on('error', () => {}).end(cancel);
    await once(stream, 'response');
    await once(session, 'close');
    await answers();
  });

  it('that goes away is told to the handler', async () => {
    sample = await startSampleServer();
    const aborted = new Promise<string>((resolve) => {
      sample.handlers.es9plus.cancelSession = (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            resolve(signal.reason.reason);
            reject(signal.reason);
          });
          gone();
        });
    });
    const { socket } = rawSocket(sample.addresses.lpa, tlsOf(sample));
    const gone = () => void socket.destroy();
    socket.write(
      `POST ${cancelPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${cancel.length}\r\n\r\n${cancel}`,
    );
    expect(await aborted).toBe('CALL_CANCELLED');
  });

  it('waits no longer than an answer may take', async () => {
    sample = await startSampleServer({ answerMs: 1_000 });
    sample.handlers.es9plus.cancelSession = () => new Promise(() => {});
    const { status, body } = await client('h2').send({ path: cancelPath, body: cancel });
    expect([status, body]).toEqual([200, expect.stringContaining('"subjectCode":"8.8","reasonCode":"4.2"')]);
  });
});

describe('a connection', () => {
  it.each(['http/1.1', 'h2'] as const)('over %s is kept for the next requests', async (protocol) => {
    sample = await startSampleServer();
    const seen = new Set<number | undefined>();
    const [host = '', port = ''] = sample.addresses.lpa.split(':');
    if (protocol === 'http/1.1') {
      const { socket } = rawSocket(sample.addresses.lpa, tlsOf(sample));
      const request = `POST ${cancelPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${cancel.length}\r\n\r\n${cancel}`;
      for (let count = 0; count < 3; count++) {
        socket.write(request);
        const [part] = (await once(socket, 'data')) as [Buffer];
        expect(part.toString()).toMatch(
          /^HTTP\/1.1 200 OK\r\n[\s\S]*\r\nConnection: keep-alive\r\nKeep-Alive: timeout=60\r\n/i,
        );
        seen.add(socket.localPort);
      }
      socket.destroy();
    } else {
      const made = connectTls({ ...tlsOf(sample), host, port: Number(port), ALPNProtocols: ['h2'] });
      const session = connectHttp2('https://smdp.example.com', { createConnection: () => made });
      open.push(session);
      for (let count = 0; count < 3; count++) {
        const stream = session.request({ ':method': 'POST', ':path': cancelPath, ...json });
        stream.end(cancel);
        const [headers] = await once(stream, 'response');
        expect(headers[':status']).toBe(200);
        seen.add(made.localPort);
      }
    }
    expect(seen.size).toBe(1);
  });

  it('has at least TLS 1.2, with the suite that SGP.22 asks for', async () => {
    sample = await startSampleServer();
    const suite = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } as const;
    const { socket } = rawSocket(sample.addresses.lpa, { ...tlsOf(sample), ...suite });
    await once(socket, 'secureConnect');
    expect([socket.getProtocol(), socket.getCipher().name]).toEqual(['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256']);
    socket.destroy();
    const [host = '', port = ''] = sample.addresses.lpa.split(':');
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const refused = connectTls({ ...tlsOf(sample), ...old, host, port: Number(port) });
    const [error] = await once(refused, 'error');
    expect(error.code).toMatch(/PROTOCOL_VERSION/);
  });

  it('beyond the number that is allowed is not taken', async () => {
    sample = await startSampleServer({ connections: 1 });
    const first = rawSocket(sample.addresses.lpa, tlsOf(sample));
    await once(first.socket, 'secureConnect');
    const second = rawSocket(sample.addresses.lpa, tlsOf(sample));
    expect(await second.received).toBe('');
    first.socket.destroy();
    await first.received;
    await answers();
  });
});

describe('a listener with mutual TLS', () => {
  beforeEach(async () => {
    sample = await startSampleServer();
  });

  it.each(['http/1.1', 'h2'] as const)('takes no client over %s but those it pinned', async (protocol) => {
    const { operator } = sample.clients;
    expect((await client(protocol, operator).send(release)).status).toBe(200);
    const unpinned = await sample.pki.issue({ uris: ['spiffe://tegata.example/operator/aozora'] });
    const stranger = await (await makeTestPki()).issue({ uris: ['spiffe://tegata.example/operator/aozora'] });
    for (const identity of [unpinned, stranger])
      await expect(client(protocol, identity).send(release)).rejects.toThrow();
    const nobody = rawClient(sample.addresses.mutual, protocol, tlsOf(sample));
    open.push(nobody);
    await expect(nobody.send(release)).rejects.toThrow();
    expect(sample.counts.snapshot()).toEqual([
      { method: '/gsma.rsp.v2.Es2Plus/ReleaseProfile', caller: 'operator/aozora', count: 1 },
    ]);
    expect(sample.log.find(({ msg }) => msg === 'client certificate is not pinned, or of another role')).toMatchObject({
      fingerprint: expect.stringMatching(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/),
    });
  });

  it('takes a pinned certificate as its own root', async () => {
    const { operator } = sample.clients;
    const alone = createRspServer({
      name: 'alone',
      logger: createLogger('alone', { level: 'silent' }),
      counts: new CallCounts(),
      operatorName: 'aozora',
      listeners: [
        {
          address: '127.0.0.1:0',
          identity: await sample.pki.issue({ dnsNames: ['smdp.example.com'] }),
          clients: {
            roots: operator.certificateChain,
            pinned: [
              { caller: { role: 'operator', name: 'aozora' }, sha256: fingerprintOf(operator.certificateChain) },
            ],
          },
          serves: [],
        },
      ],
    });
    await alone.start();
    const pinned = rawClient(alone.addresses[0] as string, 'http/1.1', tlsOf(sample, operator));
    expect((await pinned.send(release)).status).toBe(404);
    const other = rawClient(alone.addresses[0] as string, 'http/1.1', tlsOf(sample, sample.clients.smdp));
    await expect(other.send(release)).rejects.toThrow();
    for (const each of [pinned, other]) each.close();
    await alone.stop();
  });
});

describe('a server that stops', () => {
  it('lets calls in progress finish, and takes no more', async () => {
    sample = await startSampleServer();
    const both = [client('http/1.1'), client('h2')];
    let arrived = 0;
    let finish: () => void = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    sample.handlers.es9plus.cancelSession = async () => {
      arrived++;
      await finished;
      return {};
    };
    const calls = both.map((each) => each.send({ path: cancelPath, body: cancel }));
    while (arrived < 2) await sleep(5);
    const stopped = sample.server.stop();
    await expect(client('http/1.1').send({ path: cancelPath, body: cancel })).rejects.toThrow();
    finish();
    const answered = await Promise.all(calls);
    expect(answered.map(({ status }) => status)).toEqual([200, 200]);
    expect(answered[0]?.headers.connection).toBe('close');
    await stopped;
  });

  it('does not wait for ever', async () => {
    sample = await startSampleServer({}, 100);
    let arrived: () => void = () => {};
    const called = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    sample.handlers.es9plus.cancelSession = () => {
      arrived();
      return new Promise(() => {});
    };
    const call = client('h2').send({ path: cancelPath, body: cancel });
    await called;
    await Promise.all([expect(call).rejects.toThrow(), sample.server.stop()]);
  });
});

import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { rawClient, rawSocket } from '../testing/raw-client.ts';
import { type SampleServer, sampleRequests, startSampleServer, tlsOf } from '../testing/sample-server.ts';

const path = '/gsma/rsp2/es9plus/cancelSession';
const body = JSON.stringify(sampleRequests['es9plus/cancelSession']);
const { length } = body;
const line = `POST ${path} HTTP/1.1\r\n`;
const type = 'Content-Type: application/json\r\n';
const chunked = `${length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

/** Where one request ends and the next begins must never be a matter of taste: something in front of this server may have another. */
describe('a request whose end can be read in two ways', () => {
  let sample: SampleServer;
  beforeAll(async () => {
    sample = await startSampleServer();
  });
  afterAll(() => sample.server.stop());

  /** Statuses of what is answered on a connection. */
  async function statuses(...parts: string[]): Promise<string> {
    const { socket, received } = rawSocket(sample.addresses.lpa, { ...tlsOf(sample), ALPNProtocols: ['http/1.1'] });
    socket.end(Buffer.from(parts.join(''), 'latin1'));
    return [...(await received).matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status).join(' ');
  }
  const good = [line, 'Host: x\r\n', type];

  it.each<[string, string, readonly string[]]>([
    ['200', 'no fault', [...good, `Content-Length: ${length}\r\n\r\n`, body]],
    ['200', 'chunks', [...good, 'Transfer-Encoding: chunked\r\n\r\n', chunked]],
    [
      '400',
      'a length and chunks',
      [...good, `Content-Length: ${length}\r\nTransfer-Encoding: chunked\r\n\r\n`, chunked],
    ],
    ['400', 'two lengths', [...good, `Content-Length: ${length}\r\nContent-Length: ${length + 1}\r\n\r\n`, body]],
    ['400', 'a list of lengths', [...good, `Content-Length: ${length}, ${length}\r\n\r\n`, body]],
    ['400', 'a length with a sign', [...good, `Content-Length: +${length}\r\n\r\n`, body]],
    ['400', 'chunks of another name', [...good, 'Transfer-Encoding: xchunked\r\n\r\n', chunked]],
    ['400', 'chunks that are not last', [...good, 'Transfer-Encoding: chunked, identity\r\n\r\n', chunked]],
    ['400', 'a blank before the colon', [...good, 'Transfer-Encoding : chunked\r\n\r\n', chunked]],
    ['415', 'a coding below the chunks', [...good, 'Transfer-Encoding: gzip, chunked\r\n\r\n', chunked]],
    ['400', 'a chunk without size', [...good, 'Transfer-Encoding: chunked\r\n\r\nzz\r\n', chunked]],
    [
      '400',
      'a chunk larger than numbers',
      [...good, 'Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n', chunked],
    ],
    ['400', 'lines without carriage return', [...good, `Content-Length: ${length}\n\n`, body]],
    ['400', 'a header field over two lines', [...good, `X: a\r\n b\r\nContent-Length: ${length}\r\n\r\n`, body]],
    ['400', 'NUL in a header field', [...good, `X: a\0b\r\nContent-Length: ${length}\r\n\r\n`, body]],
    ['400', 'no host', [line, type, `Content-Length: ${length}\r\n\r\n`, body]],
    ['400', 'two hosts', [...good, `Host: y\r\nContent-Length: ${length}\r\n\r\n`, body]],
    ['400', 'two types', [...good, `content-type: text/plain\r\nContent-Length: ${length}\r\n\r\n`, body]],
    ['417', 'an expectation', [...good, `Expect: gold\r\nContent-Length: ${length}\r\n\r\n`, body]],
    ['', 'a tunnel', ['CONNECT smdp.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n']],
  ])('is answered %j: %s', async (expected, _what, parts) => {
    expect(await statuses(...parts)).toBe(expected);
  });
});

/** A frame of HTTP/2 (RFC 9113 section 4.1). */
function frame(frameType: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(frameType, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** A header field that no table has (RFC 7541 section 6.2.2), of names and values below 127 octets. */
const literal = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.of(0, name.length), Buffer.from(name), Buffer.of(value.length), Buffer.from(value)]);

/** Clients of HTTP/2 do not make these. */
describe('a request of HTTP/2 with a header field twice', () => {
  const [data, headers, reset, settings] = [0, 1, 3, 4];
  const [endStream, endHeaders] = [1, 4];
  /** How the field `:status` begins the answer where the static table has it. */
  const statuses = new Map([
    [0x88, '200'],
    [0x8c, '400'],
  ]);
  const json = ['content-type', 'application/json'] as const;

  it.each<[string, string, readonly (readonly [string, string])[]]>([
    ['200', 'no fault', [json]],
    ['400', 'two types', [json, ['content-type', 'text/plain']]],
    ['reset', 'two hosts', [json, ['host', 'x'], ['host', 'y']]],
  ])('is answered %s: %s', async (expected, _what, fields) => {
    const sample = await startSampleServer();
    const [host = '', port = ''] = sample.addresses.lpa.split(':');
    const socket = connectTls({ ...tlsOf(sample), host, port: Number(port), ALPNProtocols: ['h2'] });
    const pseudo = { ':method': 'POST', ':path': path, ':scheme': 'https', ':authority': 'smdp.example.com' };
    const list = [...Object.entries(pseudo), ...fields].map(([name, value]) => literal(name, value));
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(frame(settings, 0, 0, Buffer.alloc(0)));
    socket.write(frame(headers, endHeaders, 1, Buffer.concat(list)));
    socket.write(frame(data, endStream, 1, Buffer.from(body)));
    let answer: string | undefined;
    let received: Buffer = Buffer.alloc(0);
    for await (const part of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, part]);
      const first = framesOf(received).find(({ type: kind }) => kind === headers || kind === reset);
      if (first === undefined) continue;
      answer = first.type === reset ? 'reset' : statuses.get(first.payload[0] ?? 0);
      break;
    }
    socket.destroy();
    await sample.server.stop();
    expect(answer).toBe(expected);
  });

  /** The frames that are there as a whole. */
  function framesOf(octets: Buffer): { type: number; payload: Buffer }[] {
    const frames = [];
    for (let at = 0; at + 9 <= octets.length; ) {
      const end = at + 9 + octets.readUIntBE(at, 3);
      if (end > octets.length) break;
      frames.push({ type: octets.readUInt8(at + 3), payload: octets.subarray(at + 9, end) });
      at = end;
    }
    return frames;
  }
});

describe('a peer that resets its streams of HTTP/2 as soon as it has opened them', () => {
  it('is cut off, and others are answered', async () => {
    const sample = await startSampleServer();
    const [host = '', port = ''] = sample.addresses.lpa.split(':');
    const session = connectHttp2('https://smdp.example.com', {
      createConnection: () => connectTls({ ...tlsOf(sample), host, port: Number(port), ALPNProtocols: ['h2'] }),
    });
    session.on('error', () => {});
    const over = new Promise((resolve) => session.once('close', resolve));
    await once(session, 'connect');
    const flood = () => {
      for (let count = 0; count < 50 && !session.closed && !session.destroyed; count++) {
        const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
        stream.on('error', () => {});
        stream.close(constants.NGHTTP2_CANCEL);
      }
      if (!session.closed && !session.destroyed) session.ping(() => setImmediate(flood));
    };
    flood();
    await over;
    const other = rawClient(sample.addresses.lpa, 'h2', tlsOf(sample));
    expect((await other.send({ path, body })).status).toBe(200);
    other.close();
    await sample.server.stop();
  });
});

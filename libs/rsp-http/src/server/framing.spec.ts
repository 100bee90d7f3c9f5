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

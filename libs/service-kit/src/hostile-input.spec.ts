import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { status as StatusCode } from '@grpc/grpc-js';
import { Es9PlusService, InitiateAuthenticationRequest } from '@tegata/contracts/gsma-rsp-v2';
import fc from 'fast-check';
import { type Loopback, loopbackServerName, startLoopback } from './testing/index.ts';
import { es9Plus, initiateAuthentication } from './testing/sample-services.ts';

const path = '/gsma.rsp.v2.Es9Plus/InitiateAuthentication';

/** A message in its gRPC frame: compression flag, length, octets. */
function frame(message: Uint8Array, { flag = 0, length = message.length } = {}): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

describe('a server', () => {
  let loopback: Loopback;
  let session: ClientHttp2Session;
  beforeAll(async () => {
    loopback = await startLoopback([es9Plus()], { maxMessageOctets: 100_000 });
    session = connectHttp2(`https://${loopback.addresses.tls}`, {
      ca: loopback.pki.roots,
      servername: loopbackServerName,
    });
  });
  afterAll(async () => {
    session.close();
    await loopback.close();
  });

  /** Sends octets as they are, and returns the gRPC status and message. */
  async function send(octets: Uint8Array, headers: Record<string, string> = {}): Promise<[number, string]> {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let status: [number, string] = [Number.NaN, ''];
    const read = (sent: Record<string, unknown>) => {
      if (sent['grpc-status'] !== undefined) status = [Number(sent['grpc-status']), String(sent['grpc-message'])];
    };
    stream.on('response', read).on('trailers', read);
    stream.resume().end(octets);
    await once(stream, 'close');
    return status;
  }

  const good = InitiateAuthenticationRequest.encode(initiateAuthentication).finish();

  it('answers a good message, so that what follows means something', async () => {
    expect((await send(frame(good)))[0]).toBe(StatusCode.OK);
  });

  it.each([
    ['no message', new Uint8Array()],
    ['half a frame head', frame(good).subarray(0, 3)],
    ['a frame that ends too early', frame(good).subarray(0, -1)],
    ['two messages for one', Buffer.concat([frame(good), frame(good)])],
    ['a message that ends too early', frame(good.subarray(0, -1))],
    ['a message that is none', frame(Buffer.from('ffffffff', 'hex'))],
    ['a compressed message that is none', frame(good, { flag: 1 })],
  ])('refuses %s with a status of the caller', async (_what, octets) => {
    const [code] = await send(octets, { 'grpc-encoding': 'gzip' });
    expect([StatusCode.INVALID_ARGUMENT, StatusCode.UNIMPLEMENTED]).toContain(code);
  });

  it('refuses a message larger than its field rules let it be, or than the server takes, unread', async () => {
    const tooLarge = [StatusCode.RESOURCE_EXHAUSTED, encodeURI('The request is larger than this method takes.')];
    expect(await send(frame(Buffer.alloc(8_000)))).toEqual(tooLarge);
    expect(await send(frame(Buffer.alloc(10), { length: 100_001 }))).toEqual(tooLarge);
    expect(await send(frame(Buffer.alloc(10), { length: 0xffffffff }))).toEqual(tooLarge);
  });

  it('names a method it does not have as such', async () => {
    const client = loopback.asTerminal().client({
      gone: { ...Es9PlusService.initiateAuthentication, path: '/gsma.rsp.v2.Es11/InitiateAuthentication' as const },
    });
    await expect(client.gone(initiateAuthentication)).rejects.toMatchObject({
      status: 'UNIMPLEMENTED',
      reason: 'METHOD_NOT_SERVED',
    });
  });

  it.each([
    ['garbage', StatusCode.INVALID_ARGUMENT],
    ['1x', StatusCode.INVALID_ARGUMENT],
    ['1n', StatusCode.DEADLINE_EXCEEDED],
    ['3600S', StatusCode.OK],
  ])('answers a call with the deadline %s', async (timeout, expected) => {
    expect((await send(frame(good), { 'grpc-timeout': timeout }))[0]).toBe(expected);
  });

  it('survives octets that are no TLS, and goes on serving', async () => {
    const [host, port] = loopback.addresses.tls.split(':');
    const socket = connectTcp(Number(port), host);
    socket.on('error', () => {}).end('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    expect((await send(frame(good)))[0]).toBe(StatusCode.OK);
  });

  it('answers any mutation of a message with a status that blames the caller or none', async () => {
    const mutation = fc.tuple(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length));
    const blameless = new Set([StatusCode.OK, StatusCode.INVALID_ARGUMENT]);
    await fc.assert(
      fc.asyncProperty(mutation, async ([at, octet, cut]) => {
        const mutated = Buffer.from(good);
        mutated[at] = octet;
        const [code] = await send(frame(mutated.subarray(0, cut)));
        expect(blameless).toContain(code);
      }),
      { numRuns: 100 },
    );
  });
});

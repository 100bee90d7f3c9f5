import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import type { Card } from '../card.ts';
import { stayInReader } from './stay-in-reader.ts';
import { VpcdMessages, vpcdMessage } from './vpcd-messages.ts';

const ATR = Uint8Array.of(0x3b, 0x81, 0x00, 0x81);

/** A card that tells of what was done to it, and answers a command with its own octets. */
class Recorder implements Card {
  readonly seen: string[] = [];

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    this.seen.push(Buffer.from(command).toString('hex'));
    return Buffer.concat([command, Uint8Array.of(0x90, 0x00)]);
  }

  async reset(): Promise<Uint8Array> {
    this.seen.push('reset');
    return ATR;
  }
}

/** What vpcd does: it listens, takes one card, asks and reads answers. */
class Vpcd {
  private constructor(private readonly server: Server) {}

  static async listen(port = 0): Promise<Vpcd> {
    const server = createServer({ noDelay: true });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Vpcd(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async card(): Promise<CardSocket> {
    const [socket] = (await once(this.server, 'connection')) as [Socket];
    return new CardSocket(socket);
  }

  async close(): Promise<void> {
    this.server.close();
    await once(this.server, 'close');
  }
}

class CardSocket {
  private readonly answers: Uint8Array[] = [];
  private readonly messages = new VpcdMessages();

  constructor(readonly socket: Socket) {
    socket.on('data', (octets) => this.answers.push(...this.messages.push(octets)));
    socket.on('error', () => {});
  }

  send(...contents: readonly number[][]): void {
    this.socket.write(Buffer.concat(contents.map((content) => vpcdMessage(Uint8Array.from(content)))));
  }

  async answer(): Promise<string> {
    while (this.answers.length === 0) await once(this.socket, 'data');
    return Buffer.from(this.answers.shift() ?? []).toString('hex');
  }

  async leave(): Promise<void> {
    this.socket.destroy();
    await once(this.socket, 'close');
  }
}

describe('virtual smart-card reader', () => {
  let vpcd: Vpcd;
  let card: Recorder;
  let told: string[];
  let stop: AbortController;
  let running: Promise<void>;

  beforeEach(async () => {
    vpcd = await Vpcd.listen();
    [card, told, stop] = [new Recorder(), [], new AbortController()];
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await vpcd.close();
  });

  function insert(port = vpcd.port): void {
    const options = {
      name: 'The card',
      signal: stop.signal,
      tell: (line: string) => void told.push(line),
      retryMs: 10,
    };
    running = stayInReader({ host: '127.0.0.1', port }, card, options);
  }

  it('powers, resets and asks the card, in the order of the messages, however they arrive', async () => {
    const connected = vpcd.card();
    insert();
    const reader = await connected;
    reader.send([1], [4], [0, 0xa4, 0, 0, 2, 0x3f, 0], [2], [4]);
    expect([await reader.answer(), await reader.answer(), await reader.answer()]).toEqual([
      '3b810081',
      '00a40000023f009000',
      '3b810081',
    ]);
    const message = vpcdMessage(Uint8Array.of(0, 0xb0, 0, 0, 0));
    for (const octet of message) {
      reader.socket.write(Uint8Array.of(octet));
      await new Promise(setImmediate);
    }
    expect(await reader.answer()).toBe('00b00000009000');
    expect(card.seen).toEqual(['reset', '00a40000023f00', 'reset', '00b0000000']);
    await reader.leave();
  });

  it('has an ATR without having been powered on, and passes over what it does not know', async () => {
    const connected = vpcd.card();
    insert();
    const reader = await connected;
    reader.send([], [7], [4]);
    expect(await reader.answer()).toBe('3b810081');
    reader.send(
      [0, 1, 2],
      Array.from({ length: 300 }, () => 0),
      [4],
    );
    expect([await reader.answer(), await reader.answer()]).toEqual(['6700', '6700']);
    expect(await reader.answer()).toBe('3b810081');
    expect(card.seen).toEqual(['reset']);
    await reader.leave();
  });

  it('comes back when the reader was away, and waits for one that is not there yet', async () => {
    const connected = vpcd.card();
    insert();
    const first = await connected;
    const again = vpcd.card();
    await first.leave();
    await (await again).leave();
    const { port } = vpcd;
    await vpcd.close();
    while (!told.some((line) => line.startsWith('Nobody listens')))
      await new Promise((resolve) => setTimeout(resolve, 5));
    vpcd = await Vpcd.listen(port);
    const last = await vpcd.card();
    last.send([4]);
    expect(await last.answer()).toBe('3b810081');
    expect(told.filter((line) => line.startsWith('Nobody listens'))).toHaveLength(1);
    await last.leave();
  });

  it('can be taken out before it is in', async () => {
    insert();
    stop.abort();
    await running;
    expect(told).toEqual([]);
  });

  it('is given up with the error when waiting does not help', async () => {
    running = Promise.resolve();
    const nowhere = stayInReader({ host: 'no such host', port: 1 }, card, {
      name: 'The card',
      signal: stop.signal,
      tell: () => {},
    });
    await expect(nowhere).rejects.toMatchObject({ syscall: 'getaddrinfo' });
  });
});

describe('messages of vpcd', () => {
  it('come together wherever they are cut', () => {
    const contents = fc.array(fc.uint8Array({ minLength: 1, maxLength: 600 }), { maxLength: 5 });
    fc.assert(
      fc.property(contents, fc.infiniteStream(fc.integer({ min: 1, max: 50 })), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(vpcdMessage));
        const messages = new VpcdMessages();
        const received: Uint8Array[] = [];
        for (let at = 0; at < stream.length; ) {
          const size = cuts.next().value;
          received.push(...messages.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(received.map((content) => Buffer.from(content).toString('hex'))).toEqual(
          sent.map((content) => Buffer.from(content).toString('hex')),
        );
      }),
    );
  });
});

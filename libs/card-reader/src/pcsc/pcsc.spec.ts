import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Card } from '../card.ts';
import { missingOfPcsc, OwnPcscd } from '../testing/index.ts';
import { stayInReader } from '../vpcd/stay-in-reader.ts';
import { PcscError } from './pcsc-error.ts';
import { type PcscOptions, waitForCard } from './wait-for-card.ts';

const forever = new AbortController().signal;
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof PcscError) return error.code;
    throw error;
  }
};

const reason = missingOfPcsc();
const describeWithPcsc = reason === undefined ? describe : describe.skip;

describeWithPcsc(`a card in a reader of pcscd${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let pcscd: OwnPcscd;
  const wait = (options: Partial<PcscOptions> = {}) =>
    waitForCard({ socket: pcscd.socket, signal: forever, patienceMs: 30_000, ...options });

  beforeEach(async () => {
    pcscd = await OwnPcscd.start();
  });
  afterEach(() => pcscd.stop());

  /** Keeps a card that repeats commands in the reader while `work` goes on. */
  async function withCard(
    work: (inserted: () => void, remove: () => void) => Promise<void>,
    answer = repeating,
    onReset = () => {},
  ) {
    const removed = new AbortController();
    let staying: Promise<void> = Promise.resolve();
    const insert = () => {
      const card: Card = {
        longestCommand: 65_544,
        transmit: answer,
        reset: async () => {
          onReset();
          return Buffer.from('3b80800101', 'hex');
        },
      };
      const options = { name: 'The card', signal: removed.signal, tell: () => {}, retryMs: 20 };
      staying = stayInReader({ host: '127.0.0.1', port: pcscd.port }, card, options);
    };
    try {
      await work(insert, () => removed.abort());
    } finally {
      removed.abort();
      await staying;
    }
  }
  const repeating = async (command: Uint8Array) => Buffer.concat([command, Buffer.of(0x90, 0x00)]);
  const command = (octets: number) => Buffer.alloc(octets, 0xa5);

  it('is waited for, and answers commands with short and with extended lengths', async () => {
    await withCard(async (insert) => {
      const card = await wait({ reader: 'TEGATA', onWaiting: insert });
      expect([card.reader, card.protocol]).toEqual(['Tegata 00 00', 'T=1']);
      for (const octets of [4, 261, 4_000, 60_000]) {
        expect(Buffer.compare(await card.transmit(command(octets)), await repeating(command(octets)))).toBe(0);
      }
      await card.release();
    });
  });

  it('is reset when it is asked to be, and goes on answering', async () => {
    let resets = 0;
    await withCard(
      async (insert) => {
        insert();
        const card = await wait();
        const before = resets;
        expect(Buffer.from(await card.reset()).toString('hex')).toBe('3b80800101');
        expect(resets).toBe(before + 1);
        expect(await card.transmit(command(5))).toHaveLength(7);
        await card.release();
      },
      repeating,
      () => resets++,
    );
  });

  it('is let go when it has answered what it was asked, also after the signal', async () => {
    const stop = new AbortController();
    const slowly = async (command: Uint8Array) => {
      stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return repeating(command);
    };
    await withCard(async (insert) => {
      insert();
      const card = await wait({ signal: stop.signal });
      const [answer] = await Promise.all([card.transmit(command(60)), card.release()]);
      expect(answer).toHaveLength(62);
    }, slowly);
  });

  it('belongs to one program at a time', async () => {
    await withCard(async (insert) => {
      insert();
      const card = await wait();
      expect(await codeOf(wait())).toBe('CARD_BUSY');
      await card.release();
      await (await wait()).release();
    });
  });

  it('that is taken away is missed with the next command, and may be let go all the same', async () => {
    let remove = () => {};
    await withCard(
      async (insert, take) => {
        remove = take;
        insert();
        const card = await wait();
        expect(await codeOf(card.transmit(command(5)))).toBe('CARD_REMOVED');
        await card.release();
      },
      async () => {
        remove();
        return Buffer.of(0x90, 0x00);
      },
    );
  });

  it('is not waited for longer than said, nor after the signal', async () => {
    expect(await codeOf(wait({ patienceMs: 20 }))).toBe('CARD_NOT_PRESENT');
    const stop = new AbortController();
    const waiting = wait({ signal: stop.signal, onWaiting: () => stop.abort(new Error('stopped')) });
    await expect(waiting).rejects.toThrow();
  });

  it('is looked for in the reader that is named', async () => {
    expect(await codeOf(wait({ reader: 'another' }))).toBe('READER_NOT_FOUND');
  });
});

describe('pcscd', () => {
  it('that is not there is said to be missing', async () => {
    const nowhere = waitForCard({ socket: '/nowhere/pcscd.comm', signal: forever, patienceMs: 1_000 });
    expect(await codeOf(nowhere)).toBe('PCSC_UNAVAILABLE');
  });

  it('that ends, or answers anything else, ends in a reason', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tegata-pcscd-'));
    const socket = join(folder, 'comm');
    let answers = new Uint8Array();
    const server: Server = createServer((client) => {
      client.on('error', () => {});
      client.end(answers);
      client.resume();
    });
    server.listen(socket);
    await once(server, 'listening');
    try {
      const version = Buffer.from('040000000400000000000000', 'hex');
      const answered = fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 200 }), fc.nat(4_000));
      await fc.assert(
        fc.asyncProperty(answered, async ([sound, octets, zeros]) => {
          answers = Buffer.concat([...(sound ? [version] : []), octets, Buffer.alloc(zeros)]);
          expect(await codeOf(waitForCard({ socket, signal: forever, patienceMs: 5_000 }))).not.toBe('done');
        }),
        { numRuns: 40 },
      );
    } finally {
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    }
  });
});

import { octets as octetString } from '@tegata/der';
import fc from 'fast-check';
import { CrashingFolder, PowerLoss, type Survival } from '../testing/crashing-folder.ts';
import { Memory, type MemoryOptions } from './memory.ts';
import type { Processes } from './memory-lock.ts';
import { recordType } from './record-type.ts';

const note = recordType('note', octetString(0x04));
const other = recordType('other', octetString(0x04));
let serial = 0;
const random = (size: number): Uint8Array => Buffer.alloc(size, ++serial);
/** Every opening is by a new process; the one before it is dead. */
const aProcess = (): Processes => ({
  self: { host: 'here', pid: ++serial, began: '1' },
  began: () => undefined,
});
const options = (compactionMinimum?: number): MemoryOptions => ({
  random,
  processes: aProcess(),
  ...(compactionMinimum !== undefined && { compactionMinimum }),
});
const CAPACITY = 10_000;
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString();

function content(memory: Memory): Record<string, string | undefined> {
  return Object.fromEntries([...memory.list(note)].map(({ identifier, value }) => [identifier, text(value)]));
}

async function written(folder: CrashingFolder, compactionMinimum?: number): Promise<Memory> {
  const memory = await Memory.create(folder, options(compactionMinimum), CAPACITY, (t) => {
    t.put(note, 'a', Buffer.from('one'));
    t.put(note, 'b', Buffer.from('two'));
  });
  await memory.commit((t) => t.put(note, 'c', Buffer.from('three')));
  return memory;
}

const EVERY_SURVIVAL: readonly Survival[] = (['none', 'all'] as const).flatMap((names) => [
  { names, writes: 'none' },
  { names, writes: 'all' },
  { names, writes: { octets: 1 } },
  { names, writes: { octets: 40 } },
]);

describe('durable memory', () => {
  it('holds after reopening what was committed, in the last version, and nothing that was deleted', async () => {
    const folder = new CrashingFolder();
    const memory = await written(folder);
    await memory.commit((t) => {
      t.put(note, 'a', Buffer.from('uno'));
      t.delete(note, 'b');
      t.put(other, 'a', Buffer.from('elsewhere'));
    });
    await memory.close();
    const again = await Memory.open(folder, options());
    expect(content(again)).toEqual({ a: 'uno', c: 'three' });
    expect(text(again.get(other, 'a'))).toBe('elsewhere');
    expect(again.get(other, 'b')).toBeUndefined();
    expect(() => again.require(other, 'b')).toThrow(expect.objectContaining({ code: 'MEMORY_CORRUPT' }));
  });

  it('removes all records under a prefix, those put in the same transaction included', async () => {
    const memory = await written(new CrashingFolder());
    await memory.commit((t) => {
      t.put(note, 'x/1', Buffer.of(1));
      t.put(note, 'x/2', Buffer.of(2));
    });
    await memory.commit((t) => {
      t.put(note, 'x/3', Buffer.of(3));
      t.deleteAll(note, 'x/');
    });
    expect(Object.keys(content(memory))).toEqual(['a', 'b', 'c']);
  });

  it('is as before or as after a commit, wherever the last transaction is cut off', async () => {
    const folder = new CrashingFolder();
    const memory = await written(folder);
    const before = (await folder.read('memory'))?.length ?? 0;
    await memory.commit((t) => {
      t.put(note, 'a', Buffer.from('changed'));
      t.delete(note, 'b');
      t.put(note, 'd', Buffer.from('four'));
    });
    const log = (await folder.read('memory')) ?? Buffer.alloc(0);
    for (let length = before; length <= log.length; length++) {
      const cut = new CrashingFolder();
      cut.place('memory', log.subarray(0, length));
      const opened = await Memory.open(cut, options());
      expect(content(opened)).toEqual(
        length === log.length ? { a: 'changed', c: 'three', d: 'four' } : { a: 'one', b: 'two', c: 'three' },
      );
      // What was cut off is gone for good: the next transaction takes its place.
      await opened.commit((t) => t.put(note, 'e', Buffer.from('five')));
      await opened.close();
      expect(content(await Memory.open(cut, options()))).toMatchObject({ e: 'five' });
    }
  });

  it('is as before or as after a commit, wherever the octets of the last transaction were not what was written', async () => {
    const folder = new CrashingFolder();
    const memory = await written(folder);
    const before = (await folder.read('memory'))?.length ?? 0;
    await memory.commit((t) => t.put(note, 'a', Buffer.from('changed')));
    const log = (await folder.read('memory')) ?? Buffer.alloc(0);
    for (let at = before; at < log.length; at++) {
      const damaged = Buffer.from(log);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      const place = new CrashingFolder();
      place.place('memory', damaged);
      expect(content(await Memory.open(place, options()))).toEqual({ a: 'one', b: 'two', c: 'three' });
    }
  });

  it('refuses damage to a transaction that was acknowledged before the last one', async () => {
    const folder = new CrashingFolder();
    const memory = await written(folder);
    const log = (await folder.read('memory')) ?? Buffer.alloc(0);
    await memory.commit((t) => t.put(note, 'a', Buffer.from('changed')));
    const whole = (await folder.read('memory')) ?? Buffer.alloc(0);
    for (let at = 0; at < log.length; at++) {
      // The capacity alone may be anything: it is no content.
      if (at >= 31 && at < 35) continue;
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      const place = new CrashingFolder();
      place.place('memory', damaged);
      const opened = Memory.open(place, options()).then(content);
      if (at < 15) await expect(opened).rejects.toMatchObject({ code: 'MEMORY_CORRUPT' });
      // With another identity no entry is one of this file.
      else if (at < 31) expect(await opened).toEqual({});
      else await expect(opened).rejects.toMatchObject({ code: 'MEMORY_CORRUPT' });
    }
  });

  it('loses nothing committed and keeps nothing by halves when power is lost at any operation, compaction included', async () => {
    const commits = ['first', 'second', 'third', 'fourth'];
    const start = new CrashingFolder();
    await (await written(start)).close();
    for (const survival of EVERY_SURVIVAL) {
      for (let operations = 0; ; operations++) {
        const folder = start.clone().powerOn({ names: 'none', writes: 'none' }, operations);
        let acknowledged = 0;
        let finished = false;
        try {
          const memory = await Memory.open(folder, options(1));
          for (const value of commits) {
            await memory.commit((t) => {
              t.put(note, 'a', Buffer.from(value));
              t.put(note, 'b', Buffer.alloc(300, value));
            });
            acknowledged += 1;
          }
          finished = true;
        } catch (error) {
          const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
          if (!(cause instanceof PowerLoss)) throw error;
        }
        folder.powerOn(survival);
        const memory = await Memory.open(folder, options());
        const { a, b } = content(memory);
        const states = ['one', ...commits];
        const found = states.indexOf(a ?? '');
        expect([acknowledged, acknowledged + 1]).toContain(found);
        expect(b).toBe(found === 0 ? 'two' : Buffer.alloc(300, a).toString());
        expect(await folder.list()).not.toContain('memory.new');
        await memory.close();
        if (finished) break;
      }
    }
  });

  it('promises nothing more after a failed write, until it is opened anew', async () => {
    const folder = new CrashingFolder();
    await (await written(folder)).close();
    // Two operations for the lock, then the write.
    folder.powerOn({ names: 'all', writes: 'all' }, 2);
    const memory = await Memory.open(folder, options());
    const change = (): Promise<void> => memory.commit((t) => t.put(note, 'a', Buffer.from('changed')));
    await expect(change()).rejects.toMatchObject({ code: 'MEMORY_FAILED' });
    folder.powerOn({ names: 'none', writes: 'none' });
    await expect(change()).rejects.toMatchObject({ code: 'MEMORY_FAILED' });
    expect(text(memory.get(note, 'a'))).toBe('one');
  });

  it('keeps the log in proportion to what it holds', async () => {
    const folder = new CrashingFolder();
    const memory = await written(folder, 1000);
    for (let i = 0; i < 500; i++) await memory.commit((t) => t.put(note, 'a', Buffer.alloc(100, i)));
    expect((await folder.read('memory'))?.length).toBeLessThan(2000);
    await memory.close();
    expect(text((await Memory.open(folder, options())).get(note, 'a'))).toBe(Buffer.alloc(100, 499).toString());
  });

  it('refuses what it has no room for, whole, and has the room back after a deletion', async () => {
    const memory = await written(new CrashingFolder());
    const { free } = memory;
    await expect(
      memory.commit((t) => {
        t.delete(note, 'a');
        t.put(note, 'big', Buffer.alloc(free + 100));
      }),
    ).rejects.toMatchObject({ code: 'MEMORY_FULL' });
    expect(content(memory)).toMatchObject({ a: 'one' });
    expect(memory.sizeOf((t) => t.put(note, 'big', Buffer.alloc(1000)))).toBe(1000 + 4 + 'note/big'.length + 8);
    await memory.commit((t) => t.put(note, 'big', Buffer.alloc(1000)));
    expect(memory.free).toBe(free - 1020);
    await memory.commit((t) => t.delete(note, 'big'));
    expect(memory.free).toBe(free);
  });

  it('is made once in a folder, and opened only where it was made', async () => {
    const folder = new CrashingFolder();
    await expect(Memory.open(folder, options())).rejects.toMatchObject({ code: 'MEMORY_ABSENT' });
    await (await written(folder)).close();
    await expect(written(folder)).rejects.toMatchObject({ code: 'MEMORY_EXISTS' });
    const memory = await Memory.open(folder, options());
    await memory.close();
    await expect(memory.commit((t) => t.delete(note, 'a'))).rejects.toMatchObject({ code: 'MEMORY_CLOSED' });
  });

  it('agrees with a plain map over any history of commits, reopenings and compactions', async () => {
    const step = fc.oneof(
      fc.record({ put: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.uint8Array({ maxLength: 60 }) }),
      fc.record({ remove: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.constant({ reopen: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 12 }), async (history) => {
        const folder = new CrashingFolder();
        const model = new Map<string, string>();
        let memory = await Memory.create(folder, options(200), CAPACITY, () => {});
        for (const steps of history) {
          await memory.commit((t) => {
            for (const one of steps) {
              if ('put' in one) t.put(note, one.put, one.value);
              else if ('remove' in one) t.delete(note, one.remove);
            }
          });
          for (const one of steps) {
            if ('put' in one) model.set(one.put, Buffer.from(one.value).toString('hex'));
            else if ('remove' in one) model.delete(one.remove);
          }
          if (steps.some((one) => 'reopen' in one)) {
            await memory.close();
            memory = await Memory.open(folder, options(200));
          }
        }
        const found = new Map([...memory.list(note)].map((r) => [r.identifier, Buffer.from(r.value).toString('hex')]));
        expect(found).toEqual(model);
      }),
      { numRuns: 60 },
    );
  });
});

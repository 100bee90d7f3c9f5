import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeTlv, parseChildren, parseTlv } from '@tegata/der';
import fc from 'fast-check';
import { objectChanged } from './der-mutation.ts';
import { bundleWorker, fuzz } from './fuzz.ts';
import { choices, mutated } from './mutation.ts';
import { parsers, takes } from './parsers.ts';
import { seedsOf } from './seeds.ts';

describe.each(Object.entries(parsers))('the parser %s', (name, parser) => {
  it('takes what is cut off or altered, or refuses it with an error of its own', () => {
    for (const seed of seedsOf(name).slice(0, 4)) {
      takes(parser, seed);
      const step = Math.max(1, Math.floor(seed.length / 40));
      for (let at = 0; at < seed.length; at += step) {
        takes(parser, seed.subarray(0, at));
        const altered = seed.map((octet, i) => (i === at ? octet ^ 0x55 : octet));
        takes(parser, altered);
      }
    }
  });
});

describe('the fuzzer', () => {
  const octets = (maxLength: number) => fc.uint8Array({ maxLength });

  it('makes inputs that are no longer than they may be, and the same ones of the same seed', () => {
    fc.assert(
      fc.property(octets(40), octets(40), fc.nat(), fc.integer({ min: 1, max: 60 }), (input, other, seed, longest) => {
        const made = mutated(input, other, choices(seed), longest);
        expect(made.length).toBeLessThanOrEqual(longest);
        expect(Buffer.from(mutated(input, other, choices(seed), longest))).toEqual(Buffer.from(made));
      }),
    );
  });

  it('changes objects of DER whose lengths stay right, at any depth', () => {
    const good = encodeTlv(
      0x30,
      encodeTlv(0x02, Buffer.of(5)),
      encodeTlv(0x04, encodeTlv(0x31, encodeTlv(0x0c, Buffer.from('inside')))),
    );
    const choose = choices(3);
    const made = Array.from({ length: 200 }, () => objectChanged(good, choose)!);
    for (const octets of made) expect(parseChildren(parseTlv(octets).value).length).toBeLessThan(4);
    const innermost = made.filter(
      (octets) => Buffer.from(octets).includes('insidei') || Buffer.from(octets).includes(Buffer.of(0x04, 2, 0x31, 0)),
    );
    expect(innermost.length).toBeGreaterThan(1);
    expect(objectChanged(Buffer.from('no DER'), choose)).toBeUndefined();
  });

  it('chooses within the limit, and in time everything below it', () => {
    const choose = choices(7);
    expect(new Set(Array.from({ length: 200 }, () => choose(5)))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('keeps the inputs that reach code which none before did', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tegata-fuzzing-'));
    try {
      const worker = await bundleWorker();
      const result = await fuzz('activation-code', {
        worker,
        folder,
        seed: 1,
        tries: 150,
        answerWithinMs: 200_000,
      });
      expect(result).toMatchObject({ tries: 150, findings: [] });
      expect(result.blocks).toBeGreaterThan(30);
      const kept = readdirSync(join(folder, 'activation-code', 'corpus')).length;
      expect(kept).toBeGreaterThan(0);
      expect(result.corpus).toBe(kept + seedsOf('activation-code').length);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

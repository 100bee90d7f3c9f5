import { createCipheriv } from 'node:crypto';
import { parseTlv } from '@tegata/der';
import fc from 'fast-check';
import { SegmentTag } from '../objects/es8plus.ts';
import { type BspVectors, describeWithVectors, hex, vectorJson } from '../testing/vectors.ts';
import { AesCmac } from './aes-cmac.ts';
import { Bsp, BspError, MAXIMUM_SEGMENT_OCTETS, sealSegments } from './bsp.ts';
import type { SessionKeys } from './session-keys.ts';

const keys: SessionKeys = {
  initialMcv: hex('00112233445566778899AABBCCDDEEFF'),
  sEnc: hex('0102030405060708090A0B0C0D0E0F10'),
  sMac: hex('F0E0D0C0B0A090807060504030201000'),
};
const tags = fc.constantFrom(SegmentTag.profile, SegmentTag.command, SegmentTag.clear);
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof BspError) return error.code;
    throw error;
  }
  return 'accepted';
};

describeWithVectors('AES-CMAC', () => {
  it('gives the figures of RFC 4493, also several with one key', () => {
    const { cmac } = vectorJson<BspVectors>('bsp.json');
    expect(cmac.length).toBeGreaterThan(3);
    const instances = new Map(cmac.map(({ key }) => [key, new AesCmac(hex(key))]));
    for (const { key, message, mac } of [...cmac, ...cmac]) {
      const octets = hex(message);
      expect(instances.get(key)?.compute(octets.subarray(0, 7), octets.subarray(7))).toEqual(hex(mac));
    }
  });

  it('gives those of NIST SP 800-38B with the longer keys', () => {
    const key192 = hex('8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B');
    const key256 = hex('603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4');
    const block = hex('6BC1BEE22E409F96E93D7E117393172A');
    expect(new AesCmac(key192).compute()).toEqual(hex('D17DDF46ADAACDE531CAC483DE7A9367'));
    expect(new AesCmac(key192).compute(block)).toEqual(hex('9E99A7BF31E710900662F65E617C5184'));
    expect(new AesCmac(key256).compute()).toEqual(hex('028962F61B7BF89EFC6B551F4667D983'));
    expect(new AesCmac(key256).compute(block)).toEqual(hex('28A7023F452E8F82BD4BF28D8C37C35C'));
  });
});

describeWithVectors('BPP security protocol, against the log of another SM-DP+', () => {
  const runs = (): BspVectors['secureMessaging'] => vectorJson<BspVectors>('bsp.json').secureMessaging;
  const fromVector = (vector: Record<'sEnc' | 'sMac' | 'initialMcv', string>): SessionKeys => ({
    initialMcv: hex(vector.initialMcv),
    sEnc: hex(vector.sEnc),
    sMac: hex(vector.sMac),
  });

  it('seals and opens every segment octet for octet, through a change of keys', () => {
    for (const run of runs()) {
      let [sealing, opening] = [new Bsp(fromVector(run)), new Bsp(fromVector(run))];
      expect(run.steps.length).toBeGreaterThan(5);
      for (const step of run.steps) {
        if (step.op === 'rekey') {
          [sealing, opening] = [new Bsp(fromVector(step)), new Bsp(fromVector(step))];
          continue;
        }
        const tag = Number.parseInt(step.tag, 16) as SegmentTag;
        expect(sealing.seal(tag, hex(step.plain))).toEqual(hex(step.segment));
        expect(opening.open(tag, parseTlv(hex(step.segment)))).toEqual(hex(step.plain));
      }
    }
  });

  it('cuts a profile package where the other SM-DP+ did', () => {
    for (const run of runs()) {
      const rekey = run.steps.findIndex(({ op }) => op === 'rekey');
      const keys = run.steps[rekey];
      if (keys?.op !== 'rekey') throw new Error('no rekey in the vector');
      const rest = run.steps.slice(rekey + 1).flatMap((step) => (step.op === 'rekey' ? [] : [step]));
      const plaintext = Buffer.concat(rest.map(({ plain }) => hex(plain)));
      const segments = sealSegments(new Bsp(fromVector(keys)), SegmentTag.profile, plaintext);
      expect(segments).toEqual(rest.map(({ segment }) => hex(segment)));
    }
  });
});

describe('BPP security protocol', () => {
  it('opens what it sealed, whatever the sizes and kinds of segments', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(tags, fc.uint8Array({ maxLength: 1007 })), { maxLength: 6 }), (pieces) => {
        const [sealing, opening] = [new Bsp(keys), new Bsp(keys)];
        for (const [tag, piece] of pieces) {
          const segment = parseTlv(sealing.seal(tag, piece));
          expect(Buffer.compare(opening.open(tag, segment), piece)).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [SegmentTag.profile, 1007],
    [SegmentTag.command, 1007],
    [SegmentTag.clear, 1008],
  ])('fills segments of %i to 1020 octets, and no further', (tag, full) => {
    expect(new Bsp(keys).seal(tag, new Uint8Array(full))).toHaveLength(MAXIMUM_SEGMENT_OCTETS);
    expect(() => new Bsp(keys).seal(tag, new Uint8Array(full + 1))).toThrow(RangeError);
    const lengths = sealSegments(new Bsp(keys), tag, new Uint8Array(2 * full + 1)).map(({ length }) => length);
    expect(lengths.slice(0, 2)).toEqual([1020, 1020]);
    expect(lengths).toHaveLength(3);
    expect(sealSegments(new Bsp(keys), tag, new Uint8Array(2 * full))).toHaveLength(2);
  });

  it('refuses a segment in which any one octet was changed', () => {
    fc.assert(
      fc.property(
        tags,
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (tag, piece, position, flip) => {
          const segment = Uint8Array.from(new Bsp(keys).seal(tag, piece));
          const at = position % segment.length;
          segment[at] = (segment[at] ?? 0) ^ flip;
          expect(() => new Bsp(keys).open(tag, parseTlv(segment))).toThrow();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuses segments left out, repeated, moved or of another kind', () => {
    const sealing = new Bsp(keys);
    const [first, second, third] = [1, 2, 3].map((octet) =>
      parseTlv(sealing.seal(SegmentTag.profile, new Uint8Array(20).fill(octet))),
    ) as [ReturnType<typeof parseTlv>, ReturnType<typeof parseTlv>, ReturnType<typeof parseTlv>];
    const opening = (...before: (typeof first)[]): Bsp => {
      const bsp = new Bsp(keys);
      for (const segment of before) bsp.open(SegmentTag.profile, segment);
      return bsp;
    };
    expect(codeOf(() => opening(first, second).open(SegmentTag.profile, third))).toBe('accepted');
    expect(codeOf(() => opening(first).open(SegmentTag.profile, third))).toBe('SECURITY');
    expect(codeOf(() => opening(first).open(SegmentTag.profile, first))).toBe('SECURITY');
    expect(codeOf(() => opening().open(SegmentTag.profile, second))).toBe('SECURITY');
    expect(codeOf(() => opening().open(SegmentTag.command, first))).toBe('STRUCTURE');
  });

  it('opens nothing more after a refusal', () => {
    const sealed = parseTlv(new Bsp(keys).seal(SegmentTag.clear, hex('BF2500')));
    const bsp = new Bsp(keys);
    expect(codeOf(() => bsp.open(SegmentTag.command, sealed))).toBe('STRUCTURE');
    expect(codeOf(() => bsp.open(SegmentTag.clear, sealed))).toBe('SECURITY');
    const wiped = new Bsp(keys);
    wiped.wipe();
    expect(codeOf(() => wiped.open(SegmentTag.clear, sealed))).toBe('SECURITY');
  });

  it('refuses a padding that is not 80 and zeros in the last block, though the MAC is right', () => {
    // Sealing as clear text under another tag gives a right MAC over a body of our choice.
    const withBody = (body: Uint8Array): ReturnType<typeof parseTlv> => {
      const length = body.length + 8;
      const head = Buffer.concat([Uint8Array.of(0x86, length), body]);
      const mac = new AesCmac(keys.sMac).compute(keys.initialMcv, head).subarray(0, 8);
      return parseTlv(Buffer.concat([head, mac]));
    };
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (body) => {
        const outcome = codeOf(() => new Bsp(keys).open(SegmentTag.profile, withBody(body)));
        expect(outcome).toBe('SECURITY');
      }),
      // One body in 256 ends in 80 by chance.
      { numRuns: 20, seed: 1 },
    );
    // What another implementation might encrypt: a right padding, and one that goes on for more than a block.
    const encrypted = (plaintext: Uint8Array): Uint8Array => {
      const counter = createCipheriv('aes-128-ecb', keys.sEnc, null).setAutoPadding(false);
      const vector = counter.update(Buffer.concat([new Uint8Array(15), Uint8Array.of(1)]));
      return createCipheriv('aes-128-cbc', keys.sEnc, vector).setAutoPadding(false).update(plaintext);
    };
    const padded = Buffer.alloc(32).fill(0x80, 16, 17);
    expect(codeOf(() => new Bsp(keys).open(SegmentTag.profile, withBody(encrypted(padded))))).toBe('accepted');
    const overlong = Buffer.alloc(32).fill(0x80, 15, 16);
    expect(codeOf(() => new Bsp(keys).open(SegmentTag.profile, withBody(encrypted(overlong))))).toBe('SECURITY');
    expect(codeOf(() => new Bsp(keys).open(SegmentTag.profile, withBody(new Uint8Array(17))))).toBe('STRUCTURE');
    expect(codeOf(() => new Bsp(keys).open(SegmentTag.profile, withBody(new Uint8Array(0))))).toBe('STRUCTURE');
  });

  it('refuses segments above the limit unless told to take them', () => {
    const long = parseTlv(Buffer.concat([hex('86820404'), new Uint8Array(1028)]));
    expect(codeOf(() => new Bsp(keys).open(SegmentTag.profile, long))).toBe('STRUCTURE');
    expect(codeOf(() => new Bsp(keys).open(SegmentTag.profile, long, 1036))).toBe('STRUCTURE');
    const even = parseTlv(Buffer.concat([hex('86820408'), new Uint8Array(1032)]));
    expect(codeOf(() => new Bsp(keys).open(SegmentTag.profile, even, 1036))).toBe('SECURITY');
    expect(codeOf(() => new Bsp(keys).open(SegmentTag.profile, parseTlv(hex('860100'))))).toBe('STRUCTURE');
  });
});

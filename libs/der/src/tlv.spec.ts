import fc from 'fast-check';
import { DerError } from './der-error.ts';
import {
  encodeHeader,
  encodeTlv,
  headerLength,
  parseChildren,
  parseTlv,
  readTlv,
  tagText,
  writeHeader,
} from './tlv.ts';
import { findTlv, parseTree } from './tree.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof DerError) return error.code;
    throw error;
  }
  return 'accepted';
};

/** Any tag that fits four octets: one-octet tags of every class, and long ones with numbers from 31 up. */
const tags = fc.oneof(
  fc
    .tuple(fc.constantFrom(0x00, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0), fc.integer({ min: 1, max: 30 }))
    .map(([high, number]) => high | number),
  fc
    .tuple(fc.constantFrom(0x1f, 0x3f, 0x5f, 0x7f, 0x9f, 0xbf, 0xdf, 0xff), fc.integer({ min: 31, max: 2 ** 21 - 1 }))
    .map(([first, number]) => {
      const octets = [number & 0x7f];
      for (let rest = number >> 7; rest > 0; rest >>= 7) octets.unshift(0x80 | (rest & 0x7f));
      return [first, ...octets].reduce((tag, octet) => tag * 0x100 + octet, 0);
    }),
);

describe('TLV objects', () => {
  it('reads tags of one and of several octets, and keeps the received octets', () => {
    const octets = hex('00 BF38 03 800107 FF');
    const tlv = readTlv(octets, 1);
    expect(tlv).toMatchObject({ tag: 0xbf38, constructed: true });
    expect(tagText(tlv.tag)).toBe('BF38');
    expect(tlv.raw).toEqual(hex('BF3803800107'));
    expect(tlv.value).toEqual(hex('800107'));
    expect(tlv.raw.buffer).toBe(octets.buffer);
    expect(parseTlv(hex('5F3701AA'))).toMatchObject({ tag: 0x5f37, constructed: false });
    expect(parseTlv(hex('BF8F5A00')).tag).toBe(0xbf8f5a);
  });

  it.each([
    ['', 'TRUNCATED'],
    ['30', 'TRUNCATED'],
    ['BF', 'TRUNCATED'],
    ['3001', 'TRUNCATED'],
    ['3082', 'TRUNCATED'],
    ['308201', 'TRUNCATED'],
    ['30020500', 'accepted'],
    ['3002050000', 'TRAILING_OCTETS'],
    ['0000', 'BAD_TAG'],
    ['BF8020', 'BAD_TAG'],
    ['BF1E00', 'BAD_TAG'],
    ['BF8181818100', 'BAD_TAG'],
    ['3080', 'BAD_LENGTH'],
    ['3080 0000', 'BAD_LENGTH'],
    ['30FF', 'BAD_LENGTH'],
    ['308100', 'BAD_LENGTH'],
    [`30817F${'00'.repeat(0x7f)}`, 'BAD_LENGTH'],
    [`308180${'00'.repeat(0x80)}`, 'accepted'],
    [`308200FF${'00'.repeat(0xff)}`, 'BAD_LENGTH'],
    [`3083000100${'00'.repeat(0x100)}`, 'BAD_LENGTH'],
    ['3085 0100000000', 'BAD_LENGTH'],
    ['3084 FFFFFFFF', 'TRUNCATED'],
  ])('takes only the shortest form: %s is %s', (octets, outcome) => {
    expect(codeOf(() => parseTlv(hex(octets)))).toBe(outcome);
  });

  it('reads what it wrote, for every tag and length', () => {
    fc.assert(
      fc.property(tags, fc.constantFrom(0, 1, 127, 128, 255, 256, 65_535, 65_536), fc.nat(300), (tag, step, more) => {
        const value = new Uint8Array(step + more).fill(0x5a);
        const octets = encodeTlv(tag, value.subarray(0, more), value.subarray(more));
        const tlv = parseTlv(octets);
        expect(tlv.tag).toBe(tag);
        expect(Buffer.compare(tlv.value, value)).toBe(0);
        expect(octets.length).toBe(headerLength(tag, value.length) + value.length);
        expect(Buffer.compare(encodeHeader(tag, value.length), octets.subarray(0, octets.length - value.length))).toBe(
          0,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('never fails on hostile octets but with a DerError, and what it accepts has only this encoding', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(tags, fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.nat(255)).map(([tag, value, position, octet]) => {
        const octets = Uint8Array.from(encodeTlv(tag, value));
        octets[position % octets.length] = octet;
        return octets;
      }),
    );
    fc.assert(
      fc.property(hostile, (octets) => {
        const parse = (): void => {
          const tlv = parseTlv(octets);
          expect(Buffer.compare(encodeTlv(tlv.tag, tlv.value), octets)).toBe(0);
        };
        codeOf(parse);
        codeOf(() => {
          const children = parseChildren(octets);
          expect(
            Buffer.compare(Buffer.concat(children.map((child) => encodeTlv(child.tag, child.value))), octets),
          ).toBe(0);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('does not write a header beyond the room given', () => {
    expect(() => writeHeader(new Uint8Array(3), 0, 0xbf36, 200)).toThrow(RangeError);
  });

  it('stops at the number of objects allowed', () => {
    expect(codeOf(() => parseChildren(hex('0500 0500 0500'), 2))).toBe('TOO_MANY');
    expect(parseChildren(hex('0500 0500'), 2)).toHaveLength(2);
  });
});

describe('trees of objects', () => {
  const nested = (depth: number): Uint8Array => {
    let octets = encodeTlv(0x05);
    for (let i = 1; i < depth; i++) octets = encodeTlv(0x30, octets);
    return octets;
  };

  it('shows everything inside an object', () => {
    const tree = parseTree(hex('BF38 0A A008 3003 800107 810100'));
    expect(tree.children[0]?.children.map((child) => child.tag)).toEqual([0x30, 0x81]);
  });

  it('lets no object inside another take octets from behind it', () => {
    // The lengths of the innermost objects would stand in what follows their parents.
    expect(codeOf(() => parseTree(hex('3005 3001 04 0400')))).toBe('TRUNCATED');
    expect(codeOf(() => parseTree(hex('3007 3002 0481 810200')))).toBe('TRUNCATED');
    expect(codeOf(() => parseTree(hex('3006 3002 0402 0400')))).toBe('TRUNCATED');
    expect(codeOf(() => parseTree(hex('3006 3001 5F 370100')))).toBe('TRUNCATED');
  });

  it('is bounded in depth and number', () => {
    expect(codeOf(() => parseTree(nested(32)))).toBe('accepted');
    expect(codeOf(() => parseTree(nested(33)))).toBe('TOO_DEEP');
    expect(codeOf(() => parseTree(nested(2000)))).toBe('TOO_DEEP');
    expect(codeOf(() => parseTree(hex('3004 0500 0500'), { depth: 4, objects: 2 }))).toBe('TOO_MANY');
  });

  it('finds an object by tag without looking at what follows it', () => {
    expect(findTlv(hex('800101 5A0102 FF'), 0x5a)?.value).toEqual(hex('02'));
    expect(findTlv(hex('800101'), 0x5a)).toBeUndefined();
  });
});

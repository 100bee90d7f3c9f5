import fc from 'fast-check';
import { choice, explicit } from './choice.ts';
import { DerError } from './der-error.ts';
import { boolean, integer, namedBits, objectIdentifier, octets, utf8String, verbatim } from './primitives.ts';
import type { Decoded } from './schema.ts';
import { optional, sequence, sequenceOf } from './sequence.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const failure = (work: () => unknown): DerError => {
  try {
    work();
  } catch (error) {
    if (error instanceof DerError) return error;
    throw error;
  }
  throw new Error('accepted');
};

const entry = sequence(0x30, { event: namedBits(0x80, { install: 0, enable: 1 }), address: utf8String(0x81) });
const signed = sequence(0x30, {
  transactionId: octets(0x80, 1, 16),
  flag: boolean(0x01),
  oid: optional(objectIdentifier(0x06)),
  entries: optional(sequenceOf(0xb6, entry)),
});
const response = explicit(
  0xbf38,
  choice({
    ok: sequence(0xa0, { signed, signature: octets(0x5f37, 64), first: verbatim(0x30), second: verbatim(0x30) }),
    error: integer(0x81),
  }),
);

describe('declared structures', () => {
  const signature = new Uint8Array(64).fill(7);
  const ok: Decoded<typeof response> = {
    kind: 'ok',
    value: {
      signed: {
        transactionId: hex('0102'),
        flag: true,
        entries: [{ event: ['enable'], address: 'a.b', raw: hex('') }],
        raw: hex(''),
      },
      signature,
      first: hex('3000'),
      second: hex('30020500'),
      raw: hex(''),
    },
  };
  const octetsOfOk = hex(
    `BF3861 A05F 3014 80020102 0101FF B60B 3009 80020640 8103612E62 5F3740 ${'07'.repeat(64)} 3000 30020500`,
  );

  it('encode in the declared order and decode to what was encoded', () => {
    expect(Buffer.from(response.encode(ok)).toString('hex')).toBe(Buffer.from(octetsOfOk).toString('hex'));
    const decoded = response.decode(octetsOfOk);
    if (decoded.kind !== 'ok') throw new Error('another alternative');
    expect(decoded.value.signed).toMatchObject({
      transactionId: hex('0102'),
      flag: true,
      entries: [{ address: 'a.b' }],
    });
    expect(decoded.value.second).toEqual(hex('30020500'));
    expect(response.encode(decoded)).toEqual(octetsOfOk);
  });

  it('keep the octets that travelled, for the signature over them', () => {
    const decoded = response.decode(octetsOfOk);
    if (decoded.kind !== 'ok') throw new Error('another alternative');
    expect(decoded.value.signed.raw).toEqual(octetsOfOk.subarray(5, 5 + 0x16));
    expect(decoded.value.signed.raw.buffer).toBe(octetsOfOk.buffer);
  });

  it('take octets that are signed already as they are, even where another encoder would differ', () => {
    const untrimmed = hex('3011 80020102 0101FF B608 3006 80020040 8100');
    const outer = sequence(0xbf21, { signed });
    expect(outer.encode({ signed: untrimmed })).toEqual(Buffer.concat([hex('BF2113'), untrimmed]));
    expect(outer.decode(outer.encode({ signed: untrimmed })).signed.entries?.[0]?.event).toEqual(['enable']);
    expect(failure(() => outer.encode({ signed: hex('3100') })).code).toBe('UNEXPECTED_TAG');
  });

  it('say which element is wrong', () => {
    const bad = Uint8Array.from(octetsOfOk);
    bad[bad.indexOf(0xff)] = 0x01;
    expect(failure(() => response.decode(bad))).toMatchObject({
      code: 'BAD_VALUE',
      path: ['ok', 'signed', 'flag'],
      message: 'ok.signed.flag: BOOLEAN is neither FF nor 00',
    });
    const inList = hex('3014 80020102 0101FF B60B 3009 80020640 8103612EFF');
    expect(failure(() => signed.decode(inList)).path).toEqual(['entries', '[0]', 'address']);
  });

  it('refuse missing, misplaced and repeated elements', () => {
    expect(failure(() => signed.decode(hex('30038001AA'))).code).toBe('MISSING_ELEMENT');
    expect(failure(() => signed.decode(hex('3006 0101FF 8001AA'))).code).toBe('MISSING_ELEMENT');
    expect(failure(() => signed.decode(hex('3009 8001AA 8001AA 0101FF'))).code).toBe('MISSING_ELEMENT');
    expect(failure(() => signed.decode(hex('3009 8001AA 0101FF 0101FF'))).code).toBe('UNEXPECTED_TAG');
    expect(failure(() => signed.decode(hex('300D 8001AA 0101FF B600 0603883701'))).code).toBe('UNEXPECTED_TAG');
    expect(failure(() => response.decode(hex('BF3803820105'))).code).toBe('UNEXPECTED_TAG');
    expect(failure(() => response.decode(hex('BF3806810105810105'))).code).toBe('TRAILING_OCTETS');
    expect(failure(() => response.decode(hex('BF3800'))).code).toBe('TRUNCATED');
    expect(failure(() => entry.encode({ event: [] } as never)).code).toBe('MISSING_ELEMENT');
  });

  it('refuse another type inside a list or an explicit tag', () => {
    expect(failure(() => sequenceOf(0xa1, integer(0x02)).decode(hex('A10301 01FF'))).code).toBe('UNEXPECTED_TAG');
    expect(failure(() => explicit(0xa1, integer(0x02)).decode(hex('A10301 01FF'))).code).toBe('UNEXPECTED_TAG');
    expect(explicit(0xa1, integer(0x02)).withTag(0xa2).encode(5)).toEqual(hex('A203020105'));
  });

  it('keep what a later edition adds at the end', () => {
    const extended = hex('300B 8001AA 0101FF 9F1F027788');
    const decoded = signed.decode(extended);
    expect(decoded.extensions).toEqual([hex('9F1F027788')]);
    expect(signed.encode(decoded)).toEqual(extended);
  });

  it('are bounded in the number of elements', () => {
    const list = sequenceOf(0xa1, integer(0x02), 1, 2);
    expect(failure(() => list.decode(hex('A100'))).code).toBe('OUT_OF_RANGE');
    expect(failure(() => list.decode(hex('A109020101020102020103'))).code).toBe('TOO_MANY');
    expect(failure(() => list.encode([1, 2, 3])).code).toBe('TOO_MANY');
  });

  it('cannot be declared ambiguously', () => {
    expect(() => choice({ a: octets(0x80), b: integer(0x80) })).toThrow(TypeError);
    expect(() => sequence(0x80, {})).toThrow(TypeError);
  });

  it('survive hostile octets: a DerError, or a value whose encoding is what was received', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat(200), (edits, cut) => {
        const octets = Uint8Array.from(octetsOfOk);
        for (const [position, octet] of edits) octets[position % octets.length] = octet;
        const input = cut < octets.length && edits.length > 1 ? octets.subarray(0, cut) : octets;
        let decoded: Decoded<typeof response>;
        try {
          decoded = response.decode(input);
        } catch (error) {
          expect(error).toBeInstanceOf(DerError);
          return;
        }
        const again = response.encode(decoded);
        // Named bits may come with trailing zeros, which no encoder makes: then the values agree instead.
        if (Buffer.compare(again, input) !== 0) expect(response.encode(response.decode(again))).toEqual(again);
      }),
      { numRuns: 1000 },
    );
  });

  it('encode every value they can decode to', () => {
    const values = fc.record({
      transactionId: fc.uint8Array({ minLength: 1, maxLength: 16 }),
      flag: fc.boolean(),
      oid: fc.option(fc.constantFrom('2.999.10', '1.3.6.1'), { nil: undefined }),
      entries: fc.option(
        fc.array(
          fc.record({
            event: fc.subarray(['install', 'enable'] as const).map((set) => [...set]),
            address: fc.string({ unit: 'grapheme' }),
          }),
        ),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(values, (value) => {
        const octets = signed.encode(value);
        const { raw, ...decoded } = signed.decode(octets);
        expect(raw).toEqual(octets);
        expect(signed.encode(decoded)).toEqual(octets);
        expect(decoded.flag).toBe(value.flag);
        expect(decoded.entries?.map(({ address, event }) => ({ address, event }))).toEqual(value.entries);
      }),
    );
  });
});

import fc from 'fast-check';
import { decodeBitString, decodeNamedBits } from './bit-string.ts';
import { DerError } from './der-error.ts';
import { decodeBigInteger, decodeInteger, encodeInteger } from './integer.ts';
import { isObjectIdentifier } from './object-identifier.ts';
import {
  boolean,
  generalizedTime,
  integer,
  namedBits,
  nothing,
  objectIdentifier,
  octets,
  utf8String,
  verbatim,
} from './primitives.ts';
import type { Schema } from './schema.ts';

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

/** Decoding refuses with a DerError, or yields a value whose only encoding is what was decoded. */
function expectOneEncoding<T>(schema: Schema<T>, tag: number): void {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), (content) => {
      const object = Buffer.from([tag, content.length, ...content]);
      let value: T;
      try {
        value = schema.decode(object);
      } catch (error) {
        expect(error).toBeInstanceOf(DerError);
        return;
      }
      expect(Buffer.compare(schema.encode(value), object)).toBe(0);
    }),
    { numRuns: 500 },
  );
}

describe('INTEGER', () => {
  it.each([
    ['020100', 0n],
    ['02017F', 127n],
    ['02020080', 128n],
    ['020180', -128n],
    ['0202FF7F', -129n],
    ['0207 1FFFFFFFFFFFFF', 2n ** 53n - 1n],
    ['0214 4141414141414141414141414141414141414141', 0x4141414141414141414141414141414141414141n],
  ])('%s is %s', (octets, value) => {
    const content = hex(octets).subarray(2);
    expect(decodeBigInteger(content)).toBe(value);
    expect(encodeInteger(value)).toEqual(content);
    if (value < 2n ** 53n) expect(integer(0x02).decode(hex(octets))).toBe(Number(value));
  });

  it('keeps every value', () => {
    fc.assert(fc.property(fc.bigInt(), (value) => decodeBigInteger(encodeInteger(value)) === value));
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => integer(0x81).decode(integer(0x81).encode(value)) === value));
    expectOneEncoding(integer(0x02), 0x02);
  });

  it('is refused when empty, padded, too large or out of bounds', () => {
    expect(codeOf(() => integer(0x02).decode(hex('0200')))).toBe('BAD_VALUE');
    expect(codeOf(() => integer(0x02).decode(hex('02020001')))).toBe('BAD_VALUE');
    expect(codeOf(() => integer(0x02).decode(hex('0202FF80')))).toBe('BAD_VALUE');
    expect(codeOf(() => integer(0x02).decode(hex('020720000000000000')))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => decodeInteger(hex('7FFFFFFFFFFFFFFF')))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => integer(0x02, 0, 10).decode(hex('02010B')))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => integer(0x02, 0, 10).encode(-1))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => integer(0x02).encode(0.5))).toBe('BAD_VALUE');
  });
});

describe('BOOLEAN and NULL', () => {
  it('have one encoding each', () => {
    expect(boolean(0x01).decode(hex('0101FF'))).toBe(true);
    expect(boolean(0x01).encode(false)).toEqual(hex('010100'));
    expect(codeOf(() => boolean(0x01).decode(hex('010101')))).toBe('BAD_VALUE');
    expect(codeOf(() => boolean(0x01).decode(hex('0100')))).toBe('BAD_VALUE');
    expect(nothing(0x81).decode(hex('8100'))).toBeNull();
    expect(codeOf(() => nothing(0x81).decode(hex('810100')))).toBe('BAD_VALUE');
    expectOneEncoding(boolean(0x01), 0x01);
    expectOneEncoding(nothing(0x05), 0x05);
  });
});

describe('BIT STRING with named bits', () => {
  const event = namedBits(0x81, { install: 0, enable: 1, disable: 2, delete: 3 });

  it.each([
    ['81020780', ['install']],
    ['81020640', ['enable']],
    ['81020520', ['disable']],
    ['81020410', ['delete']],
    ['810204F0', ['install', 'enable', 'disable', 'delete']],
    ['810100', []],
    ['8103060040', ['bit9']],
  ] as const)('%s is the set %j', (octets, names) => {
    expect(event.decode(hex(octets))).toEqual(names);
    expect(event.encode(names)).toEqual(hex(octets));
  });

  it('is accepted with trailing zero bits too, as cards send it', () => {
    expect(event.decode(hex('81020080'))).toEqual(['install']);
    expect(event.decode(hex('81020480'))).toEqual(['install']);
    expect(event.decode(hex('8103008000'))).toEqual(['install']);
    expect(event.decode(hex('81020000'))).toEqual([]);
  });

  it('keeps every set', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), (bits) => {
        const names = bits.sort((a, b) => a - b).map((bit) => `bit${bit}` as const);
        expect(namedBits(0x03, {}).decode(namedBits(0x03, {}).encode(names))).toEqual(names);
      }),
    );
  });

  it('is refused with wrong unused bits, or a bit nobody named', () => {
    expect(codeOf(() => event.decode(hex('8100')))).toBe('BAD_VALUE');
    expect(codeOf(() => event.decode(hex('81020880')))).toBe('BAD_VALUE');
    expect(codeOf(() => event.decode(hex('81020781')))).toBe('BAD_VALUE');
    expect(codeOf(() => event.decode(hex('810101')))).toBe('BAD_VALUE');
    expect(codeOf(() => decodeNamedBits(new Uint8Array(130)))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => event.encode(['bit4096']))).toBe('BAD_VALUE');
    expect(codeOf(() => event.encode(['update' as 'install']))).toBe('BAD_VALUE');
  });

  it('can be read as plain octets', () => {
    expect(decodeBitString(hex('0441A0'))).toEqual({ unusedBits: 4, octets: hex('41A0') });
    expect(codeOf(() => decodeBitString(hex('0510FF')))).toBe('BAD_VALUE');
  });
});

describe('OBJECT IDENTIFIER', () => {
  it.each([
    ['2.999.10', '060388370A'],
    ['2.23.146.1.2.1.4', '060767811201020104'],
    ['1.3.6.1.4.1.31746', '06082B0601040181F802'],
    ['2.25.329800735698586629295641978511506172918', '0614 6983F09DA7EBCFDEE0C7A1A7B2C0948CC8F9D776'],
    ['0.0', '060100'],
    ['1.39', '06014F'],
    ['2.0', '060150'],
  ])('%s keeps its arcs', (text, octets) => {
    const schema = objectIdentifier(0x06);
    expect(schema.encode(text)).toEqual(hex(octets));
    expect(schema.decode(schema.encode(text))).toBe(text);
  });

  it('keeps arcs of any size', () => {
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.nat(39),
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 130n }), { maxLength: 8 }),
        (root, second, arcs) => {
          const text = [root, second, ...arcs].join('.');
          expect(objectIdentifier(0x06).decode(objectIdentifier(0x06).encode(text))).toBe(text);
        },
      ),
    );
    expectOneEncoding(objectIdentifier(0x06), 0x06);
  });

  it('is refused when padded, cut off, or no identifier', () => {
    expect(codeOf(() => objectIdentifier(0x06).decode(hex('0600')))).toBe('BAD_VALUE');
    expect(codeOf(() => objectIdentifier(0x06).decode(hex('06028001')))).toBe('BAD_VALUE');
    expect(codeOf(() => objectIdentifier(0x06).decode(hex('06022A81')))).toBe('BAD_VALUE');
    for (const text of ['', '1', '3.1', '1.40', '1.2.', '1..2', '1.02', '1.2x', `2.${'9'.repeat(2000)}`]) {
      expect([text, isObjectIdentifier(text)]).toEqual([text, false]);
    }
  });
});

describe('UTF8String', () => {
  it('keeps every text, and counts characters rather than octets', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => utf8String(0x0c).decode(utf8String(0x0c).encode(text)) === text,
      ),
    );
    expect(codeOf(() => utf8String(0x91, 0, 4).encode('日本🗾語'))).toBe('accepted');
    expect(codeOf(() => utf8String(0x91, 0, 4).encode('日本🗾語!'))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => utf8String(0x91, 2).encode('🗾'))).toBe('OUT_OF_RANGE');
    expect(utf8String(0x0c).decode(hex('0C04EFBBBF41'))).toBe('\uFEFFA');
  });

  it('is refused when it is not UTF-8', () => {
    for (const octets of ['0C01FF', '0C02C080', '0C03EDA080', '0C02E38']) {
      expect(codeOf(() => utf8String(0x0c).decode(hex(octets.padEnd(8, '1'))))).not.toBe('accepted');
    }
    expect(codeOf(() => utf8String(0x0c).encode('\uD800'))).toBe('BAD_VALUE');
    expectOneEncoding(utf8String(0x0c), 0x0c);
  });
});

describe('GeneralizedTime', () => {
  const time = generalizedTime(0x18);
  const object = (text: string): Uint8Array => Buffer.from([0x18, text.length, ...Buffer.from(text)]);

  it('keeps every instant of the years 0000 to 9999', () => {
    const min = new Date('0000-01-01T00:00:00Z');
    const max = new Date('9999-12-31T23:59:59.999Z');
    fc.assert(
      fc.property(fc.date({ min, max, noInvalidDate: true }), (instant) => {
        expect(time.decode(time.encode(instant))).toEqual(instant);
      }),
    );
    expect(time.decode(object('20300330083445Z'))).toEqual(new Date('2030-03-30T08:34:45Z'));
    expect(time.encode(new Date('2030-03-30T08:34:45.250Z'))).toEqual(object('20300330083445.25Z'));
  });

  it.each([
    '20300330083445',
    '203003300834Z',
    '20300330083445.0Z',
    '20300330083445.250Z',
    '20300330083445+0900',
    '20300230083445Z',
    '20300330240000Z',
    '20300330083460Z',
  ])('refuses %s', (text) => {
    expect(codeOf(() => time.decode(object(text)))).toBe('BAD_VALUE');
  });
});

describe('OCTET STRING and verbatim objects', () => {
  it('have the declared size', () => {
    expect(codeOf(() => octets(0x80, 1, 16).decode(hex('8000')))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => octets(0x80, 1, 16).encode(new Uint8Array(17)))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => octets(0x84, 16).encode(new Uint8Array(16)))).toBe('accepted');
    expect(codeOf(() => octets(0x84, 16).encode(new Uint8Array(15)))).toBe('OUT_OF_RANGE');
    expect(codeOf(() => octets(0x04).encode(new Uint8Array(5000)))).toBe('accepted');
  });

  it('are kept as they are', () => {
    expect(verbatim(0x30).decode(hex('3003020105'))).toEqual(hex('3003020105'));
    expect(codeOf(() => verbatim(0x30).decode(hex('3103020105')))).toBe('UNEXPECTED_TAG');
    expect(codeOf(() => verbatim(0x30).encode(hex('300302010500')))).toBe('TRAILING_OCTETS');
  });

  it('cannot be declared with the tag of a constructed type', () => {
    expect(() => octets(0xa0)).toThrow(TypeError);
  });
});

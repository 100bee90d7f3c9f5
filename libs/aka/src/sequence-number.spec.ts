import fc from 'fast-check';
import {
  acceptSequenceNumber,
  decodeSequenceNumber,
  encodeSequenceNumber,
  highestAccepted,
  joinSequenceNumber,
  NO_SEQUENCE_NUMBERS,
  nextSequenceNumber,
  splitSequenceNumber,
} from './sequence-number.ts';

const at = (seq: bigint, ind: number) => joinSequenceNumber({ seq, ind });

describe('sequence numbers (3GPP TS 33.102 annex C)', () => {
  it('survive the wire and the division in SEQ and IND', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }), (sqn) => {
        expect(decodeSequenceNumber(encodeSequenceNumber(sqn))).toBe(sqn);
        expect(joinSequenceNumber(splitSequenceNumber(sqn))).toBe(sqn);
      }),
    );
    expect(Buffer.from(encodeSequenceNumber(at(1n, 3))).toString('hex')).toBe('000000000023');
  });

  it('go up by one SEQ and round the 32 indices', () => {
    let sqn = 0n;
    for (let i = 1; i <= 70; i++) {
      sqn = nextSequenceNumber(sqn);
      expect(splitSequenceNumber(sqn)).toEqual({ seq: BigInt(i), ind: i % 32 });
    }
  });

  it('end with an error, never by starting again', () => {
    expect(() => nextSequenceNumber(2n ** 48n - 1n)).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_NUMBERS_EXHAUSTED' }),
    );
    for (const sqn of [-1n, 2n ** 48n]) {
      expect(() => encodeSequenceNumber(sqn)).toThrow(expect.objectContaining({ code: 'BAD_SEQUENCE_NUMBER' }));
    }
  });

  it('are compared with the entry of their own index only', () => {
    const accepted = acceptSequenceNumber(NO_SEQUENCE_NUMBERS, at(10n, 4)) ?? [];
    expect(acceptSequenceNumber(accepted, at(10n, 4))).toBeUndefined();
    expect(acceptSequenceNumber(accepted, at(9n, 4))).toBeUndefined();
    expect(acceptSequenceNumber(accepted, at(1n, 5))).toBeDefined();
    expect(acceptSequenceNumber(accepted, at(0n, 5))).toBeUndefined();
    expect(highestAccepted(accepted)).toBe(at(10n, 4));
    expect(NO_SEQUENCE_NUMBERS.every((seq) => seq === 0n)).toBe(true);
  });

  it('are refused when older than the age limit', () => {
    const accepted = acceptSequenceNumber(NO_SEQUENCE_NUMBERS, at(100n, 0)) ?? [];
    expect(acceptSequenceNumber(accepted, at(90n, 1), { ageLimit: 10n })).toBeUndefined();
    expect(acceptSequenceNumber(accepted, at(91n, 1), { ageLimit: 10n })).toBeDefined();
  });

  it('need an array of 32', () => {
    expect(() => acceptSequenceNumber([], 32n)).toThrow(expect.objectContaining({ code: 'BAD_SIZE' }));
  });
});

import { resolve } from 'node:path';
import { hasIccidCheckDigit } from '@tegata/rsp';
import fc from 'fast-check';
import { readCarrier } from '../carrier.ts';
import { numbersOf } from './numbers.ts';

const aozora = readCarrier(resolve(import.meta.dirname, '../../../../tools/network/carriers/aozora.json'));

describe('the numbers of a carrier', () => {
  it('are those of its test network', () => {
    expect(numbersOf(aozora, 1n)).toEqual({
      imsi: '001010000000001',
      iccid: '8981001000000000010',
      msisdn: '8190010000001',
    });
  });

  it('are well-formed and of one subscription each', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 999_999n), fc.bigInt(1n, 999_999n), (one, other) => {
        const numbers = numbersOf(aozora, one);
        expect(numbers.imsi).toMatch(/^00101\d{10}$/);
        expect(hasIccidCheckDigit(numbers.iccid)).toBe(true);
        if (one !== other) {
          const others = numbersOf(aozora, other);
          expect(numbers.imsi).not.toBe(others.imsi);
          expect(numbers.iccid).not.toBe(others.iccid);
          expect(numbers.msisdn).not.toBe(others.msisdn);
        }
      }),
    );
  });

  it('run out at the end of the range instead of growing longer', () => {
    expect(() => numbersOf(aozora, 9_999_999n)).toThrow('used up');
  });
});

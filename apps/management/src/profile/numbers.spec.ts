import { resolve } from 'node:path';
import type { Database } from '@tegata/database';
import { hasIccidCheckDigit } from '@tegata/rsp';
import fc from 'fast-check';
import { readCarrier } from '../carrier.ts';
import { NumberRun, numbersOf } from './numbers.ts';

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

describe('numbers for many subscriptions', () => {
  it('are each given out once, however many take at once, and few stay unused', async () => {
    let next = 1n;
    const taken: number[] = [];
    const database = {
      query: async <R>(_statement: unknown, values: readonly unknown[] = []): Promise<R[]> => {
        const count = values[0] as number;
        taken.push(count);
        const first = next;
        next += BigInt(count);
        return [{ taken: first.toString() } as R];
      },
    };
    const run = new NumberRun({ carrier: aozora, database: database as unknown as Database });
    const numbers = await Promise.all(Array.from({ length: 300 }, () => run.take()));
    expect(new Set(numbers.map(({ imsi }) => imsi)).size).toBe(300);
    expect(taken).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64, 64]);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBeLessThan(600);
  });
});

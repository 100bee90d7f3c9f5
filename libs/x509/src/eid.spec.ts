import fc from 'fast-check';
import { eidWithCheckDigits, isEid } from './eid.ts';

describe('EID', () => {
  test.each([
    ['890490321234512345123456789012', '89049032123451234512345678901235'],
    ['890860302022000000220000230229', '89086030202200000022000023022943'],
    ['898821199000000000000000000016', '89882119900000000000000000001654'],
  ])('the check digits of %s make %s', (digits, eid) => {
    expect(eidWithCheckDigits(digits)).toBe(eid);
  });

  test('every EID made is one, and with any one digit changed it is none', () => {
    const digits = fc.stringMatching(/^[0-9]{30}$/);
    fc.assert(
      fc.property(digits, fc.nat(31), fc.integer({ min: 1, max: 9 }), (text, place, step) => {
        const eid = eidWithCheckDigits(text);
        expect(isEid(eid)).toBe(true);
        const digit = (Number(eid[place]) + step) % 10;
        expect(isEid(`${eid.slice(0, place)}${digit}${eid.slice(place + 1)}`)).toBe(false);
      }),
    );
  });

  test('other text is none', () => {
    for (const text of ['', '8904903212345123451234567890123', '8904903212345123451234567890123X', ' '.repeat(32)])
      expect(isEid(text)).toBe(false);
    expect(() => eidWithCheckDigits('89')).toThrow(RangeError);
  });
});

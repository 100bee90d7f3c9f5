import fc from 'fast-check';
import { isLicenceNumberSound, licenceCheckDigit } from './licence-number.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));

describe('the number of a driving licence', () => {
  // an example that is passed around: 309012345620
  it('has a check digit at its eleventh place', () => {
    expect(licenceCheckDigit('3090123456')).toBe('2');
    expect(isLicenceNumberSound('309012345620')).toBe(true);
    expect(isLicenceNumberSound('309012345630')).toBe(false);
  });

  it('is twelve digits', () => {
    for (const other of ['', '30901234562', '3090123456200', '30901234562A'])
      expect(isLicenceNumberSound(other)).toBe(false);
  });

  it('is sound with the digit computed and with no other', () => {
    fc.assert(
      fc.property(digits(10), digits(1), (ten, digit) => {
        expect(isLicenceNumberSound(`${ten}${digit}0`)).toBe(digit === licenceCheckDigit(ten));
      }),
    );
  });
});

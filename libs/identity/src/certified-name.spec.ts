import fc from 'fast-check';
import { certifiedName } from './certified-name.ts';

describe('a name as it is certified', () => {
  test.each([
    ['Müller', 'Müller'],
    ['Mu\u0308ller', 'Müller'],
    ["O'Brien", "O'Brien"],
    ['O’Brien', "O'Brien"],
    ['O\u00b4Brien', "O'Brien"],
    ['Smith-Jones', 'Smith-Jones'],
    ['Smith – Jones', 'Smith-Jones'],
    ['van  der Berg', 'van der Berg'],
    ['ジョン・スミス', 'ジョン・スミス'],
    ['ﾀﾅｶ', 'タナカ'],
    ['佐々木', '佐々木'],
    ['\u845b\u{e0100}城', '\u845b\u{e0100}城'],
    ['Ｔｅｇａｔａ', 'Tegata'],
  ])('is as it was typed, in one form of each character: %s', (typed, certified) => {
    expect(certifiedName(typed)).toBe(certified);
  });

  test.each([
    ['-- "Aoki", (verified) !', 'Aoki verified'],
    ['A.o.k.i', 'A o k i'],
    ["'Aoki'-", 'Aoki'],
    ['Aoki\u202e\u200b\n\u001b[8m', 'Aoki m'],
    ['A\u0338o\u0336k\u20dd', 'Aok'],
    ["Ao'-'-ki", "Ao'ki"],
    ['Aoki 1st $', 'Aoki st'],
  ])('has nothing that belongs to no name: %j', (typed, certified) => {
    expect(certifiedName(typed)).toBe(certified);
  });

  test('is certified as itself', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(text, (typed) => {
        const certified = certifiedName(typed);
        expect(certifiedName(certified)).toBe(certified);
        expect(certified).not.toMatch(/[\p{C}\p{S}]|[\p{P}\p{Z}]{2}/u);
      }),
    );
  });
});

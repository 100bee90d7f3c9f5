/** Letters that a machine readable zone writes as two, or as another (ICAO 9303-3 section 6, table A). */
const transliterations: Readonly<Record<string, string>> = {
  ...{ Ä: 'AE', Å: 'AA', Æ: 'AE', Ð: 'D', Đ: 'D', Ħ: 'H', İ: 'I', Ĳ: 'IJ', Ł: 'L', Ñ: 'N', Ŋ: 'N', Ö: 'OE', Ø: 'OE' },
  ...{ Œ: 'OE', ß: 'SS', ẞ: 'SS', Þ: 'TH', Ŧ: 'T', Ü: 'UE' },
};

/** A name in the letters of a machine readable zone, parts separated by fillers. What is no Latin letter parts. */
export function mrzName(name: string): string {
  return spell(name, transliterations);
}

/**
 * Whether a name as a person writes it can be the one of a machine readable zone. Undefined for a name that is not written in Latin
 * letters: how it is spelt in them is not for a program to guess.
 *
 * Marks may be transliterated or left out, apostrophes, hyphens and spaces are the same, and a name may be cut off.
 *
 * @param inZone identifier of an `Mrz`
 * @param cutOff whether it may be cut off (`Mrz.cutOff`): then the name in the zone is what is known of it
 */
export function namesAgree(name: string, inZone: string, cutOff: boolean): boolean | undefined {
  if (!/\p{Script=Latin}/u.test(name) || /[^\p{Script=Latin}\p{M}\p{P}\p{Zs}]/u.test(name)) return undefined;
  const zone = plain(inZone);
  return [spell(name, transliterations), spell(name, {})]
    .map(plain)
    .some((spelt) => spelt === zone || (cutOff && zone !== '' && spelt.startsWith(zone)));
}

/** Half of the shortest line that has names: who issues a document shortens the given names before a family name that is no longer. */
const longIdentifier = 15;

/**
 * Which of the two names of a full line may be cut off: the last, and a long family name before it.
 * @param isFull whether a letter stands at the end of the line
 */
export const cutOffNames = (primary: string, secondary: string, isFull: boolean) => ({
  primary: isFull && (secondary === '' || primary.length > longIdentifier),
  secondary: isFull,
});

const spell = (name: string, letters: Readonly<Record<string, string>>): string =>
  [...name.normalize('NFC').toUpperCase()]
    .map((letter) => letters[letter] ?? letter)
    .join('')
    .normalize('NFD')
    .replaceAll(/\p{M}|['’]/gu, '')
    .replaceAll(/[^A-Z]+/g, '<')
    .replaceAll(/^<|<$/g, '');

const plain = (name: string): string => name.replaceAll(/[^A-Z]/g, '');

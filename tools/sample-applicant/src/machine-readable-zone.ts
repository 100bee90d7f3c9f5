import type { InventedIdentity } from './people.ts';

/** Issuing state and nationality: Utopia, the code ICAO uses in examples. */
const STATE = 'UTO';
const LINE_LENGTH = 44;

/** The two lines at the foot of a passport page, 44 characters each (ICAO 9303 part 4, TD3). */
export function machineReadableZone(identity: InventedIdentity): [string, string] {
  const names = `P<${STATE}${letters(identity.familyName)}<<${letters(identity.givenName)}`;
  const number = withCheckDigit(identity.documentNumber.padEnd(9, '<'));
  const birth = withCheckDigit(yymmdd(identity.birthDate));
  const expiry = withCheckDigit(yymmdd(identity.expiryDate));
  const personal = withCheckDigit('<'.repeat(14));
  // the last digit covers number, birth, expiry and personal number, each with its own
  const overall = checkDigit(number + birth + expiry + personal);
  return [
    names.padEnd(LINE_LENGTH, '<').slice(0, LINE_LENGTH),
    `${number}${STATE}${birth}${identity.sex}${expiry}${personal}${overall}`,
  ];
}

/** Check digit of ICAO 9303 part 3, section 4.9: weights 7, 3, 1; letters count from A = 10, fillers 0. */
export function checkDigit(characters: string): number {
  const weights = [7, 3, 1] as const;
  const sum = [...characters].reduce(
    (total, character, k) => total + (character === '<' ? 0 : Number.parseInt(character, 36)) * weights[k % 3]!,
    0,
  );
  return sum % 10;
}

function withCheckDigit(field: string): string {
  return `${field}${checkDigit(field)}`;
}

/** A name in the letters of the zone. */
export function letters(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z]+/g, '<');
}

function yymmdd(date: string): string {
  return date.slice(2).replaceAll('-', '');
}

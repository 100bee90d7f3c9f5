const weights = [7, 3, 1] as const;

/** Values of the characters of a machine readable zone: 0-9, A-Z as 10-35, filler 0. */
const characterValue = (character: string): number => (character === '<' ? 0 : Number.parseInt(character, 36));

/** Check digit of a field of a machine readable zone (ICAO 9303-3 section 4.9): weights 7, 3, 1, modulo 10. */
export function checkDigit(field: string): string {
  let sum = 0;
  for (let at = 0; at < field.length; at++) sum += characterValue(field[at]!) * weights[at % 3]!;
  return String(sum % 10);
}

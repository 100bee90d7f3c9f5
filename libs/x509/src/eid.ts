/**
 * An EID (SGP.29, SGP.22 section 4.3.1): 32 decimal digits, the last two of which make the whole number 1 modulo 97.
 */
export function isEid(text: string): boolean {
  return /^\d{32}$/.test(text) && BigInt(text) % 97n === 1n;
}

/**
 * The EID that begins with 30 given digits, check digits appended.
 *
 * @throws RangeError for anything but 30 digits
 */
export function eidWithCheckDigits(digits: string): string {
  if (!/^\d{30}$/.test(digits)) throw new RangeError('an EID has 30 digits before its check digits');
  const check = 98n - (BigInt(`${digits}00`) % 97n);
  return `${digits}${check.toString().padStart(2, '0')}`;
}

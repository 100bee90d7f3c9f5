/** Weights of the first ten digits. */
const weights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2] as const;

/**
 * Whether twelve digits can be the number of a Japanese driving licence: the eleventh is a check digit over the ten before, modulo
 * 11, its last figure where that has two. The twelfth counts reissues. The rule is known from practice, not from a published norm.
 */
export function isLicenceNumberSound(number: string): boolean {
  if (!/^\d{12}$/.test(number)) return false;
  return number.charAt(10) === licenceCheckDigit(number.slice(0, 10));
}

/** The eleventh digit for ten. */
export function licenceCheckDigit(ten: string): string {
  const sum = weights.reduce<number>((total, weight, k) => total + weight * Number(ten.charAt(k)), 0);
  return String((11 - (sum % 11)) % 10);
}

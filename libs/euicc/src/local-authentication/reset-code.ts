import type { RandomSource } from '@tegata/rsp';

const DIGITS = 16;
const CODES = 10n ** BigInt(DIGITS);
/** Numbers of 64 bits at or above this would make some codes likelier than others. */
const FAIR = (2n ** 64n / CODES) * CODES;

/** A reset code: 16 decimal digits, each code as likely as any other. */
export function newResetCode(random: RandomSource): string {
  for (;;) {
    const number = Buffer.from(random(8)).readBigUInt64BE();
    if (number < FAIR) return (number % CODES).toString().padStart(DIGITS, '0');
  }
}

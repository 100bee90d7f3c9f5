import type { Certificate } from '@tegata/x509';

/** A day, in milliseconds. */
export const DAY = 86_400_000;
/** Certificates begin this much before the present, for clocks that are behind, in milliseconds. */
const LEEWAY = 300_000;

/** Validity of a certificate issued now, to the second, and not beyond that of its issuer. */
export function validity(at: Date, days: number, issuer?: Certificate): { notBefore: Date; notAfter: Date } {
  const end = at.getTime() + days * DAY;
  return {
    notBefore: wholeSeconds(at.getTime() - LEEWAY),
    notAfter: wholeSeconds(Math.min(end, issuer?.notAfter.getTime() ?? end)),
  };
}

function wholeSeconds(instant: number): Date {
  return new Date(Math.floor(instant / 1000) * 1000);
}

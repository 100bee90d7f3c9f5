import type { Vault } from '@tegata/database';
import type { SecurityDomainKey } from '@tegata/profile-package';
import { readSecurityDomainKey, writeSecurityDomainKey } from './security-domain-keys.ts';

/** Codes of a profile that its holder or operator may need. Digits. */
export interface ProfileCodes {
  readonly pin1: string;
  readonly puk1: string;
  readonly pin2: string;
  readonly puk2: string;
  readonly adm1: string;
}

const row = (iccid: string) => `profile:${iccid}:codes`;

/** Random ones for those that are not given (empty). */
export function completeCodes(given: ProfileCodes, random: (octets: number) => Uint8Array): ProfileCodes {
  return {
    pin1: given.pin1 || digits(random, 4),
    puk1: given.puk1 || digits(random, 8),
    pin2: given.pin2 || digits(random, 4),
    puk2: given.puk2 || digits(random, 8),
    adm1: given.adm1 || digits(random, 8),
  };
}

/** None given. */
export const noCodes: ProfileCodes = { pin1: '', puk1: '', pin2: '', puk2: '', adm1: '' };

/** Encrypts codes and keys of security domains for the profile's row. */
export function sealProfileCodes(
  vault: Vault,
  iccid: string,
  { pin1, puk1, pin2, puk2, adm1 }: ProfileCodes,
  securityDomainKeys: readonly SecurityDomainKey[],
) {
  const words = [pin1, puk1, pin2, puk2, adm1, ...securityDomainKeys.map(writeSecurityDomainKey)];
  return vault.seal(row(iccid), Buffer.from(words.join(' '), 'ascii'));
}

/** Opens them; empty codes and no keys for a profile stored before they were kept. */
export async function openProfileCodes(
  vault: Vault,
  iccid: string,
  sealed: Uint8Array | null,
): Promise<{ readonly codes: ProfileCodes; readonly securityDomainKeys: readonly SecurityDomainKey[] }> {
  if (sealed === null) return { codes: noCodes, securityDomainKeys: [] };
  const octets = await vault.open(row(iccid), sealed);
  const words = Buffer.from(octets).toString('ascii').split(' ');
  octets.fill(0);
  const [pin1 = '', puk1 = '', pin2 = '', puk2 = '', adm1 = '', ...keys] = words;
  return { codes: { pin1, puk1, pin2, puk2, adm1 }, securityDomainKeys: keys.map(readSecurityDomainKey) };
}

/** Decimal digits, each as likely as the others: octets of 250 and above are passed over. */
function digits(random: (octets: number) => Uint8Array, count: number): string {
  let drawn = '';
  while (drawn.length < count) for (const octet of random(count)) if (octet < 250) drawn += String(octet % 10);
  return drawn.slice(0, count);
}

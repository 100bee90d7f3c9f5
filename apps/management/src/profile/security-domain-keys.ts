import type { SecurityDomainKey, SecurityDomainKeySlot } from '@tegata/profile-package';

/** Random keys for the places of a template. */
export function newSecurityDomainKeys(
  slots: readonly SecurityDomainKeySlot[],
  random: (octets: number) => Uint8Array,
): SecurityDomainKey[] {
  return slots.map(({ length, ...place }) => ({ ...place, key: random(length) }));
}

/** As it is stored among the codes of a profile: `AID/version/identifier/type/key`, hexadecimal. */
export function writeSecurityDomainKey({ securityDomain, version, identifier, type, key }: SecurityDomainKey): string {
  return [securityDomain, [version], [identifier], [type], key]
    .map((octets) => Buffer.from(octets).toString('hex'))
    .join('/');
}

/** Inverse of {@link writeSecurityDomainKey}. */
export function readSecurityDomainKey(word: string): SecurityDomainKey {
  const [securityDomain, version, identifier, type, key] = word.split('/').map((part) => Buffer.from(part, 'hex'));
  if (!securityDomain || !version || !identifier || !type || !key) throw new RangeError('a stored key is incomplete');
  return { securityDomain, version: version[0] ?? 0, identifier: identifier[0] ?? 0, type: type[0] ?? 0, key };
}

import type { Vault } from '@tegata/database';

/** Ki and OPc of a subscription, 16 octets each. */
export interface SubscriptionKeys {
  readonly k: Uint8Array;
  readonly opc: Uint8Array;
}

const row = (imsi: string) => `subscription:${imsi}:keys`;

/** Encrypts the keys for the subscription's row. */
export function sealSubscriptionKeys(vault: Vault, imsi: string, { k, opc }: SubscriptionKeys) {
  return vault.seal(row(imsi), Buffer.concat([k, opc]));
}

/** Opens the keys of a subscription. */
export async function openSubscriptionKeys(
  vault: Vault,
  { imsi, keys }: { readonly imsi: string; readonly keys: Uint8Array },
): Promise<SubscriptionKeys> {
  const octets = await vault.open(row(imsi), keys);
  return { k: octets.subarray(0, 16), opc: octets.subarray(16, 32) };
}

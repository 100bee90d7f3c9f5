import type { Vault } from '@tegata/database';
import type { ProfileProtectionKeys } from '@tegata/rsp';

const row = (iccid: string) => `profile:${iccid}:keys`;

/** Encrypts the keys a profile is protected with for its row. */
export function sealProfileKeys(vault: Vault, iccid: string, ppk: ProfileProtectionKeys) {
  return vault.seal(row(iccid), Buffer.concat([ppk.initialMacChainingValue, ppk.ppkEnc, ppk.ppkCmac]));
}

/** Opens them. */
export async function openProfileKeys(vault: Vault, iccid: string, sealed: Uint8Array): Promise<ProfileProtectionKeys> {
  const octets = await vault.open(row(iccid), sealed);
  return {
    initialMacChainingValue: octets.subarray(0, 16),
    ppkEnc: octets.subarray(16, 32),
    ppkCmac: octets.subarray(32, 48),
  };
}

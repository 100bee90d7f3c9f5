import type { Vault } from '@tegata/database';
import { confirmationCodeHash } from '@tegata/rsp';

const row = (iccid: string) => `profile:${iccid}:confirmation_code_hash`;

/** Octets of SHA-256: what stands in the row of an order from before hashes were encrypted. */
const CLEAR_OCTETS = 32;

/** Encrypts the hash of an order's confirmation code for the profile's row: a code of some digits is found from its hash by trying. */
export function sealConfirmationCode(vault: Vault, iccid: string, confirmationCode: string) {
  return vault.seal(row(iccid), confirmationCodeHash(confirmationCode));
}

/** Opens the hash. */
export async function openConfirmationCodeHash(vault: Vault, iccid: string, sealed: Uint8Array): Promise<Uint8Array> {
  return sealed.length === CLEAR_OCTETS ? sealed : vault.open(row(iccid), sealed);
}

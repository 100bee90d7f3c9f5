import { ResetResult } from '@tegata/rsp';
import type { Es10a, Es10c, ResetOption } from './es10.ts';
import { LpaError } from './lpa-error.ts';

/** Local eUICC management (SGP.22 section 3.3). Whoever calls these has asked the user before: none of it can be taken back. */

/** The EID, 32 digits (section 3.3.1). */
export function retrieveEid(es10c: Pick<Es10c, 'getEid'>): Promise<string> {
  return es10c.getEid();
}

/**
 * Erases parts of the eUICC's memory (section 3.3.2, and 3.3.3 for test profiles). What the profiles' SM-DP+ have to be told waits
 * as notifications.
 *
 * @returns whether there was anything to erase
 * @throws LpaError EUICC_COMMAND_REFUSED
 */
export async function resetEuiccMemory(
  es10c: Pick<Es10c, 'euiccMemoryReset'>,
  options: readonly ResetOption[],
): Promise<boolean> {
  const result = await es10c.euiccMemoryReset(options);
  if (result === ResetResult.ok) return true;
  if (result === ResetResult.nothingToDelete) return false;
  throw new LpaError('EUICC_COMMAND_REFUSED', 'The eUICC did not erase its memory.');
}

/**
 * Sets the SM-DP+ of downloads that name none (section 3.3.4); empty removes it.
 *
 * @param address FQDN
 * @throws LpaError EUICC_COMMAND_REFUSED
 */
export async function setDefaultSmdpAddress(es10a: Es10a, address: string): Promise<void> {
  await es10a.setDefaultDpAddress(address);
  const { defaultDpAddress = '' } = await es10a.getEuiccConfiguredAddresses();
  if (defaultDpAddress === address) return;
  throw new LpaError('EUICC_COMMAND_REFUSED', 'The eUICC did not store the default SM-DP+ address.');
}

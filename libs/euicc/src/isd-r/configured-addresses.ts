import type { IsdRContext } from './context.ts';
import { settingsRecord } from './isd-r-records.ts';

/** Addresses that the eUICC keeps for its LPA. */
export interface ConfiguredAddresses {
  /** FQDN of the default SM-DP+ */
  readonly defaultDpAddress?: string | undefined;
  /** FQDN of the root SM-DS; empty: none */
  readonly rootDsAddress: string;
}

/** ES10a.GetEuiccConfiguredAddresses (SGP.22 section 5.7.3). */
export function getEuiccConfiguredAddresses({ memory }: IsdRContext): ConfiguredAddresses {
  const { defaultDpAddress, rootDsAddress } = memory.require(settingsRecord);
  return { defaultDpAddress, rootDsAddress };
}

/** ES10a.SetDefaultDpAddress (SGP.22 section 5.7.4); empty removes it. */
export async function setDefaultDpAddress({ memory }: IsdRContext, address: string): Promise<void> {
  const settings = memory.require(settingsRecord);
  const defaultDpAddress = address === '' ? undefined : address;
  await memory.commit((t) => t.put(settingsRecord, '', { ...settings, defaultDpAddress }));
}

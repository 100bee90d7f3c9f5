import type { ConfiguredAddresses } from '../isd-r/configured-addresses.ts';
import type { IsdR } from '../isd-r/isd-r.ts';
import type { OneAtATime } from '../one-at-a-time.ts';

/** ES10a (SGP.22 sections 5.7.3, 5.7.4): addresses that the eUICC keeps for its LPA. */
export interface Es10a {
  getEuiccConfiguredAddresses(): Promise<ConfiguredAddresses>;
  /** Sets the default SM-DP+ address, at most 255 characters; empty removes it. */
  setDefaultDpAddress(address: string): Promise<void>;
}

export function es10a(turns: OneAtATime, isdR: IsdR): Es10a {
  return {
    getEuiccConfiguredAddresses: () => turns.run(() => isdR.getEuiccConfiguredAddresses()),
    setDefaultDpAddress: (address) => turns.run(() => isdR.setDefaultDpAddress(address)),
  };
}

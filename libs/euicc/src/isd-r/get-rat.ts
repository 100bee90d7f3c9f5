import type { IsdRContext } from './context.ts';
import { settingsRecord } from './isd-r-records.ts';

/** ES10b.GetRAT (SGP.22 section 5.7.22): the rules authorisation table. DER, tag BF43. */
export function getRat({ memory }: IsdRContext): Uint8Array {
  return memory.require(settingsRecord).rulesAuthorisationTable.raw;
}

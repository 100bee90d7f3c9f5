import type { IsdRContext } from './context.ts';

/** ES10c.GetEID (SGP.22 section 5.7.20): 32 digits. */
export function getEid({ ecasd }: IsdRContext): string {
  return ecasd.eid;
}

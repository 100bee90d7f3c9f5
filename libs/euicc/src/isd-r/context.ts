import type { RandomSource } from '@tegata/rsp';
import type { Ecasd } from '../ecasd/ecasd.ts';
import type { Memory } from '../memory/memory.ts';

/** What the functions of the ISD-R work with. */
export interface IsdRContext {
  readonly memory: Memory;
  readonly ecasd: Ecasd;
  /** for validity periods of certificates; a chip would have its device's time */
  readonly clock: () => Date;
  readonly random: RandomSource;
}

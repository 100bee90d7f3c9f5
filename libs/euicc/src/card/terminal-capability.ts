import { DerError, parseChildren, parseTlv } from '@tegata/der';
import type { CommandApdu } from './command-apdu.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

const TERMINAL_CAPABILITIES = 0xa9;
const EXTENDED_LOGICAL_CHANNELS = 0x81;

/** What a terminal says of itself before the first application is selected. */
export interface TerminalCapability {
  /** it can address channels 4 to 19 */
  readonly extendedLogicalChannels: boolean;
}

/**
 * TERMINAL CAPABILITY (ETSI TS 102 221 section 11.1.19). That the terminal has an LPA (tag 83, SGP.22 section 3.4.1) changes
 * nothing: there is no LPA in this eUICC that would stand back for it.
 *
 * @throws StatusWordError 6A86, 6700 without data, 6A80 for data that is not the template A9
 */
export function terminalCapability({ p1, p2, data }: CommandApdu): TerminalCapability {
  if (p1 !== 0 || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  if (data.length === 0) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  try {
    const { tag, value } = parseTlv(data);
    if (tag !== TERMINAL_CAPABILITIES) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
    const extendedLogicalChannels = parseChildren(value).some((object) => object.tag === EXTENDED_LOGICAL_CHANNELS);
    return { extendedLogicalChannels };
  } catch (error) {
    if (error instanceof DerError) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
    throw error;
  }
}

import type { CommandApdu, ResponseApdu } from './command-apdu.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

/** REFRESH, UICC reset, from the UICC to the terminal (ETSI TS 102 223 section 6.6.13). */
const COMMAND_DETAILS = Uint8Array.of(0x81, 0x03, 0x01, 0x01, 0x04);
const REFRESH = Buffer.concat([Uint8Array.of(0xd0, 0x09), COMMAND_DETAILS, Uint8Array.of(0x82, 0x02, 0x81, 0x82)]);
/** Octet and bit of TERMINAL PROFILE by which a terminal says that it carries REFRESH out (section 5.2). */
const REFRESH_OCTET = 2;
const REFRESH_BIT = 0x80;

/**
 * The card application toolkit, of which there is one command: REFRESH, by which the terminal is told that another profile
 * is enabled. No application of a profile runs here, hence no envelope finds anybody to take it.
 */
export class Toolkit {
  private refreshes = false;
  private state: 'idle' | 'pending' | 'fetched' = 'idle';

  /** As after a reset: the terminal has not said what it can do. */
  reset(): void {
    this.refreshes = false;
    this.state = 'idle';
  }

  /** Whether a proactive command waits, or waits to be answered. */
  get busy(): boolean {
    return this.state !== 'idle';
  }

  /** Octets of the proactive command that waits to be fetched; 0 for none. */
  get pendingOctets(): number {
    return this.state === 'pending' ? REFRESH.length : 0;
  }

  /** Asks the terminal to reset the card. One that did not say that it carries REFRESH out is not asked. */
  requestRefresh(): void {
    if (this.refreshes) this.state = 'pending';
  }

  /** TERMINAL PROFILE (ETSI TS 102 221 section 11.2.1). */
  terminalProfile({ p1, p2, data }: CommandApdu): ResponseApdu {
    requireNoParameters(p1, p2);
    if (data.length === 0) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
    this.refreshes = ((data[REFRESH_OCTET] ?? 0) & REFRESH_BIT) !== 0;
    return answer();
  }

  /** FETCH (section 11.2.3): the proactive command that 91XX told of, whole. */
  fetch({ p1, p2, expected }: CommandApdu): ResponseApdu {
    requireNoParameters(p1, p2);
    if (this.state !== 'pending') throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
    if (expected !== REFRESH.length) throw new StatusWordError(STATUS_WORD.WRONG_LE | REFRESH.length);
    this.state = 'fetched';
    return answer(REFRESH);
  }

  /** TERMINAL RESPONSE (section 11.2.4): whatever the terminal made of it, the command has ended. */
  terminalResponse({ p1, p2, data }: CommandApdu): ResponseApdu {
    requireNoParameters(p1, p2);
    if (this.state !== 'fetched') throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
    // The comprehension bit of the first tag is the terminal's choice.
    const details = Buffer.from(data.subarray(0, COMMAND_DETAILS.length));
    if (details.length > 0) details[0] = (details[0] ?? 0) | 0x80;
    if (!details.equals(COMMAND_DETAILS)) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
    this.state = 'idle';
    return answer();
  }

  /** ENVELOPE (section 11.2.2): nobody is registered for any. */
  envelope(): ResponseApdu {
    throw new StatusWordError(STATUS_WORD.FUNCTION_NOT_SUPPORTED);
  }
}

function requireNoParameters(p1: number, p2: number): void {
  if (p1 !== 0 || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
}

function answer(data: Uint8Array = new Uint8Array(0)): ResponseApdu {
  return { data, statusWord: STATUS_WORD.NORMAL };
}

import { encodeTlv } from '@tegata/der';
import type { CommandApdu, ResponseApdu } from './command-apdu.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

/** A proactive command as FETCH gets it, and its command details. */
interface ProactiveCommand {
  readonly octets: Uint8Array;
  readonly details: Uint8Array;
  /** what it gives the terminal to do */
  readonly type: number;
}

/** Types of commands, and where TERMINAL PROFILE says that a terminal carries them out (ETSI TS 102 223 sections 5.2 and 9.4). */
const REFRESH = { type: 0x01, octet: 2, bit: 0x80 };
const SEND_SHORT_MESSAGE = { type: 0x13, octet: 3, bit: 0x02 };
const PROACTIVE_COMMAND = 0xd0;
const COMMAND_DETAILS = 0x81;
const DEVICE_IDENTITIES = 0x82;
const SMS_TPDU = 0x8b;
const COMMAND_NUMBER = 0x01;
/** Qualifier of REFRESH: UICC reset. */
const UICC_RESET = 0x04;
const UICC = 0x81;
const TERMINAL = 0x82;
const NETWORK = 0x83;

/**
 * The card application toolkit: REFRESH, by which the terminal is told that another profile is enabled, and SEND SHORT MESSAGE, by which the operator gets an
 * answer. No application of a profile runs here.
 */
export class Toolkit {
  /** what the terminal said that it can do; nothing before it has */
  private terminal: Uint8Array = new Uint8Array(0);
  private readonly waiting: ProactiveCommand[] = [];
  private fetched = false;

  /** As after a reset: the terminal has not said what it can do. */
  reset(): void {
    this.terminal = new Uint8Array(0);
    this.waiting.length = 0;
    this.fetched = false;
  }

  /** Forgets messages of the profile that was enabled before, except for one that the terminal has fetched and will answer. */
  leaveProfile(): void {
    const [first] = this.fetched ? this.waiting : [];
    const staying = this.waiting.filter((command) => command === first || command.type !== SEND_SHORT_MESSAGE.type);
    this.waiting.splice(0, this.waiting.length, ...staying);
  }

  /** Whether a proactive command waits, or waits to be answered. */
  get busy(): boolean {
    return this.waiting.length > 0;
  }

  /** Octets of the proactive command that waits to be fetched; 0 for none. */
  get pendingOctets(): number {
    return this.fetched ? 0 : (this.waiting[0]?.octets.length ?? 0);
  }

  /** Whether the terminal said that it sends short messages for the card. */
  get sendsShortMessages(): boolean {
    return this.carriesOut(SEND_SHORT_MESSAGE);
  }

  /** Asks the terminal to reset the card (section 6.6.13). One that did not say that it carries REFRESH out is not asked, nor one that was asked already. */
  requestRefresh(): void {
    if (!this.carriesOut(REFRESH) || this.waiting.some(({ type }) => type === REFRESH.type)) return;
    this.waiting.push(proactiveCommand(REFRESH.type, UICC_RESET, TERMINAL));
  }

  /** Asks the terminal to send a short message (section 6.6.9). @param tpdu an SMS-SUBMIT, at most 164 octets */
  requestShortMessage(tpdu: Uint8Array): void {
    this.waiting.push(proactiveCommand(SEND_SHORT_MESSAGE.type, 0x00, NETWORK, encodeTlv(SMS_TPDU, tpdu)));
  }

  /** TERMINAL PROFILE (ETSI TS 102 221 section 11.2.1). */
  terminalProfile({ p1, p2, data }: CommandApdu): ResponseApdu {
    requireNoParameters(p1, p2);
    if (data.length === 0) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
    this.terminal = Uint8Array.from(data);
    return answer();
  }

  /** FETCH (section 11.2.3): the proactive command that 91XX told of, whole. */
  fetch({ p1, p2, expected }: CommandApdu): ResponseApdu {
    requireNoParameters(p1, p2);
    const [next] = this.waiting;
    if (next === undefined || this.fetched) throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
    if (expected !== next.octets.length) throw new StatusWordError(STATUS_WORD.WRONG_LE | next.octets.length);
    this.fetched = true;
    return answer(next.octets);
  }

  /** TERMINAL RESPONSE (section 11.2.4): whatever the terminal made of it, the command has ended. */
  terminalResponse({ p1, p2, data }: CommandApdu): ResponseApdu {
    requireNoParameters(p1, p2);
    const [answered] = this.waiting;
    if (answered === undefined || !this.fetched) throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
    // The comprehension bit of the first tag is the terminal's choice.
    const details = Buffer.from(data.subarray(0, answered.details.length));
    if (details.length > 0) details[0] = (details[0] ?? 0) | 0x80;
    if (!details.equals(answered.details)) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
    this.waiting.shift();
    this.fetched = false;
    return answer();
  }

  private carriesOut({ octet, bit }: typeof REFRESH): boolean {
    return ((this.terminal[octet] ?? 0) & bit) !== 0;
  }
}

function proactiveCommand(
  type: number,
  qualifier: number,
  to: number,
  ...objects: readonly Uint8Array[]
): ProactiveCommand {
  const details = encodeTlv(COMMAND_DETAILS, Uint8Array.of(COMMAND_NUMBER, type, qualifier));
  const identities = encodeTlv(DEVICE_IDENTITIES, Uint8Array.of(UICC, to));
  return { type, details, octets: encodeTlv(PROACTIVE_COMMAND, details, identities, ...objects) };
}

function requireNoParameters(p1: number, p2: number): void {
  if (p1 !== 0 || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
}

function answer(data: Uint8Array = new Uint8Array(0)): ResponseApdu {
  return { data, statusWord: STATUS_WORD.NORMAL };
}

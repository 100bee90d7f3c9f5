import { STATUS_WORD, StatusWordError } from './status-word.ts';

/** A command as ISO/IEC 7816-4 has it, with short lengths. */
export interface CommandApdu {
  /** logical channel, 0..19 */
  readonly channel: number;
  /** class without the channel: 00 (ISO) or 80 (ETSI) */
  readonly class: number;
  readonly instruction: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** octets the terminal takes, 1..256; undefined when it expects none */
  readonly expected: number | undefined;
}

/** A response before it is fitted to what the terminal takes. */
export interface ResponseApdu {
  readonly data: Uint8Array;
  readonly statusWord: number;
}

/**
 * Takes a command apart: cases 1 to 4 of ISO/IEC 7816-3 section 12.1.
 *
 * @throws StatusWordError 6700 for lengths that contradict each other, 6882 for secure messaging, 6E00 for other classes
 */
export function parseCommand(octets: Uint8Array): CommandApdu {
  const [cla, instruction, p1, p2] = octets;
  if (cla === undefined || instruction === undefined || p1 === undefined || p2 === undefined) {
    throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  }
  const body = octets.subarray(4);
  return { ...parseClass(cla), instruction, p1, p2, ...parseBody(body) };
}

function parseBody(body: Uint8Array): Pick<CommandApdu, 'data' | 'expected'> {
  const [first] = body;
  if (first === undefined) return { data: body, expected: undefined };
  if (body.length === 1) return { data: new Uint8Array(0), expected: octetsOf(first) };
  const data = body.subarray(1, 1 + first);
  const rest = body.subarray(1 + first);
  if (first === 0 || data.length < first || rest.length > 1) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  return { data, expected: rest[0] === undefined ? undefined : octetsOf(rest[0]) };
}

function octetsOf(le: number): number {
  return le === 0 ? 256 : le;
}

/** ETSI TS 102 221 section 10.1.1: 0X and 8X with channels 0..3, 4X/6X and CX/EX with channels 4..19. */
function parseClass(cla: number): Pick<CommandApdu, 'channel' | 'class'> {
  // Begins a negotiation of parameters (PPS), never a command.
  if (cla === 0xff) throw new StatusWordError(STATUS_WORD.CLASS_NOT_SUPPORTED);
  const type = cla & 0x80;
  if ((cla & 0x40) !== 0) {
    if ((cla & 0x20) !== 0) throw new StatusWordError(STATUS_WORD.SECURE_MESSAGING_NOT_SUPPORTED);
    return { class: type, channel: 4 + (cla & 0x0f) };
  }
  if ((cla & 0x30) !== 0) throw new StatusWordError(STATUS_WORD.CLASS_NOT_SUPPORTED);
  if ((cla & 0x0c) !== 0) throw new StatusWordError(STATUS_WORD.SECURE_MESSAGING_NOT_SUPPORTED);
  return { class: type, channel: cla & 0x03 };
}

/** The octets of a response. */
export function encodeResponse(data: Uint8Array, statusWord: number): Uint8Array {
  return Buffer.concat([data, Uint8Array.of(statusWord >> 8, statusWord & 0xff)]);
}

import type { CommandApdu, ResponseApdu } from './command-apdu.ts';
import type { LogicalChannel } from './logical-channel.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

/** The longest answer of one response, and of which 61XX and 6CXX say 00. */
const MOST_OCTETS = 256;
const GET_RESPONSE = 0xc0;

/**
 * Fits an answer to what its receiver takes: without Le, or with too small a one, the rest waits for GET RESPONSE, where the command had data
 * (that is how T=0 works, too); where it had none, the right Le is told.
 */
export function fitted(channel: LogicalChannel, command: CommandApdu, response: ResponseApdu): ResponseApdu {
  const { data, statusWord } = response;
  const taken = command.expected ?? 0;
  if (data.length <= taken || data.length === 0) return response;
  if (command.data.length === 0 && command.instruction !== GET_RESPONSE && data.length <= MOST_OCTETS) {
    return { data: new Uint8Array(0), statusWord: STATUS_WORD.WRONG_LE | (data.length & 0xff) };
  }
  channel.waiting = { data: data.subarray(taken), statusWord };
  const waiting = Math.min(data.length - taken, MOST_OCTETS) & 0xff;
  return { data: data.subarray(0, taken), statusWord: STATUS_WORD.RESPONSE_WAITING | waiting };
}

/** GET RESPONSE (ETSI TS 102 221 section 12.1.1). @throws StatusWordError 6F00 where nothing waits, 6CXX for more than waits */
export function getResponse(channel: LogicalChannel, { p1, p2, expected }: CommandApdu): ResponseApdu {
  const { waiting } = channel;
  if (p1 !== 0 || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  if (waiting === undefined) throw new StatusWordError(STATUS_WORD.NO_DIAGNOSIS);
  if (expected === undefined) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  if (expected > waiting.data.length && expected !== MOST_OCTETS) {
    throw new StatusWordError(STATUS_WORD.WRONG_LE | waiting.data.length);
  }
  channel.waiting = undefined;
  return waiting;
}

import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import { type CommandContext, done } from './card-session.ts';
import { recordFile } from './record.ts';

/** P2, bits 3 to 1: the way to search. */
const FORWARD = 0x04;
const BACKWARD = 0x05;
const ENHANCED = 0x06;
/** First octet of an enhanced search, bits 3 to 1: from the record of P1 as above, or from the next or previous one. */
const FORWARD_FROM_NEXT = 0x06;
const BACKWARD_FROM_PREVIOUS = 0x07;
/** Bit 4: the second octet is a value, behind whose first occurrence the record is searched; otherwise an offset. */
const BEHIND_VALUE = 0x08;

interface Search {
  readonly direction: 1 | -1;
  /** steps from the record that P1 names to the first one searched */
  readonly skip: 0 | 1;
  /** where in a record the string may begin; undefined: nowhere */
  readonly from: (record: Uint8Array) => number | undefined;
  readonly pattern: Uint8Array;
}

/**
 * SEARCH RECORD (ETSI TS 102 221 section 11.1.7): the numbers of the records that have a string, in the order in which they
 * are found; the first becomes the current one.
 */
export function searchRecord(context: CommandContext, command: CommandApdu): ResponseApdu {
  const search = searchOf(command);
  const { content, length, count } = recordFile(context, command, 'read');
  const found: number[] = [];
  for (let number = startOf(context, command, search, count); number >= 1 && number <= count; ) {
    const record = Buffer.from(content.subarray((number - 1) * length, number * length));
    const from = search.from(record);
    // A string that is empty or too long for the record is found in none.
    if (from !== undefined && record.indexOf(search.pattern, from) !== -1 && from < length) found.push(number);
    number += search.direction;
  }
  const [first] = found;
  if (first === undefined) throw new StatusWordError(STATUS_WORD.NOT_FOUND_IN_FILE);
  context.channel.record = first;
  return done(Uint8Array.from(found));
}

function searchOf({ p2, data }: CommandApdu): Search {
  const [way, value] = data;
  if (way === undefined) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  const anywhere = (): number => 0;
  switch (p2 & 0x07) {
    case FORWARD:
      return { direction: 1, skip: 0, from: anywhere, pattern: data };
    case BACKWARD:
      return { direction: -1, skip: 0, from: anywhere, pattern: data };
    case ENHANCED: {
      if (value === undefined || data.length < 3) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
      return { ...directionOf(way), from: startIn((way & BEHIND_VALUE) !== 0, value), pattern: data.subarray(2) };
    }
    default:
      throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  }
}

function directionOf(way: number): Pick<Search, 'direction' | 'skip'> {
  if ((way & 0xf0) !== 0) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
  switch (way & 0x07) {
    case FORWARD:
      return { direction: 1, skip: 0 };
    case BACKWARD:
      return { direction: -1, skip: 0 };
    case FORWARD_FROM_NEXT:
      return { direction: 1, skip: 1 };
    case BACKWARD_FROM_PREVIOUS:
      return { direction: -1, skip: 1 };
    default:
      throw new StatusWordError(STATUS_WORD.WRONG_DATA);
  }
}

function startIn(behindValue: boolean, value: number): Search['from'] {
  if (!behindValue) return () => value;
  return (record) => {
    const at = record.indexOf(value);
    return at === -1 ? undefined : at + 1;
  };
}

/** The record that P1 names, or with P1 = 0 the current one; without a current one the search begins at the end it comes from. */
function startOf({ channel }: CommandContext, { p1 }: CommandApdu, { direction, skip }: Search, count: number): number {
  if (p1 > count) throw new StatusWordError(STATUS_WORD.RECORD_NOT_FOUND);
  const named = p1 === 0 ? channel.record : p1;
  if (named === undefined) return direction === 1 ? 1 : count;
  return named + direction * skip;
}

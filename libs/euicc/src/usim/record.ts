import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import type { PlacedFile } from '../profile/file-tree.ts';
import type { AccessMode } from './access-rule.ts';
import { type CommandContext, done } from './card-session.ts';
import { elementaryFile } from './elementary-file.ts';

/** P2, bits 3 to 1: which record. */
const NEXT = 0x02;
const PREVIOUS = 0x03;
/** the one P1 counts to from the first, or with P1 = 0 the current one */
const ABSOLUTE = 0x04;

/** A record file that a command means. */
export interface RecordFile {
  readonly placed: PlacedFile;
  readonly content: Uint8Array;
  readonly length: number;
  readonly count: number;
}

/** The record file that P2 names. @throws StatusWordError as `elementaryFile` */
export function recordFile(context: CommandContext, { p2 }: CommandApdu, mode: AccessMode): RecordFile {
  const placed = elementaryFile(context, p2 >> 3, ['linear-fixed', 'cyclic'], mode);
  const content = context.profile.content(placed.path);
  const length = placed.file.recordLength ?? content.length;
  return { placed, content, length, count: Math.floor(content.length / length) };
}

/** READ RECORD (ETSI TS 102 221 section 11.1.5). */
export function readRecord(context: CommandContext, command: CommandApdu): ResponseApdu {
  const { expected } = command;
  const file = recordFile(context, command, 'read');
  if (expected === undefined) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  const number = recordNumber(context, command, file);
  if (expected !== file.length && expected !== 256) throw new StatusWordError(STATUS_WORD.WRONG_LE | file.length);
  const start = (number - 1) * file.length;
  return done(file.content.subarray(start, start + file.length));
}

/** UPDATE RECORD (ETSI TS 102 221 section 11.1.6). */
export async function updateRecord(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  const { data, p2 } = command;
  const file = recordFile(context, command, 'update');
  if (data.length !== file.length) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  const cyclic = file.placed.file.structure === 'cyclic';
  // A cyclic file is written in one way only: over its oldest record, which becomes the first.
  if (cyclic && (p2 & 0x07) !== PREVIOUS) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  let content: Uint8Array;
  if (cyclic) {
    content = Buffer.concat([data, file.content.subarray(0, (file.count - 1) * file.length)]);
    context.channel.record = 1;
  } else {
    content = Uint8Array.from(file.content);
    content.set(data, (recordNumber(context, command, file) - 1) * file.length);
  }
  await context.profile.updateContent(file.placed.path, content);
  return done();
}

/** The record that P1 and P2 name; it becomes the current one unless it was named by its number. */
function recordNumber({ channel }: CommandContext, { p1, p2 }: CommandApdu, { placed, count }: RecordFile): number {
  const cyclic = placed.file.structure === 'cyclic';
  let number: number;
  switch (p2 & 0x07) {
    case ABSOLUTE:
      number = p1 === 0 ? (channel.record ?? 0) : p1;
      break;
    case NEXT:
      number = (channel.record ?? 0) + 1;
      if (cyclic && number > count) number = 1;
      break;
    case PREVIOUS:
      number = (channel.record ?? count + 1) - 1;
      if (cyclic && number < 1) number = count;
      break;
    default:
      throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  }
  if (number < 1 || number > count) throw new StatusWordError(STATUS_WORD.RECORD_NOT_FOUND);
  if ((p2 & 0x07) !== ABSOLUTE) {
    if (p1 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
    channel.record = number;
  }
  return number;
}

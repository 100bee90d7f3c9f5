import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import { type CommandContext, done } from './card-session.ts';
import { elementaryFile } from './elementary-file.ts';

/** P1 and P2: an offset of 15 bits, or a short identifier and an offset of 8. */
function place({ p1, p2 }: CommandApdu): { readonly shortFileId: number; readonly offset: number } {
  if ((p1 & 0x80) === 0) return { shortFileId: 0, offset: p1 * 0x100 + p2 };
  if ((p1 & 0x60) !== 0 || (p1 & 0x1f) === 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  return { shortFileId: p1 & 0x1f, offset: p2 };
}

/** READ BINARY (ETSI TS 102 221 section 11.1.3). */
export function readBinary(context: CommandContext, command: CommandApdu): ResponseApdu {
  const { shortFileId, offset } = place(command);
  const { expected } = command;
  if (expected === undefined) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  const { path } = elementaryFile(context, shortFileId, ['transparent'], 'read');
  const content = context.profile.content(path);
  if (offset >= content.length) throw new StatusWordError(STATUS_WORD.OFFSET_OUTSIDE);
  const available = content.length - offset;
  // 256 stands for "all there is"; any other number must be there.
  if (expected > available && expected !== 256) throw new StatusWordError(STATUS_WORD.WRONG_LE | available);
  return done(content.subarray(offset, offset + Math.min(expected, available)));
}

/** UPDATE BINARY (ETSI TS 102 221 section 11.1.4). */
export async function updateBinary(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  const { shortFileId, offset } = place(command);
  const { data } = command;
  if (data.length === 0) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  const { path } = elementaryFile(context, shortFileId, ['transparent'], 'update');
  const content = Uint8Array.from(context.profile.content(path));
  if (offset >= content.length) throw new StatusWordError(STATUS_WORD.OFFSET_OUTSIDE);
  if (offset + data.length > content.length) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  content.set(data, offset);
  await context.profile.updateContent(path, content);
  return done();
}

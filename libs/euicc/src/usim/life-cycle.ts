import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import { isDirectory } from '../profile/card-file.ts';
import { type CommandContext, done, requireAccess } from './card-session.ts';
import { select } from './select.ts';

const ACTIVATED = 0x05;
const DEACTIVATED = 0x04;
/** P1: by file identifier, by path from the MF, by path from the current directory. */
const WAYS: readonly number[] = [0x00, 0x08, 0x09];
const ANSWER_NOTHING = 0x0c;

/** DEACTIVATE FILE (ETSI TS 102 221 section 11.1.14): an EF that can then only be selected and activated again. */
export function deactivateFile(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  return change(context, command, 'deactivate', DEACTIVATED);
}

/** ACTIVATE FILE (section 11.1.15). */
export function activateFile(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  return change(context, command, 'activate', ACTIVATED);
}

async function change(
  context: CommandContext,
  command: CommandApdu,
  mode: 'deactivate' | 'activate',
  lifeCycle: number,
): Promise<ResponseApdu> {
  const { channel, profile } = context;
  const { p1, p2, data } = command;
  if (!WAYS.includes(p1) || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  if (data.length > 0) select(context, { ...command, p2: ANSWER_NOTHING });
  const placed = channel.file === undefined ? undefined : profile.tree.get(channel.file);
  if (placed === undefined || isDirectory(placed.file)) throw new StatusWordError(STATUS_WORD.NO_EF_SELECTED);
  requireAccess(context, placed.path, mode);
  await profile.updateLifeCycle(placed, lifeCycle);
  return done();
}

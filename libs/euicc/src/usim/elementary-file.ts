import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import type { CardFile } from '../profile/card-file.ts';
import type { PlacedFile } from '../profile/file-tree.ts';
import type { AccessMode } from './access-rule.ts';
import { type CommandContext, requireAccess } from './card-session.ts';
import { isActive } from './select.ts';

/**
 * The EF that a command means: by short identifier in the current directory, which also selects it, or the current one.
 *
 * @param shortFileId 0 for the current EF
 * @throws StatusWordError 6A82, 6986, 6981 for a file of another structure, 6984 for a deactivated one, 6982
 */
export function elementaryFile(
  context: CommandContext,
  shortFileId: number,
  structures: readonly CardFile['structure'][],
  mode: AccessMode,
): PlacedFile {
  const { channel, profile } = context;
  let found: PlacedFile | undefined;
  if (shortFileId === 0) {
    found = channel.file === undefined ? undefined : profile.tree.get(channel.file);
    if (found === undefined) throw new StatusWordError(STATUS_WORD.NO_EF_SELECTED);
  } else {
    found = profile.tree.byShortFileId(channel.directory, shortFileId);
    if (found === undefined) throw new StatusWordError(STATUS_WORD.FILE_NOT_FOUND);
    channel.file = found.path;
    channel.record = undefined;
    channel.transfer = undefined;
  }
  if (!structures.includes(found.file.structure)) throw new StatusWordError(STATUS_WORD.WRONG_FILE_STRUCTURE);
  if (!isActive(found)) throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_UNUSABLE);
  requireAccess(context, found.path, mode);
  return found;
}

import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import type { LogicalChannel } from '../card/logical-channel.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import { type FilePath, fileIdText, isDirectory, MF_PATH, parentPath } from '../profile/card-file.ts';
import { CURRENT_APPLICATION, type PlacedFile } from '../profile/file-tree.ts';
import { type CommandContext, done } from './card-session.ts';
import { fileControlParameters } from './file-control-parameters.ts';

/** P1: how the data names the file. */
const BY_FILE_ID = 0x00;
const CHILD_DIRECTORY = 0x01;
const PARENT_DIRECTORY = 0x03;
const PATH_FROM_MF = 0x08;
const PATH_FROM_DIRECTORY = 0x09;

/** P2, bits 4 and 3: what to answer. */
const ANSWER_MASK = 0x0c;
const ANSWER_FCP = 0x04;
const ANSWER_NOTHING = 0x0c;
/** SELECT of a file, by identifier or path (ETSI TS 102 221 section 11.1.1). */
export function select(
  { profile, channel }: Pick<CommandContext, 'profile' | 'channel'>,
  { p1, p2, data }: CommandApdu,
): ResponseApdu {
  const answer = p2 & ANSWER_MASK;
  if (answer !== ANSWER_FCP && answer !== ANSWER_NOTHING && p2 !== 0) {
    throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  }
  const { tree } = profile;
  let found: PlacedFile | undefined;
  switch (p1) {
    case BY_FILE_ID:
      found = data.length === 0 ? tree.mf : tree.reachable(channel.directory, oneFileId(data), channel.application);
      break;
    case CHILD_DIRECTORY:
      found = directoryOnly(tree.child(channel.directory, oneFileId(data)));
      break;
    case PARENT_DIRECTORY: {
      const parent = parentPath(channel.directory);
      found = parent === undefined ? undefined : tree.get(parent);
      break;
    }
    case PATH_FROM_MF:
      found = tree.descend(...startOfPath(channel, fileIds(data)));
      break;
    case PATH_FROM_DIRECTORY:
      found = tree.descend(channel.directory, fileIds(data));
      break;
    default:
      throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  }
  if (found === undefined) throw new StatusWordError(STATUS_WORD.FILE_NOT_FOUND);
  makeCurrent(channel, found, profile.tree.applicationOf(found.path)?.path);
  return answered({ profile }, found, answer);
}

/** SELECT of an application that was found by its name. */
export function selectApplication(
  { profile, channel }: Pick<CommandContext, 'profile' | 'channel'>,
  found: PlacedFile,
  answer: number,
): ResponseApdu {
  makeCurrent(channel, found, found.path);
  return answered({ profile }, found, answer);
}

/** SELECT that ends the session of an application. */
export function endApplication(channel: LogicalChannel, { path }: PlacedFile): ResponseApdu {
  if (channel.application === path) Object.assign(channel, { application: undefined, directory: MF_PATH });
  channel.file = undefined;
  channel.record = undefined;
  return done();
}

function makeCurrent(channel: LogicalChannel, { path, file }: PlacedFile, application: FilePath | undefined): void {
  // Leaving the ADF does not end the application: 7FFF leads back to it.
  if (application !== undefined) channel.application = application;
  channel.directory = isDirectory(file) ? path : (parentPath(path) ?? MF_PATH);
  channel.file = isDirectory(file) ? undefined : path;
  channel.record = undefined;
  channel.transfer = undefined;
}

function answered({ profile }: Pick<CommandContext, 'profile'>, found: PlacedFile, answer: number): ResponseApdu {
  const data = answer === ANSWER_NOTHING ? new Uint8Array(0) : fileControlParameters(profile, found);
  return { data, statusWord: isActive(found) ? STATUS_WORD.NORMAL : STATUS_WORD.FILE_DEACTIVATED };
}

/** Operational and activated: 05 or 07 (ISO/IEC 7816-4 table 13). */
export function isActive({ file }: PlacedFile): boolean {
  return ((file.lifeCycle[0] ?? 0) & 0xfd) === 0x05;
}

function directoryOnly(found: PlacedFile | undefined): PlacedFile | undefined {
  return found !== undefined && isDirectory(found.file) ? found : undefined;
}

/** A path from the MF is given without the MF; with 7FFF first it is a path from the current ADF. */
function startOfPath(channel: LogicalChannel, path: readonly string[]): [FilePath, readonly string[]] {
  if (path[0] !== CURRENT_APPLICATION) return [MF_PATH, path];
  if (channel.application === undefined) throw new StatusWordError(STATUS_WORD.FILE_NOT_FOUND);
  return [channel.application, path.slice(1)];
}

function oneFileId(data: Uint8Array): string {
  const [fileId, ...more] = fileIds(data);
  if (fileId === undefined || more.length > 0) throw new StatusWordError(STATUS_WORD.LENGTH_INCONSISTENT);
  return fileId;
}

function fileIds(data: Uint8Array): string[] {
  if (data.length === 0 || data.length % 2 !== 0) throw new StatusWordError(STATUS_WORD.LENGTH_INCONSISTENT);
  return Array.from({ length: data.length / 2 }, (_, i) => fileIdText(data.subarray(2 * i, 2 * i + 2)));
}

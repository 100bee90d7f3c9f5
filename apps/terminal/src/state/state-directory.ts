import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TerminalError } from '../terminal-error.ts';
import { isMissing, systemErrorCode } from './durable-file.ts';

/** Longest path that bind() takes on every system (macOS has 104 octets with the final zero). */
const longestSocketPath = 103;

/** Where a terminal keeps what it must not forget. Everything in it is the user's only (mode 0700, files 0600). */
export interface StateDirectory {
  /** The folder, absolute and without symbolic links. */
  readonly path: string;
  /** Memory of the eUICC. */
  readonly euicc: string;
  /** Records of contract applications, one file each. */
  readonly contracts: string;
  /** Steps S1-S4, until the first contract takes them. */
  readonly registrationSteps: string;
  /** Whether servers are asked at power-on which profiles wait. */
  readonly discovery: string;
  /** Where programs find the daemon's socket: the socket itself, or a link to it. */
  readonly socket: string;
}

/** Makes the folder where it is missing and closes it to others. STATE_DIRECTORY_UNUSABLE when that isn't possible. */
export function openStateDirectory(directory: string): StateDirectory {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = realpathSync(directory);
    chmodSync(path, 0o700);
    mkdirSync(join(path, 'contracts'), { recursive: true, mode: 0o700 });
    return stateDirectoryAt(path);
  } catch (cause) {
    throw unusable(directory, cause);
  }
}

/** Names the places in a state folder without touching anything; for programs that only look for the daemon. */
export function stateDirectoryAt(directory: string): StateDirectory {
  let path = resolve(directory);
  try {
    path = realpathSync(path);
  } catch (error) {
    if (!isMissing(error)) throw unusable(directory, error);
  }
  return {
    path,
    euicc: join(path, 'euicc'),
    contracts: join(path, 'contracts'),
    registrationSteps: join(path, 'registration-steps.json'),
    discovery: join(path, 'discovery.json'),
    socket: join(path, 'tegata.sock'),
  };
}

/**
 * Path at which a socket of this terminal is bound: in the state folder where that fits into a socket address, else in a
 * folder of the user's own for run-time files, under a name derived from the state folder's. A left-over file of that
 * name is removed, and `state.socket` made to lead there when `published`.
 *
 * The caller holds the eUICC's lock, so nobody else serves this state folder.
 */
export function prepareSocket(state: StateDirectory, published: boolean): string {
  const name = published ? 'tegata.sock' : `tegata-${process.pid}.sock`;
  const inside = join(state.path, name);
  if (Buffer.byteLength(inside) <= longestSocketPath) {
    rmSync(inside, { force: true });
    return inside;
  }
  const bound = join(runtimeFolder(), `${digest(state.path)}${published ? '' : `-${process.pid}`}.sock`);
  rmSync(bound, { force: true });
  if (published) {
    rmSync(state.socket, { force: true });
    symlinkSync(bound, state.socket);
  }
  return bound;
}

/** The path to connect to for a published socket: links are followed, because their own path may be too long. */
export function publishedSocket(state: StateDirectory): string | undefined {
  try {
    return lstatSync(state.socket).isSymbolicLink() ? readlinkSync(state.socket) : state.socket;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(state.path, error);
  }
}

/** A folder for sockets that only this user can enter. A folder that another user put there is refused. RUNTIME_DIRECTORY_UNSAFE. */
export function runtimeFolder(): string {
  const user = process.getuid?.() ?? 0;
  const base = process.env.XDG_RUNTIME_DIR;
  const folder = base !== undefined && base !== '' ? join(base, 'tegata') : join(tmpdir(), `tegata-${user}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const status = lstatSync(folder);
  if (!status.isDirectory() || (process.getuid !== undefined && status.uid !== user) || (status.mode & 0o077) !== 0) {
    throw new TerminalError(
      'precondition',
      'RUNTIME_DIRECTORY_UNSAFE',
      `${folder} is not a folder of this user's only, so the socket can't be put there; set XDG_RUNTIME_DIR.`,
    );
  }
  return folder;
}

function digest(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}

function unusable(directory: string, cause: unknown): TerminalError {
  if (cause instanceof TerminalError) return cause;
  const code = systemErrorCode(cause);
  const reason = code === undefined ? '' : ` (${code})`;
  return new TerminalError(
    'precondition',
    'STATE_DIRECTORY_UNUSABLE',
    `The state folder ${directory} can't be used${reason}.`,
    { cause },
  );
}

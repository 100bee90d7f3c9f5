import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type PictureFormat, pictureFormat } from '@tegata/encoded-picture';
import { systemErrorCode } from '../state/durable-file.ts';
import { TerminalError } from '../terminal-error.ts';

/** What a picture file has to be. */
export interface PictureLimits {
  readonly maxOctets: number;
  readonly kinds: readonly PictureFormat[];
}

/**
 * Reads a picture. Nothing is read of a file that is too large, and a pipe or device is refused.
 * Errors, each naming the file: FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE, FILE_NOT_A_PICTURE.
 */
export function readPicture(path: string, { maxOctets, kinds }: PictureLimits): Uint8Array {
  const octets = readLimited(path, maxOctets);
  const kind = pictureFormat(octets);
  if (kind === undefined || !kinds.includes(kind)) {
    const found = kind === undefined ? 'is not a picture' : `is a ${kind} picture`;
    throw new TerminalError('invalid', 'FILE_NOT_A_PICTURE', `${path} ${found}; it has to be ${kinds.join(', ')}.`);
  }
  return octets;
}

/**
 * Reads a file of at most so many octets.
 * Errors, each naming the file: FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE.
 */
export function readLimited(path: string, maxOctets: number): Uint8Array {
  let file: number | undefined;
  try {
    // To open a pipe would wait for whoever writes into it.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = fstatSync(file);
    if (!status.isFile()) throw new TerminalError('invalid', 'FILE_UNREADABLE', `${path} is not a file.`);
    if (status.size > maxOctets) {
      const [size, most] = [status.size, maxOctets].map((octets) => `${Math.ceil(octets / 1024)} KiB`);
      throw new TerminalError('invalid', 'FILE_TOO_LARGE', `${path} has ${size}, more than the ${most} allowed.`);
    }
    const octets = new Uint8Array(status.size);
    let length = 0;
    for (let read = -1; read !== 0 && length < octets.length; length += read) {
      read = readSync(file, octets, length, octets.length - length, null);
    }
    return octets.subarray(0, length);
  } catch (error) {
    throw error instanceof TerminalError ? error : fileError(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** FILE_NOT_FOUND or FILE_UNREADABLE, for an error of the file system. */
export function fileError(path: string, cause: unknown): TerminalError {
  const code = systemErrorCode(cause) ?? 'unknown';
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? new TerminalError('not-found', 'FILE_NOT_FOUND', `${path} does not exist.`, { cause })
    : new TerminalError('invalid', 'FILE_UNREADABLE', `${path} can't be read (${code}).`, { cause });
}

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AdminError } from './network.ts';

/**
 * Looks whether files can be put in place: for what is done only once, and whose outcome goes into them.
 * @throws AdminError FILE_UNWRITABLE
 */
export async function expectWritable(...paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue;
    await writing(path, async () => rm(await writeBeside(path, Buffer.alloc(0), 0o600)));
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory()) throw unwritable(path, 'it is a folder');
  }
}

/**
 * Puts a file in place as a whole, on the disk when this resolves. An earlier one is replaced.
 * @param mode permissions, for example 0o600.
 * @throws AdminError FILE_UNWRITABLE
 */
export async function putFile(path: string, octets: Uint8Array, mode: number): Promise<void> {
  await writing(path, async () => {
    const fresh = await writeBeside(path, octets, mode);
    try {
      await rename(fresh, path);
    } finally {
      await rm(fresh, { force: true });
    }
    await flushFolder(path);
  });
}

/**
 * Puts a file in place unless there is one; of two who do so at once, one wins.
 * @returns whether it was this one.
 */
export async function putNewFile(path: string, octets: Uint8Array, mode: number): Promise<boolean> {
  const fresh = await writeBeside(path, octets, mode);
  try {
    await link(fresh, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(fresh);
    await flushFolder(path);
  }
}

async function writing(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw code === undefined ? cause : unwritable(path, code, cause);
  }
}

const unwritable = (path: string, why: string, cause?: unknown): AdminError =>
  new AdminError('FILE_UNWRITABLE', `${path} can't be written (${why}).`, 'Name a place that you may write to.', {
    cause,
  });

async function writeBeside(path: string, octets: Uint8Array, mode: number): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomUUID()}`;
  const file = await open(fresh, 'wx', mode);
  try {
    await file.writeFile(octets);
    await file.sync();
  } finally {
    await file.close();
  }
  return fresh;
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

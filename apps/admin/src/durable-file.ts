import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Puts a file in place as a whole, on the disk when this resolves. An earlier one is replaced.
 * @param mode permissions, for example 0o600.
 */
export async function putFile(path: string, octets: Uint8Array, mode: number): Promise<void> {
  const fresh = await writeBeside(path, octets, mode);
  await rename(fresh, path);
  await flushFolder(path);
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

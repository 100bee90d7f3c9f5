import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MemoryFolder, openMemoryFolder } from './memory-folder.ts';
import { lockMemory, ownProcesses, type Processes, type ProcessIdentity } from './memory-lock.ts';

describe('lock of the memory', () => {
  let path: string;
  let folder: MemoryFolder;
  let child: ChildProcess | undefined;
  const as = (self: ProcessIdentity): Processes => ({ ...ownProcesses(), self });

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'euicc-lock-'));
    folder = await openMemoryFolder(path);
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await rm(path, { recursive: true });
  });

  it('keeps a second eUICC of the same process out, until it is released', async () => {
    const lock = await lockMemory(folder);
    await expect(lockMemory(folder)).rejects.toMatchObject({ code: 'MEMORY_IN_USE' });
    await lock.release();
    await (await lockMemory(folder)).release();
    expect(await readdir(path)).toEqual([]);
  });

  it('keeps others out while the process that has it lives, and is taken over when that process was killed', async () => {
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const processes = ownProcesses();
    const pid = child.pid ?? 0;
    const owner = { host: processes.self.host, pid, began: processes.began(pid) ?? '' };
    await lockMemory(folder, as(owner));

    await expect(lockMemory(folder)).rejects.toMatchObject({
      code: 'MEMORY_IN_USE',
      message: expect.stringContaining(`process ${pid}`),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await lockMemory(folder);
    expect(await readdir(path)).toHaveLength(1);
    await lock.release();
  });

  it('does not take another process with the number of a dead one for the owner', async () => {
    const { self } = ownProcesses();
    await lockMemory(folder, as({ ...self, pid: process.ppid, began: 'another time' }));
    await (await lockMemory(folder)).release();
    expect(await readdir(path)).toEqual([]);
  });

  it('does not judge processes of another machine, and says what to do', async () => {
    await lockMemory(folder, as({ host: 'other.example', pid: 1, began: '5' }));
    await expect(lockMemory(folder)).rejects.toMatchObject({
      code: 'MEMORY_IN_USE',
      message: expect.stringMatching(/other-example.*remove lock\.1\.5\.other-example/),
    });
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectWritable, putFile } from './durable-file.ts';

describe('a file that is put in place', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is looked for a place before, which leaves what is there', async () => {
    const file = join(folder, 'core.csv');
    writeFileSync(file, 'before');
    await expectWritable(file, undefined, join(folder, 'new', 'order.png'));
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(join(folder, 'new'))).toEqual([]);
    await putFile(file, Buffer.from('after'), 0o600);
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(readdirSync(folder).sort()).toEqual(['core.csv', 'new']);
  });

  it('is told by name where it has no place', async () => {
    const taken = join(folder, 'taken');
    mkdirSync(taken);
    writeFileSync(join(folder, 'file'), '');
    for (const path of [taken, join(folder, 'file', 'core.csv')]) {
      const unwritable = { code: 'FILE_UNWRITABLE', message: expect.stringContaining(path) };
      await expect(expectWritable(path)).rejects.toMatchObject(unwritable);
      await expect(putFile(path, Buffer.alloc(0), 0o600)).rejects.toMatchObject(unwritable);
    }
    expect(readdirSync(folder).sort()).toEqual(['file', 'taken']);
  });
});

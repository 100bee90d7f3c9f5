import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecretKeyFile } from './secret-key-file.ts';

describe('the key file of a server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tegata-key-'));
  const file = join(folder, 'server.key');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('opens what was sealed with it before, in its place only', async () => {
    writeFileSync(file, Buffer.alloc(32, 7));
    const sealed = await readSecretKeyFile(file).vault.seal('contract:1:applicant', Buffer.from('secret'));
    const again = readSecretKeyFile(file).vault;
    expect(Buffer.from(await again.open('contract:1:applicant', sealed)).toString()).toBe('secret');
    await expect(again.open('contract:2:applicant', sealed)).rejects.toThrow();
  });

  it('gives each purpose a key of its own', () => {
    const { keyFor } = readSecretKeyFile(file);
    expect(keyFor('contract token')).toEqual(keyFor('contract token'));
    expect(keyFor('contract token')).not.toEqual(keyFor('EID tag'));
    expect(keyFor('EID tag')).toHaveLength(32);
  });

  it('must hold 32 octets', () => {
    writeFileSync(file, Buffer.alloc(31));
    expect(() => readSecretKeyFile(file)).toThrow('32 octets');
  });
});

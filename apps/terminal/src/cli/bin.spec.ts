import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/tegata.mjs', import.meta.url));

function tegata(path: string, ...args: string[]) {
  const env = { ...process.env, TEGATA_PROGRAMS: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

describe('the program tegata', () => {
  it('is run from its TypeScript sources and shows its help', () => {
    const { status, stdout, stderr } = tegata(program, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('contract');
  });

  it('goes on where nobody reads what it says', () => {
    const command = `"${process.execPath}" "${program}" --help | true`;
    expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stderr).toBe('');
    const refused = `exec 3>&1; { "${process.execPath}" "${program}" contract apply 2>&1; echo $? >&3; } | true`;
    expect(spawnSync('sh', ['-c', refused], { encoding: 'utf8' }).stdout).toBe('2\n');
  });

  it('ends a wrong command line with code 2 and one JSON document', () => {
    const { status, stdout, stderr } = tegata(program, 'contract', 'apply', '--json');
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'USAGE', message: expect.stringContaining('--carrier') },
    });
  });

  describe('in a workspace whose stubs are not generated', () => {
    const workspace = mkdtempSync(join(tmpdir(), 'tegata-workspace-'));
    const copy = join(workspace, 'apps/terminal/bin/tegata.mjs');

    beforeAll(() => {
      mkdirSync(join(workspace, 'apps/terminal/bin'), { recursive: true });
      cpSync(program, copy);
    });
    afterAll(() => rmSync(workspace, { recursive: true }));

    it('says how to generate them', () => {
      const { status, stderr } = tegata(copy, 'profile', 'list');
      expect(status).toBe(3);
      expect(stderr).toContain('npx nx run-many -t generate -p contracts,terminal');
      expect(JSON.parse(tegata(copy, '--json').stdout).error.code).toBe('STUBS_MISSING');
    });
  });
});

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BatchRefusedError } from './batch/batch-error.ts';
import { describeError } from './main.ts';
import { readNetwork } from './network.ts';

const program = resolve(import.meta.dirname, '../bin/tegata-admin.mjs');

const run = async (...args: string[]) => {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args], { timeout: 60_000 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
};

describe('tegata-admin', () => {
  it('explains every command with an example', async () => {
    for (const command of ['order create', 'subscription list', 'contract list', 'certificate revoke', 'flow show']) {
      const { code, stdout } = await run(...command.split(' '), '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`$ tegata-admin ${command}`);
    }
  });

  it('says what to do when there is no network, also as JSON', async () => {
    const people = await run('--network', 'nowhere.json', 'status');
    expect(people.code).toBe(1);
    expect(people.stderr).toContain('npx nx run-many -t serve');
    const programs = await run('--network', 'nowhere.json', '--json', 'status');
    expect(JSON.parse(programs.stdout).error.code).toBe('NETWORK_FILE_UNREADABLE');
  });

  it('tells whoever mistypes a command how to be told more', async () => {
    const { code, stderr } = await run('order', 'create');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/'--carrier <name>' not specified\nAdd --help/)]);
  });

  it.each([
    [['order', 'create'], /^required option '--carrier <name>' not specified$/],
    [['order'], /^Usage: tegata-admin order /],
    [['order', 'create', '--carrier', 'aozora', '--eid', '89049032123451234512345678901234'], /check digits$/],
  ])('answers a program that mistypes %j with one JSON document', async (args, message) => {
    const { code, stdout, stderr } = await run('--json', ...args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'USAGE', message: expect.stringMatching(message), hint: expect.stringContaining('--help') },
    });
  });

  it('tells a program every bad row of a batch, where a person sees twenty', () => {
    const faults = Array.from({ length: 25 }, (_, row) => ({ line: row + 2, reason: 'pin1 is not 4 to 8 digits' }));
    const described = describeError(new BatchRefusedError('batch.csv', faults));
    expect(described.faults).toEqual(faults);
    expect(described.message.split('\n')).toHaveLength(22);
    expect(described.message).toMatch(/and 5 more$/);
  });

  it('blames no server for what went wrong here', () => {
    expect(describeError(new TypeError('no such thing'))).toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'no such thing',
      hint: expect.stringContaining('tegata-admin'),
    });
  });

  it('takes no network file that has no servers', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tegata-admin-'));
    const network = join(folder, 'network.json');
    for (const content of ['{}', '{"pki":"pki"}', '{"pki":"pki","services":{"relay":1}}', '[]', 'null', '{']) {
      writeFileSync(network, content);
      expect(() => readNetwork(network)).toThrow(expect.objectContaining({ code: 'NETWORK_FILE_UNREADABLE' }));
    }
    rmSync(folder, { recursive: true });
  });

  it('names the carriers that there are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tegata-admin-'));
    const network = join(folder, 'network.json');
    const services = { authentication: 'a:1', 'management/aozora': 'b:1', 'management/minato': 'c:1' };
    writeFileSync(network, JSON.stringify({ services, pki: 'pki' }));
    const { stderr } = await run('--network', network, 'order', 'list', '--carrier', 'nobody');
    rmSync(folder, { recursive: true });
    expect(stderr).toBe('The network has no carrier nobody.\nIt has aozora, minato.\n(SERVER_UNKNOWN)\n');
  });

  it('refuses a review that can be none before any server is asked, and says where its name stands', async () => {
    const decision = ['review', 'accept', 'nonsense', '--claim', '0'.repeat(32), '--reason', 'same scar'];
    const { code, stderr } = await run('--network', 'nowhere.json', ...decision);
    expect(code).toBe(1);
    expect(stderr).toContain('as `review list` shows it');
    expect(stderr).not.toContain('nowhere.json');
  });

  it('takes it well that nobody reads what it prints', async () => {
    const child = spawn(process.execPath, [program, '--network', 'nowhere.json', '--json', 'status']);
    child.stdout.destroy();
    let complaints = '';
    child.stderr.on('data', (part: Buffer) => {
      complaints += part;
    });
    const [code] = await once(child, 'close');
    expect([code, complaints]).toEqual([1, '']);
  });

  it('takes it well that nobody reads its complaints', async () => {
    const tellTale = 'data:text/javascript,process.on("uncaughtException",()=>process.exit(7))';
    const child = spawn(process.execPath, ['--import', tellTale, program, '--network', 'nowhere.json', 'status']);
    child.stderr.destroy();
    expect(await once(child, 'close')).toEqual([1, null]);
  });
});

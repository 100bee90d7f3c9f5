import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ensurePki, type PkiReport } from './ensure-pki.ts';
import { KeyStore } from './key-store.ts';
import { entryPlans } from './pki-plan.ts';
import { loadManagementKeys } from './role-keys.ts';
import { plan } from './testing/plan.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const at = new Date('2026-11-22T12:00:00Z');
const days = (count: number): Date => new Date(at.getTime() + count * 86_400_000);
const ensure = (directory: string, when = at, changed = plan) =>
  ensurePki(directory, changed, { at: when, random: randomBytes });

/** Every file below a folder with its octets. */
function contents(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((file) => join(file.parentPath, file.name)).map((path) => [path, readFileSync(path, 'latin1')]),
  );
}

describe('ensurePki', () => {
  test('makes three PKIs, and nothing more the second time', async () => {
    const directory = temporaryFolder();
    const first = await ensure(directory);
    expect(first.created).toEqual(entryPlans(plan).map(({ entry }) => entry));
    const before = contents(directory);
    const second = await ensure(directory, days(1));
    expect(second).toEqual({ created: [], renewed: [], present: first.created });
    expect(contents(directory)).toEqual(before);
    expect(Object.keys(before)).toHaveLength(2 * first.created.length);
  });

  test('keeps private keys to their owner', async () => {
    const directory = temporaryFolder();
    await ensure(directory);
    for (const path of Object.keys(contents(directory)))
      if (path.endsWith('key.pem')) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('adds what a new carrier needs and leaves the rest alone', async () => {
    const directory = temporaryFolder();
    const [aozora] = plan.carriers;
    await ensure(directory, at, { ...plan, carriers: aozora === undefined ? [] : [aozora] });
    const before = contents(directory);
    const report = await ensure(directory);
    expect(report.created).toEqual([
      'rsp/minato/dp-auth',
      'rsp/minato/dp-pb',
      'rsp/minato/dp-tls',
      'service/management-minato',
    ]);
    expect(contents(directory)).toMatchObject(before);
  });

  test('issues certificates anew near their end or when the plan has changed, over the same keys', async () => {
    const directory = temporaryFolder();
    await ensure(directory);
    const key = readFileSync(join(directory, 'rsp/aozora/dp-tls/key.pem'), 'utf8');
    const later = await ensure(directory, days(380));
    expect(later.created).toEqual([]);
    expect(later.renewed).toContain('rsp/aozora/dp-tls');
    expect(later.renewed).not.toContain('rsp/aozora/dp-auth');
    expect(later.present).toContain('rsp/ci');
    const moved = { ...plan, relay: { ...plan.relay, address: 'sm-ds.tegata.example' } };
    const after = await ensure(directory, days(380), moved);
    expect(after.renewed).toEqual(['rsp/relay/ds-auth', 'rsp/relay/ds-tls']);
    expect(readFileSync(join(directory, 'rsp/aozora/dp-tls/key.pem'), 'utf8')).toBe(key);
    await expect(loadManagementKeys(directory, 'aozora', { at: days(390) })).resolves.toBeDefined();
  });

  test('puts everything under a new root when the old one is gone', async () => {
    const directory = temporaryFolder();
    await ensure(directory);
    rmSync(join(directory, 'rsp/ci'), { recursive: true });
    const report = await ensure(directory);
    expect(report.created).toEqual(['rsp/ci']);
    expect(report.renewed).toEqual(report.renewed.filter((entry) => entry.startsWith('rsp/')));
    await expect(loadManagementKeys(directory, 'aozora', { at })).resolves.toBeDefined();
  });

  test('mends a damaged certificate and never replaces a damaged key', async () => {
    const directory = temporaryFolder();
    await ensure(directory);
    truncateSync(join(directory, 'rsp/relay/ds-auth/certificate.pem'), 100);
    expect((await ensure(directory)).renewed).toEqual(['rsp/relay/ds-auth']);
    writeFileSync(join(directory, 'identity/root/key.pem'), 'damaged');
    await expect(ensure(directory)).rejects.toMatchObject({ code: 'KEY_UNREADABLE', entry: 'identity/root' });
    expect(readFileSync(join(directory, 'identity/root/key.pem'), 'utf8')).toBe('damaged');
  });

  test('gives one PKI when several processes make it at once', async () => {
    const directory = temporaryFolder();
    const script = fileURLToPath(new URL('testing/ensure-in-process.ts', import.meta.url));
    const run = async (): Promise<PkiReport> => {
      const child = spawn(process.execPath, ['--import', 'tsx', script, directory], {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return JSON.parse(await text(child.stdout)) as PkiReport;
    };
    const reports = await Promise.all([run(), run(), run()]);
    const created = reports.flatMap((report) => report.created);
    expect(created.sort()).toEqual(
      entryPlans(plan)
        .map(({ entry }) => entry)
        .sort(),
    );
    await expect(loadManagementKeys(directory, 'aozora', { at: new Date() })).resolves.toBeDefined();
    expect(readdirSync(directory, { recursive: true }).filter((name) => String(name).includes('/.'))).toEqual([]);
  });

  test('puts RSP keys on brainpoolP256r1 when asked, and all others on P-256', async () => {
    const directory = temporaryFolder();
    await ensurePki(directory, plan, { at, random: randomBytes, curve: 'brainpoolP256r1' });
    const store = new KeyStore(directory);
    for (const { entry } of entryPlans(plan))
      expect((await store.certificate(entry)).curve).toBe(entry.startsWith('rsp/') ? 'brainpoolP256r1' : 'P-256');
  });

  test('refuses names that would leave the directory', async () => {
    const [aozora] = plan.carriers;
    if (aozora === undefined) throw new Error('no carrier');
    const directory = temporaryFolder();
    await expect(ensure(directory, at, { ...plan, carriers: [{ ...aozora, name: '../x' }] })).rejects.toThrow(
      RangeError,
    );
    expect(readdirSync(directory)).toEqual([]);
  });

  test('limits the EUM to its issuer number and every CA to its depth', async () => {
    const directory = temporaryFolder();
    await ensure(directory);
    const store = new KeyStore(directory);
    const eum = await store.certificate('rsp/eum');
    expect(eum.permittedDirectoryNames?.[0]?.attributes).toMatchObject([
      { type: 'O', value: 'Tegata EUM' },
      { type: 'serialNumber', value: '89049032' },
    ]);
    for (const entry of ['rsp/eum', 'identity/issuing-ca', 'service/ca'])
      expect((await store.certificate(entry)).basicConstraints).toEqual({ ca: true, pathLength: 0 });
  });
});

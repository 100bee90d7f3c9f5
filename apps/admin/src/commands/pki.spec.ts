import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  KeyStore,
  loadAuthenticationKeys,
  loadEum,
  loadManagementKeys,
  loadOperatorKeys,
  loadRelayKeys,
  loadTerminalTrust,
  type PkiPlan,
} from '@tegata/pki';
import { issueRevocationList } from '@tegata/x509';
import { adminProgram } from '../program.ts';

const plan: PkiPlan = {
  eum: { organisation: 'Test EUM', iin: '89049099' },
  carriers: [
    { name: 'aozora', organisation: 'Aozora Mobile', oid: '2.999.10', address: 'rsp.aozora.example' },
    { name: 'minato', organisation: 'Minato Telecom', oid: '2.999.20', address: 'rsp.minato.example' },
  ],
  relay: { organisation: 'Relay', oid: '2.999.30', address: 'relay.tegata.example' },
  authentication: { organisation: 'Authentication' },
  operators: ['aozora', 'minato', 'authentication', 'relay'],
};

describe('tegata-admin pki', () => {
  let root: string;
  let planFile: string;
  let pki: string;
  let servers: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tegata-admin-pki-'));
    [planFile, pki, servers] = [join(root, 'plan.json'), join(root, 'pki'), join(root, 'servers')];
    writeFileSync(planFile, JSON.stringify(plan));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Runs the program and answers what it printed as JSON. */
  const run = async (...args: string[]) => {
    let printed = '';
    const program = adminProgram((text) => {
      printed += text;
    });
    await program.parseAsync(['node', 'tegata-admin', '--json', 'pki', ...args]);
    return JSON.parse(printed) as Record<string, unknown>[];
  };
  const create = () => run('create', '--plan', planFile, '--directory', pki);
  const keys = () => run('keys', '--plan', planFile, '--directory', servers);
  const handOut = () => run('hand-out', '--plan', planFile, '--from', pki, '--directory', servers);
  const filesIn = (folder: string, name: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(`/${name}`))
      .map((file) => file.slice(0, -name.length - 1))
      .sort();

  it('makes a PKI once: repeating it changes nothing', async () => {
    const states = (rows: Record<string, unknown>[]) => new Set(rows.map(({ state }) => state));
    expect(states(await create())).toEqual(new Set(['created']));
    const before = readFileSync(join(pki, 'rsp/ci/key.pem'));
    expect(states(await create())).toEqual(new Set(['present']));
    expect(readFileSync(join(pki, 'rsp/ci/key.pem'))).toEqual(before);
  });

  it('makes a vault key for each server, and never another', async () => {
    const first = await keys();
    expect(first.map(({ server, state }) => [server, state])).toEqual([
      ['management/aozora', 'created'],
      ['management/minato', 'created'],
      ['authentication', 'created'],
      ['relay', 'created'],
    ]);
    const files = first.map(({ file }) => String(file));
    const octets = files.map((file) => readFileSync(file).toString('hex'));
    expect(octets.map(({ length }) => length / 2)).toEqual([32, 32, 32, 32]);
    expect(new Set(octets).size).toBe(4);
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);

    expect((await keys()).map(({ state }) => state)).toEqual(['present', 'present', 'present', 'present']);
    expect(files.map((file) => readFileSync(file).toString('hex'))).toEqual(octets);
  });

  it('refuses to go on over a damaged vault key, and leaves it as it is', async () => {
    const [first] = await keys();
    const file = String(first?.file);
    writeFileSync(file, 'short');
    await expect(keys()).rejects.toMatchObject({ code: 'VAULT_KEY_DAMAGED' });
    expect(readFileSync(file, 'utf8')).toBe('short');
  });

  it('gives each server what it starts with', async () => {
    await create();
    await handOut();
    const at = new Date();
    const folderOf = (server: string) => join(servers, server, 'pki');
    for (const carrier of ['aozora', 'minato']) {
      await expect(loadManagementKeys(folderOf(`management-${carrier}`), carrier, { at })).resolves.toBeDefined();
    }
    await expect(loadAuthenticationKeys(folderOf('authentication'), { at })).resolves.toBeDefined();
    await expect(loadRelayKeys(folderOf('relay'), { at })).resolves.toBeDefined();
    await expect(loadTerminalTrust(folderOf('terminal'), { at })).resolves.toBeDefined();
    await expect(loadEum(folderOf('terminal'), { at })).resolves.toBeDefined();
    for (const operator of plan.operators) {
      await expect(loadOperatorKeys(folderOf('operators'), operator, { at })).resolves.toBeDefined();
    }
  });

  it("gives no server the key of a root, or another server's", async () => {
    await create();
    await handOut();
    const keysOf = Object.fromEntries(
      readdirSync(servers).map((server) => [server, filesIn(join(servers, server, 'pki'), 'key.pem')]),
    );
    expect(keysOf['management-aozora']).toEqual([
      'rsp/aozora/dp-auth',
      'rsp/aozora/dp-pb',
      'rsp/aozora/dp-tls',
      'service/management-aozora',
    ]);
    const given = Object.values(keysOf).flat();
    expect(new Set(given).size).toBe(given.length);
    // Everything was given to somebody, except what stays where the PKI was made.
    const kept = filesIn(pki, 'key.pem').filter((entry) => !given.includes(entry));
    expect(kept).toEqual(['identity/root', 'rsp/ci', 'service/ca']);
    for (const server of readdirSync(servers)) {
      for (const entry of keysOf[server] ?? []) {
        expect(statSync(join(servers, server, 'pki', entry, 'key.pem')).mode & 0o777).toBe(0o600);
      }
    }
  });

  it('says which entry of a PKI is missing when it hands out', async () => {
    await create();
    rmSync(join(pki, 'rsp/minato'), { recursive: true });
    await expect(handOut()).rejects.toMatchObject({
      code: 'PKI_INCOMPLETE',
      message: expect.stringContaining('rsp/minato/dp-auth'),
    });
  });

  it.each([
    ['is no JSON', '{', 'JSON'],
    ['has no carriers', { ...plan, carriers: [] }, 'carriers'],
    ['has a carrier without OID', { ...plan, carriers: [{ ...plan.carriers[0], oid: undefined }] }, 'carriers[0].oid'],
    ['has a name with a path in it', { ...plan, operators: ['../relay'] }, 'operators'],
    ['has an IIN of seven digits', { ...plan, eum: { ...plan.eum, iin: '8904909' } }, 'eum.iin'],
    ['has no relay', { ...plan, relay: undefined }, 'relay.organisation'],
  ])('refuses a plan that %s, and says where', async (_, content, where) => {
    writeFileSync(planFile, typeof content === 'string' ? content : JSON.stringify(content));
    await expect(create()).rejects.toMatchObject({
      code: 'PKI_PLAN_UNUSABLE',
      message: expect.stringContaining(where),
    });
    expect(readdirSync(root)).toEqual(['plan.json']);
  });

  it('says in a sentence why files are not imported, and lists what is in place', async () => {
    await create();
    const stray = join(root, 'stray.pem');
    writeFileSync(stray, readFileSync(join(pki, 'rsp/eum/key.pem')));
    const into = ['--directory', pki, '--set', 'others'];
    await expect(run('import', stray, ...into)).rejects.toThrow('stray.pem: the private key belongs to no certificate');
    await expect(run('import', join(root, 'absent.der'), ...into)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await run('import', join(pki, 'rsp/ci/certificate.pem'), ...into);
    const rows = await run('show', '--directory', pki);
    expect(rows.filter(({ entry }) => String(entry).startsWith('rsp/sets/others/'))).toMatchObject([
      { role: 'CI', curve: 'P-256', key: 'elsewhere', state: 'valid' },
    ]);
    await run('import', join(pki, 'rsp/eum/certificate.pem'), join(pki, 'rsp/eum/key.pem'), ...into);
    const { certificate: issuer, key } = await new KeyStore(pki).certifiedKey('rsp/ci');
    const [thisUpdate, nextUpdate] = [new Date(), new Date()];
    const list = await issueRevocationList({ issuer, key, number: 1n, revoked: [], thisUpdate, nextUpdate });
    writeFileSync(join(root, 'ci.crl'), list.raw);
    expect(await run('import', join(root, 'ci.crl'), ...into)).toMatchObject([{ role: 'CRL', state: 'created' }]);
    await handOut();
    expect(filesIn(servers, 'revocations.crl')).toHaveLength(5);
    const handed = filesIn(servers, 'certificate.pem').filter((folder) => folder.includes('/sets/'));
    expect(handed.filter((folder) => folder.includes('/ci/'))).toHaveLength(5);
    expect(handed.filter((folder) => folder.includes('/eum/')).map((folder) => folder.split('/')[0])).toEqual([
      'terminal',
    ]);
    expect(filesIn(servers, 'key.pem').filter((folder) => folder.includes('/sets/'))).toEqual([]);
  });

  it.each([
    ['--address', '*.example.com'],
    ['--address', 'smdp..example'],
    ['--oid', '9.9'],
  ])('issues nothing with %s %s', async (option, value) => {
    const given = { '--address': 'smdp.example.com', '--oid': '2.999.10', [option]: value };
    const words = [
      'issue',
      'DPtls',
      '--directory',
      pki,
      '--set',
      'sgp26',
      '--server',
      'aozora',
      ...Object.entries(given).flat(),
    ];
    await expect(run(...words)).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  });

  it('shows an example of every command in its help', () => {
    const pkiCommand = adminProgram(() => {}).commands.find((command) => command.name() === 'pki');
    expect(pkiCommand?.commands.map((command) => command.name())).toEqual([
      'create',
      'keys',
      'hand-out',
      'import',
      'issue',
      'show',
    ]);
    for (const command of pkiCommand?.commands ?? []) {
      let help = '';
      command.configureOutput({
        writeOut: (text) => {
          help += text;
        },
      });
      command.outputHelp();
      expect(help).toContain(`$ tegata-admin pki ${command.name()} `);
    }
  });
});

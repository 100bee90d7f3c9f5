import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePki, loadManagementKeys, loadRelayKeys, type MutualTls, type PkiPlan } from '@tegata/pki';
import { createLogger, createServer, type GrpcServer } from '@tegata/service-kit';
import { workspace } from './workspace.ts';

const plan = JSON.parse(readFileSync(join(workspace, 'docker/pki-plan.json'), 'utf8')) as PkiPlan;
const script = join(workspace, 'docker/health.mjs');

describe("the images' health check", () => {
  let folder: string;
  let aozora: MutualTls;
  let relay: MutualTls;
  let server: GrpcServer | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-health-'));
    await ensurePki(join(folder, 'pki'), plan, { random: randomBytes, at: new Date() });
    aozora = (await loadManagementKeys(join(folder, 'pki'), 'aozora')).service;
    relay = (await loadRelayKeys(join(folder, 'pki'))).service;
    writeFileSync(join(folder, 'carrier.json'), '{ "name": "aozora" }');
    mkdirSync(join(folder, 'terminal'));
  });
  afterEach(() => server?.stop());
  afterAll(() => rmSync(folder, { recursive: true }));

  const logger = createLogger('health', { level: 'silent' });
  const serve = async (identity: MutualTls, address = '127.0.0.1:0') => {
    const security = { kind: 'mutual-tls', ...identity, clientRoots: identity.roots } as const;
    server = createServer({ name: 'server', logger, listeners: [{ address, security }], services: [] });
    await server.start();
    return server.addresses[0] ?? '';
  };
  /** Runs the check as a container would; answers its exit code and what it says. */
  const check = (program: string, env: Record<string, string>) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const variables = {
        TEGATA_PKI: join(folder, 'pki'),
        TEGATA_CARRIER_FILE: join(folder, 'carrier.json'),
        TEGATA_STATE: join(folder, 'terminal'),
        ...env,
      };
      const child = execFile(process.execPath, [script, program], { env: variables }, (_, said) =>
        resolve({ code: child.exitCode ?? -1, said: said.trim() }),
      );
    });

  it('finds a server that serves', async () => {
    const address = await serve(aozora);
    await expect(check('management', { TEGATA_SERVICE_LISTENER: address })).resolves.toEqual({
      code: 0,
      said: 'serving',
    });
  });

  it('asks a server that listens everywhere on this machine', async () => {
    const address = await serve(relay, '0.0.0.0:0');
    expect(address).toMatch(/^0\.0\.0\.0:\d+$/);
    await expect(check('relay', { TEGATA_SERVICE_LISTENER: address })).resolves.toMatchObject({ code: 0 });
  });

  it('finds a server that does not serve', async () => {
    const address = await serve(aozora);
    server?.setHealth(false);
    await expect(check('management', { TEGATA_SERVICE_LISTENER: address })).resolves.toEqual({
      code: 1,
      said: 'not serving',
    });
  });

  it('does not take another server for its own', async () => {
    const address = await serve(relay);
    const { code, said } = await check('management', { TEGATA_SERVICE_LISTENER: address });
    expect(code).toBe(1);
    expect(said).toContain('the server is not management-aozora');
  });

  it('fails when nobody listens, and when a setting is missing', async () => {
    const address = await serve(aozora);
    await server?.stop();
    await expect(check('management', { TEGATA_SERVICE_LISTENER: address })).resolves.toMatchObject({ code: 1 });
    await expect(check('management', {})).resolves.toEqual({ code: 1, said: 'TEGATA_SERVICE_LISTENER is not set' });
  });

  it('asks a terminal on its socket', async () => {
    const address = `unix:${join(folder, 'terminal', 'tegata.sock')}`;
    server = createServer({
      name: 'terminal',
      logger,
      listeners: [{ address, security: { kind: 'local' } }],
      services: [],
    });
    await server.start();
    await expect(check('terminal', {})).resolves.toEqual({ code: 0, said: 'serving' });
  });
});

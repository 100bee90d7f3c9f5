import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { completeSymlinks } from './binaries.ts';
import { ensureDatabase } from './databases.ts';
import { findLocalPostgres, type LocalPostgres, startLocalPostgres, stopLocalPostgres } from './local-postgres.ts';
import { isAlive } from './process-table.ts';
import { acquireTestServer } from './test-server.ts';
import { asNobody } from './unprivileged.ts';

const source = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'local-postgres-spec-'));
chmodSync(root, 0o755); // for the user nobody
const freshDir = () => mkdtempSync(join(root, 'cluster-'));

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Run the command line as a developer does; resolves to what it printed. */
function cli(...words: string[]): Promise<string> {
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', source('./main.ts'), ...words], { env });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) => child.once('close', () => resolve(output)));
}

afterAll(async () => {
  for (const name of readdirSync(root)) await stopLocalPostgres(join(root, name));
  rmSync(root, { recursive: true, force: true });
});

describe('a local Postgres', () => {
  const dir = freshDir();
  let server: LocalPostgres;

  beforeAll(async () => {
    server = await startLocalPostgres({ dir, durability: 'discarded' });
  });

  it('serves the directory it was asked for', async () => {
    expect(server.reused).toBe(false);
    expect(await ask(server.url, 'SHOW data_directory')).toEqual([{ data_directory: join(dir, 'data') }]);
  });

  it('is found running by the next one who asks', async () => {
    const again = await startLocalPostgres({ dir });
    expect(again).toMatchObject({ reused: true, url: server.url, pid: server.pid });
    expect((await findLocalPostgres(dir))?.url).toBe(server.url);
  });

  it('lets nobody in without the password, and listens on the loopback interface only', async () => {
    const url = new URL(server.url);
    url.password = 'wrong';
    await expect(ask(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await ask(server.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  });

  it('makes a database once, however many ask for it', async () => {
    const urls = await Promise.all([1, 2, 3].map(() => ensureDatabase(server.url, 'wanted "by many"')));
    expect(new Set(urls).size).toBe(1);
    expect(await ask(urls[0] ?? '', 'SELECT current_database()')).toEqual([{ current_database: 'wanted "by many"' }]);
  });

  it('keeps its data and its port over a stop', async () => {
    await ask(server.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await server.stop();
    expect(await findLocalPostgres(dir)).toBeUndefined();
    await expect(ask(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const again = await startLocalPostgres({ dir });
    expect(again).toMatchObject({ reused: false, port: server.port });
    expect(await ask(again.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('is never confused with the server of a copied directory', async () => {
    const copy = freshDir();
    cpSync(dir, copy, { recursive: true });
    expect(await findLocalPostgres(copy)).toBeUndefined();
    expect(await stopLocalPostgres(copy)).toBe(false);
    const ofCopy = await startLocalPostgres({ dir: copy });
    expect(ofCopy.reused).toBe(false);
    expect(await ask(ofCopy.url, 'SHOW data_directory')).toEqual([{ data_directory: join(copy, 'data') }]);
    await ofCopy.stop();
    expect(await findLocalPostgres(dir)).toBeDefined();
  });

  it('starts on another port when its old one is taken', async () => {
    const { port } = (await findLocalPostgres(dir)) ?? { port: 0 };
    await stopLocalPostgres(dir);
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    try {
      expect((await startLocalPostgres({ dir })).port).not.toBe(port);
      await stopLocalPostgres(dir);
      await expect(startLocalPostgres({ dir, port })).rejects.toMatchObject({ code: 'START_FAILED' });
      await expect(startLocalPostgres({ dir, port })).rejects.toThrow(/could not bind|Address already in use/);
    } finally {
      squatter.close();
    }
  });

  it('starts although its pid file names a process that is something else by now', async () => {
    writeFileSync(join(dir, 'data', 'postmaster.pid'), `${process.pid}\n${join(dir, 'data')}\n1\n1\n\n\n\nready\n`);
    expect((await startLocalPostgres({ dir })).reused).toBe(false);
    expect(readdirSync(dir).filter((name) => name.startsWith('stale'))).toEqual([]);
  });
});

it('is the same one for processes that start it at the same moment', async () => {
  const dir = freshDir();
  const said = await Promise.all([1, 2, 3].map(() => cli('--dir', dir, 'up')));
  const { port } = (await findLocalPostgres(dir)) ?? { port: 0 };
  expect(said.filter((line) => line.startsWith(`Postgres started on 127.0.0.1:${port},`))).toHaveLength(1);
  expect(said.filter((line) => line.startsWith(`Postgres is running on 127.0.0.1:${port},`))).toHaveLength(2);
  expect(readdirSync(dir).sort()).toEqual(['data', 'server.log']);
  expect(await cli('--dir', dir, 'down')).toBe('Postgres stopped\n');
  expect(await cli('--dir', dir, 'status')).toBe('Postgres does not run\n');
  expect(await cli('--dir', dir, 'url')).toMatch(/^error: Postgres does not run/);
});

it('of a test run is gone, files and all, when the run is killed', async () => {
  const program = `
    const { acquireTestServer } = await import(${JSON.stringify(source('./test-server.ts'))});
    const { url } = await acquireTestServer({});
    console.log(url);
    setInterval(() => {}, 1000);`;
  const run = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    env: { ...process.env, TMPDIR: root },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) => run.stdout.once('data', (chunk) => resolve(String(chunk).trim())));
  const [found] = await ask<{ data_directory: string }>(url, 'SHOW data_directory');
  const data = found?.data_directory ?? '';
  const pid = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
  run.kill('SIGKILL');
  while (isAlive(pid) || existsSync(data)) await delay(20);
  await expect(ask(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('for tests is the one that the environment names', async () => {
  const given = await acquireTestServer({ DATABASE_URL: 'postgresql://elsewhere/x' });
  expect(given).toMatchObject({ url: 'postgresql://elsewhere/x', started: false });
});

(process.getuid?.() === 0 ? it : it.skip)('runs as the user nobody where root has no namespaces', async () => {
  const dir = freshDir();
  const server = await startLocalPostgres({ dir, durability: 'discarded', runAs: asNobody }).catch((error) => {
    throw new Error('the checkout and the temporary directory have to be readable by everybody', { cause: error });
  });
  await server.stop();
  // The other way round, the files have to change hands.
  const byNamespace = await startLocalPostgres({ dir });
  expect(byNamespace.reused).toBe(false);
});

it('finds its shared libraries although no install script ran', () => {
  const native = join(freshDir(), 'native');
  mkdirSync(join(native, 'lib'), { recursive: true });
  writeFileSync(join(native, 'lib', 'libpq.so.5.18'), 'library');
  writeFileSync(
    join(native, 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]),
  );
  completeSymlinks(native);
  completeSymlinks(native);
  expect(readFileSync(join(native, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
});

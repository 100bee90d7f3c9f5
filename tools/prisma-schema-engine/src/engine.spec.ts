import { spawn } from 'node:child_process';
import { createTestDatabase } from '@tegata/database/testing';
import { acquireTestServer, type TestServer } from '@tegata/local-postgres';
import { readArguments } from './arguments.ts';
import { ENGINE } from './prisma-cli.ts';

interface Reply {
  readonly id: number;
  readonly method?: string;
  readonly params?: { readonly content: string };
  readonly result?: unknown;
  readonly error?: { readonly data: { readonly message: string; readonly is_panic: boolean } };
}

/** Start the engine as Prisma does, send it requests, and read what it says until it ends. */
function engine(words: readonly string[], requests: readonly object[] = []) {
  // Of both together Node warns on standard error, from version 24 on.
  const colours = { FORCE_COLOR: '1', NO_COLOR: '1' };
  const child = spawn(process.execPath, [ENGINE, ...words], { env: { ...process.env, ...colours, NODE_OPTIONS: '' } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk;
    });
  }
  child.stdin.end(requests.map((request) => `${JSON.stringify({ jsonrpc: '2.0', ...request })}\n`).join(''));
  return new Promise<{ status: number | null; stderr: string; stdout: string; replies: Reply[] }>((resolve) => {
    child.once('close', (status) => {
      const lines = said.stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve({ status, ...said, replies: lines.map((line) => JSON.parse(line) as Reply) });
    });
  });
}

describe('the engine, asked as Prisma asks it', () => {
  let server: TestServer;
  let datasource: string[];

  beforeAll(async () => {
    server = await acquireTestServer();
    process.env.TEGATA_TEST_POSTGRES = server.url;
    datasource = ['--datasource', JSON.stringify({ url: server.url })];
  });

  afterAll(() => server.release());

  it('answers each request in its turn, in JSON alone, and ends with its input', async () => {
    const from = { tag: 'empty' };
    const content = 'datasource db {\n  provider = "postgresql"\n}\nmodel A {\n  id Int @id\n}\n';
    const to = { tag: 'schemaDatamodel', files: [{ path: 'a.prisma', content }] };
    const filters = { externalTables: [], externalEnums: [] };
    const { status, stdout, replies } = await engine(datasource, [
      { id: 1, method: 'getDatabaseVersion' },
      { id: 2, method: 'diff', params: { from, to, script: true, exitCode: true, filters } },
      { id: 3, method: 'unheardOf' },
    ]);
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(replies.length);
    const [version, printed, compared, unheardOf] = replies;
    expect(version).toMatchObject({ id: 1, result: expect.stringMatching(/^PostgreSQL \d+/) });
    expect(printed).toMatchObject({
      method: 'print',
      params: { content: expect.stringContaining('CREATE TABLE "A"') },
    });
    expect(compared).toMatchObject({ id: 2, result: { exitCode: 2 } });
    expect(unheardOf).toMatchObject({ id: 3, error: { code: -32601 } });
  });

  it('reports a panic instead of falling silent', async () => {
    const { replies } = await engine(datasource, [{ id: 1, method: 'debugPanic' }]);
    expect(replies).toEqual([
      expect.objectContaining({
        id: 1,
        error: expect.objectContaining({ data: expect.objectContaining({ is_panic: true }) }),
      }),
    ]);
  });

  it('says what is missing when it has no database', async () => {
    const { replies } = await engine([], [{ id: 1, method: 'getDatabaseVersion' }]);
    expect(replies[0]?.error?.data.message).toMatch('DATABASE_URL');
  });

  it('tells whether a database is there, and makes it', async () => {
    const { url, drop } = await createTestDatabase();
    await drop();
    const words = ['--datasource', JSON.stringify({ url }), 'cli'];
    const missing = await engine([...words, 'can-connect-to-database']);
    expect(missing.status).toBe(1);
    // The first line is dropped, every other one has to be JSON.
    const said = missing.stderr.split('\n').slice(1);
    expect(said.map((line) => JSON.parse(line))).toMatchObject([{ level: 'ERROR', fields: { error_code: 'P1003' } }]);
    expect((await engine([...words, 'create-database'])).status).toBe(0);
    expect((await engine([...words, 'can-connect-to-database'])).status).toBe(0);
    await drop();
  });

  it('reads the command line of the native engine', () => {
    expect(readArguments(['--version'])).toEqual({ run: 'version' });
    expect(
      readArguments([
        '--datamodels',
        'a.prisma',
        '--datamodels',
        'b.prisma',
        '--datasource',
        '{"url":"postgresql://x"}',
      ]),
    ).toEqual({ run: 'rpc', schemaFiles: ['a.prisma', 'b.prisma'], url: 'postgresql://x' });
    expect(readArguments(['--datasource', '{}', '--enabled-preview-features', 'views'])).toMatchObject({
      url: undefined,
    });
    expect(() => readArguments(['cli', 'drop-database'])).toThrow('unknown command');
    expect(() => readArguments(['cli', 'create-database'])).toThrow('--datasource');
  });
});

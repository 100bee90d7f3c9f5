import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const workspace = resolve(import.meta.dirname, '../../..');

/**
 * The main file of a server, by name: `relay`, `management/aozora`. Its source, or with TEGATA_PROGRAMS=built what `nx build` made of
 * it, which starts with a third of the work.
 */
export function programOf(server: string): string {
  const [app = server] = server.split('/');
  return resolve(workspace, 'apps', app, process.env.TEGATA_PROGRAMS === 'built' ? 'dist/main.js' : 'src/main.ts');
}

/** A server that could not be started; its log says why. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
  readonly code = 'SERVER_START_FAILED';
}

/** One server as a process of its own. */
export class ServerProcess {
  readonly server: string;
  readonly logFile: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(server: string, logFile: string, child: ChildProcess) {
    this.server = server;
    this.logFile = logFile;
    this.#child = child;
    this.#ended = once(child, 'exit');
  }

  /**
   * Starts a server and waits until it serves. Its log goes to a file.
   * @param program its main file: source, or what `nx build` made of it
   * @param nodeOptions more options for the Node that runs it, `--cpu-prof` for one
   * @throws ServerStartError when it ends instead, or does not serve within a minute.
   */
  static async start(
    server: string,
    program: string,
    env: Readonly<Record<string, string>>,
    logFile: string,
    nodeOptions: readonly string[] = [],
  ): Promise<ServerProcess> {
    mkdirSync(dirname(logFile), { recursive: true });
    const log = createWriteStream(logFile, { flags: 'a' });
    await once(log, 'open');
    const child = fork(program, {
      cwd: workspace,
      // A terminal's Ctrl-C goes to the whole group; whoever started the network stops it in order.
      detached: true,
      execArgv: [...(program.endsWith('.ts') ? ['--import', 'tsx'] : []), ...nodeOptions],
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      stdio: ['ignore', log, log, 'ipc'],
    });
    const started = new ServerProcess(server, logFile, child);
    await started.#ready();
    log.end();
    child.unref();
    return started;
  }

  #ready(): Promise<void> {
    return new Promise((done, fail) => {
      const failed = (why: string) => fail(new ServerStartError(`${this.server} ${why}; see ${this.logFile}`));
      const timer = setTimeout(() => {
        this.kill();
        failed('did not serve within 180 s');
      }, 180_000);
      this.#child.once('message', () => {
        clearTimeout(timer);
        done();
      });
      this.#child.once('exit', (code, signal) => {
        clearTimeout(timer);
        failed(`ended with ${signal ?? `exit code ${code}`} before it served`);
      });
    });
  }

  /** Number of the process. */
  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** Whether it runs. */
  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Asks it to stop and waits; after 25 s it is killed. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.#child.ref();
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), 25_000);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    if (!this.running) return;
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, lstatSync, mkdirSync, openSync, readlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Es10cService } from '@tegata/contracts/gsma-rsp-v2';
import { ContractsService, LocalUserService, LpaService } from '@tegata/contracts/terminal-v1';
import { type Client, type Connection, connect } from '@tegata/service-kit';

const program = resolve(import.meta.dirname, '../../../apps/terminal/bin/tegata.mjs');

/** Longest time of a call to the terminal: a whole application, on a busy machine. */
const callTimeoutMs = 180_000;

/** The terminal's daemon as a process, with clients of its services. */
export class TerminalProcess {
  readonly localUser: Client<typeof LocalUserService>;
  readonly contracts: Client<typeof ContractsService>;
  readonly lpa: Client<typeof LpaService>;
  readonly es10c: Client<typeof Es10cService>;
  readonly #child: ChildProcess;
  readonly #connection: Connection;

  private constructor(child: ChildProcess, connection: Connection) {
    this.#child = child;
    this.#connection = connection;
    this.localUser = connection.client(LocalUserService);
    this.contracts = connection.client(ContractsService);
    this.lpa = connection.client(LpaService);
    this.es10c = connection.client(Es10cService);
  }

  /**
   * Starts the daemon of a terminal and waits until it answers. A new state folder is a new terminal.
   * @param env settings besides those of this process
   * @param options of `tegata`, before its command
   * @throws Error naming the log when it ends instead.
   */
  static async start(
    state: string,
    networkFile: string,
    logFile: string,
    env: Readonly<Record<string, string>> = {},
    options: readonly string[] = [],
  ): Promise<TerminalProcess> {
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    const call = [program, '--state', state, '--network', networkFile, ...options, 'daemon'];
    const child = spawn(process.execPath, call, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
      // A terminal's Ctrl-C goes to the whole group; the demo stops it in order.
      detached: true,
    });
    closeSync(log);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the terminal ended with exit code ${code} before it answered; see ${logFile}`);
    });
    const socket = await Promise.race([publishedSocket(state), ended]);
    const connection = connect({
      address: `unix:${socket}`,
      security: { kind: 'local' },
      timeoutMs: callTimeoutMs,
    });
    await Promise.race([connection.ready(30_000), ended]);
    ended.catch(() => undefined);
    child.unref();
    return new TerminalProcess(child, connection);
  }

  /** Asks it to stop and waits. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Ends it at once, as a crash would. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#connection.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    // Waited for, so that this process does not end before.
    this.#child.ref();
    this.#child.kill(signal);
    await once(this.#child, 'exit');
  }
}

/** Waits for the daemon's socket: `tegata.sock` in the state folder, or where a link of that name leads (docs/terminal.md). */
async function publishedSocket(state: string): Promise<string> {
  const path = join(state, 'tegata.sock');
  for (let tries = 0; tries < 600; tries++) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found) return found.isSymbolicLink() ? readlinkSync(path) : path;
    await sleep(100);
  }
  throw new Error(`the terminal made no socket at ${path} within a minute`);
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PcscError } from '../pcsc/pcsc-error.ts';
import { waitForCard } from '../pcsc/wait-for-card.ts';

const driver = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const packages: Readonly<Record<string, string>> = { pcscd: 'pcscd', 'opensc-tool': 'opensc' };

/** What of the real PC/SC is not there: the daemon, the virtual reader, a program that is used, or a place of its own. */
export function missingOfPcsc(...programs: readonly string[]): string | undefined {
  if (!existsSync(driver)) return 'the driver of vpcd is not installed (Debian: vsmartcard-vpcd)';
  for (const program of ['pcscd', ...programs]) {
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) {
      return `${program} is not installed (Debian: ${packages[program] ?? program})`;
    }
  }
  // pcscd has one place for its socket. A mount namespace gives this one a place of its own, beside any that is running.
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'mount namespaces are not allowed here';
  return undefined;
}

/**
 * A pcscd with one virtual reader, called Tegata, beside any other that runs on this machine. For one card each: a card that
 * comes within half a second after another went is missed.
 */
export class OwnPcscd {
  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    /** where vpcd listens for a card */
    readonly port: number,
  ) {}

  /** A port that another program took first leaves pcscd without its reader: then another port is tried. */
  static async start(): Promise<OwnPcscd> {
    for (let tries = 5; ; tries -= 1) {
      const pcscd = OwnPcscd.spawn(await freePort());
      try {
        await pcscd.ready();
        return pcscd;
      } catch (error) {
        await pcscd.stop();
        const withoutReader = error instanceof PcscError && error.code === 'READER_NOT_FOUND';
        if (!withoutReader || tries === 1) throw error;
      }
    }
  }

  private static spawn(port: number): OwnPcscd {
    const folder = mkdtempSync(join(tmpdir(), 'tegata-pcsc-'));
    for (const name of ['run', 'readers']) mkdirSync(join(folder, name));
    const reader = ['FRIENDLYNAME "Tegata"', `DEVICENAME /dev/null:${port}`, `LIBPATH ${driver}`, `CHANNELID ${port}`];
    writeFileSync(join(folder, 'readers', 'vpcd'), `${reader.join('\n')}\n`);
    const own = `mkdir -p /run/pcscd && mount --bind "$1" /run/pcscd && exec pcscd --foreground --config "$2"`;
    const args = ['--mount', 'sh', '-c', own, 'sh', join(folder, 'run'), join(folder, 'readers')];
    return new OwnPcscd(folder, spawn('unshare', args, { stdio: 'ignore' }), port);
  }

  /** Its socket. */
  get socket(): string {
    return join(this.folder, 'run', 'pcscd.comm');
  }

  /**
   * Waits until it shows its reader, in which there is no card yet. It starts its readers before it listens, so that whoever
   * reaches it sees them all.
   * @throws PcscError `READER_NOT_FOUND` when it has none, `PCSC_UNAVAILABLE` when it has ended
   */
  private async ready(): Promise<void> {
    const seen = new AbortController();
    for (;;) {
      try {
        const onWaiting = () => seen.abort();
        await waitForCard({ socket: this.socket, signal: seen.signal, patienceMs: 5_000, onWaiting });
      } catch (error) {
        if (seen.signal.aborted) return;
        const listensSoon = error instanceof PcscError && error.code === 'PCSC_UNAVAILABLE';
        if (!listensSoon || this.process.exitCode !== null) throw error;
        await sleep(20);
      }
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill();
      await once(this.process, 'exit');
    }
    rmSync(this.folder, { recursive: true });
  }
}

/** A port that is free, as is most likely the next one, which vpcd takes for its second slot. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

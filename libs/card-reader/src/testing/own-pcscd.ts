import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PcscError } from '../pcsc/pcsc-error.ts';
import { waitForCard } from '../pcsc/wait-for-card.ts';

const driver = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const besideVpcd = fileURLToPath(new URL('beside-vpcd.mjs', import.meta.url));
/** Port of vpcd in the network of its pcscd. */
const vpcdPort = 35963;
const packages: Readonly<Record<string, string>> = { pcscd: 'pcscd', 'opensc-tool': 'opensc', ip: 'iproute2' };

/** What of the real PC/SC is not there: the daemon, the virtual reader, a program that is used, or a place of its own. */
export function missingOfPcsc(...programs: readonly string[]): string | undefined {
  if (!existsSync(driver)) return 'the driver of vpcd is not installed (Debian: vsmartcard-vpcd)';
  for (const program of ['pcscd', 'ip', ...programs]) {
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) {
      return `${program} is not installed (Debian: ${packages[program] ?? program})`;
    }
  }
  if (spawnSync('unshare', [...namespaces, 'true']).status !== 0) return 'namespaces are not allowed here';
  return undefined;
}

/**
 * pcscd has one place for its socket: a mount namespace gives this one a place of its own, beside any that is running. A network of
 * its own acknowledges at once: vpcd writes a message in two pieces, and the second waits for the acknowledgement of the first.
 */
const namespaces = ['--mount', '--net'];
const inNamespaces = [
  'ip link set lo up',
  // Linux before 6.7 does not have it, and delays acknowledgements by 40 ms.
  'echo 255 2>/dev/null > /proc/sys/net/ipv4/tcp_pingpong_thresh || true',
  'mkdir -p /run/pcscd',
  'mount --bind "$1" /run/pcscd',
  'shift',
  'exec "$@"',
].join('\n');

/**
 * A pcscd with one virtual reader, called Tegata, beside any other that runs on this machine. For one card each: a card that
 * comes within half a second after another went is missed.
 */
export class OwnPcscd {
  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    private readonly way: Server,
  ) {}

  static async start(): Promise<OwnPcscd> {
    const folder = mkdtempSync(join(tmpdir(), 'tegata-pcsc-'));
    for (const name of ['run', 'readers']) mkdirSync(join(folder, name));
    const reader = [
      'FRIENDLYNAME "Tegata"',
      `DEVICENAME /dev/null:${vpcdPort}`,
      `LIBPATH ${driver}`,
      `CHANNELID ${vpcdPort}`,
    ];
    writeFileSync(join(folder, 'readers', 'vpcd'), `${reader.join('\n')}\n`);
    const vpcd = join(folder, 'vpcd');
    const program = [process.execPath, besideVpcd, vpcd, `${vpcdPort}`];
    const pcscd = ['pcscd', '--foreground', '--config', join(folder, 'readers')];
    const shell = ['sh', '-ec', inNamespaces, 'sh', join(folder, 'run'), ...program, ...pcscd];
    const child = spawn('unshare', [...namespaces, ...shell], { stdio: 'ignore' });
    const own = new OwnPcscd(folder, child, await wayTo(vpcd));
    try {
      await own.ready();
      return own;
    } catch (error) {
      await own.stop();
      throw error;
    }
  }

  /** Its socket. */
  get socket(): string {
    return join(this.folder, 'run', 'pcscd.comm');
  }

  /** Where vpcd takes a card. */
  get port(): number {
    return (this.way.address() as AddressInfo).port;
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
    this.way.close();
    await once(this.way, 'close');
    rmSync(this.folder, { recursive: true });
  }
}

/** A port of this network that leads to a socket file. */
async function wayTo(path: string): Promise<Server> {
  const server = createServer({ noDelay: true }, (card) => {
    const vpcd = connect({ path });
    pipeline(card, vpcd, card).catch(() => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runCli } from '../cli/testing/run-cli.ts';
import { startTerminal } from '../daemon/start-terminal.ts';
import { makeTestNetwork, type TestNetwork } from '../testing/test-network.ts';

const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const ISD_R = 'A0000005591010FFFFFFFF8900000100';

/** What of the real PC/SC is not there: the daemon, the virtual reader, a program that talks to cards, or a place of its own. */
function missing(): string | undefined {
  if (!existsSync(DRIVER)) return 'the driver of vpcd is not installed (Debian: vsmartcard-vpcd)';
  for (const [program, name] of [
    ['pcscd', 'pcscd'],
    ['opensc-tool', 'opensc'],
  ] as const) {
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
      return `${program} is not installed (Debian: ${name})`;
  }
  // pcscd has one place for its socket. A mount namespace gives this one a place of its own, beside any that is running.
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'mount namespaces are not allowed here';
  return undefined;
}

const reason = missing();
const describeWithPcsc = reason === undefined ? describe : describe.skip;

describeWithPcsc(`PC/SC programs${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let network: TestNetwork;
  let folder: string;
  let pcscd: ChildProcess;
  let port: number;

  beforeAll(async () => {
    network = await makeTestNetwork();
    folder = mkdtempSync(join(tmpdir(), 'tegata-pcsc-'));
    port = await freePort();
    for (const name of ['run', 'readers']) mkdirSync(join(folder, name));
    const reader = ['FRIENDLYNAME "Tegata"', `DEVICENAME /dev/null:${port}`, `LIBPATH ${DRIVER}`, `CHANNELID ${port}`];
    writeFileSync(join(folder, 'readers', 'vpcd'), `${reader.join('\n')}\n`);
    const own = `mkdir -p /run/pcscd && mount --bind "$1" /run/pcscd && exec pcscd --foreground --config "$2"`;
    const args = ['--mount', 'sh', '-c', own, 'sh', join(folder, 'run'), join(folder, 'readers')];
    pcscd = spawn('unshare', args, { stdio: 'ignore' });
  });
  afterAll(async () => {
    if (pcscd.exitCode === null) {
      pcscd.kill();
      await once(pcscd, 'exit');
    }
    rmSync(folder, { recursive: true });
    network.remove();
  });

  const opensc = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, PCSCLITE_CSOCK_NAME: join(folder, 'run', 'pcscd.comm') };
    const { stdout } = await promisify(execFile)('opensc-tool', args, { env, timeout: 20_000 });
    return stdout;
  };

  async function untilListed(pattern: RegExp): Promise<void> {
    const end = performance.now() + 60_000;
    while (!pattern.test(await opensc('--list-readers').catch(String))) {
      if (performance.now() > end) throw new Error(`the reader never showed ${pattern}`);
      await sleep(200);
    }
  }

  it('see the eUICC as a card in a reader, from its ATR to its EID', async () => {
    const state = join(network.folder, 'terminal');
    const { networkFile } = network;
    const terminal = await startTerminal({ stateDirectory: state, networkFile, published: true });
    try {
      await untilListed(/No +Tegata 00 00/);
      const running = runCli(['euicc', 'vpcd', '--port', String(port), '--state', state, '--network', networkFile]);
      await untilListed(/Yes +Tegata 00 00/);
      expect(await opensc('--reader', '0', '--atr')).toMatch(/^3b:9f:96:80:3f:c7:82:80/);
      const answers = await opensc(
        '--reader',
        '0',
        ...[`00A4040010${ISD_R}00`, '80E2910006BF3E035C015A00', '0070000001', '00A40004023F00'].flatMap((command) => [
          '--send-apdu',
          command,
        ]),
      );
      // Sixteen octets a line, then the same as text.
      const lines = answers.split('\n').filter((line) => /^[0-9A-F]{2} /.test(line));
      const octets = lines.map((line) => line.slice(0, 48).replace(/\s/g, '')).join('');
      expect(octets).toContain(`6F1F8410${ISD_R}`);
      expect(octets).toContain(`BF3E125A10${terminal.eid}`);
      process.emit('SIGINT');
      expect((await running).exitCode).toBe(130);
      await untilListed(/No +Tegata 00 00/);
    } finally {
      await terminal.stop();
    }
  });
});

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

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { missingOfPcsc, OwnPcscd } from '@tegata/card-reader/testing';
import { runCli } from '../cli/testing/run-cli.ts';
import { startTerminal } from '../daemon/start-terminal.ts';
import { makeTestNetwork, type TestNetwork } from '../testing/test-network.ts';

const ISD_R = 'A0000005591010FFFFFFFF8900000100';

const reason = missingOfPcsc('opensc-tool');
const describeWithPcsc = reason === undefined ? describe : describe.skip;

describeWithPcsc(`PC/SC programs${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let network: TestNetwork;
  let pcscd: OwnPcscd;

  beforeAll(async () => {
    network = await makeTestNetwork();
    pcscd = await OwnPcscd.start();
  });
  afterAll(async () => {
    await pcscd.stop();
    network.remove();
  });

  const opensc = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, PCSCLITE_CSOCK_NAME: pcscd.socket };
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
      const running = runCli([
        'euicc',
        'vpcd',
        '--port',
        String(pcscd.port),
        '--state',
        state,
        '--network',
        networkFile,
      ]);
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

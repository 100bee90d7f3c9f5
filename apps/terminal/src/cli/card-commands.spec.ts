import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { vpcdMessage } from '@tegata/card-reader';
import { Euicc } from '@tegata/euicc';
import {
  aesKeySet,
  describeWithVectors,
  metadataFor,
  NOW,
  OtaPlatform,
  samplePackage,
  TestSmdp,
  testMaterial,
} from '@tegata/euicc/testing';
import { startTerminal } from '../daemon/start-terminal.ts';
import { makeTestNetwork, type TestNetwork } from '../testing/test-network.ts';
import { runCli } from './testing/run-cli.ts';

const SELECT_ISD_R = '00A4040010A0000005591010FFFFFFFF890000010000';
const GET_EID = '80E2910006BF3E035C015A';

describe('the eUICC as a card', () => {
  let network: TestNetwork;
  let state = '';
  let terminals = 0;
  beforeAll(async () => {
    network = await makeTestNetwork();
  });
  beforeEach(() => {
    state = join(network.folder, `card-${++terminals}`);
  });
  afterAll(() => network.remove());

  const run = (line: string, stdin = '') =>
    runCli([...line.split(' '), '--state', state, '--network', network.networkFile], { stdin });
  const eidIn = (stdout: string) => /^BF3E125A10([0-9]{32})9000$/m.exec(stdout)?.[1];

  it('answers commands a line each, and nothing else is on standard output', async () => {
    const { exitCode, stdout } = await run('euicc apdu', `RESET\n${SELECT_ISD_R}\r\n${GET_EID}\n00C0000015\n80ca\n`);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^3B9F96803FC78280/),
      expect.stringMatching(/^6F1F8410A0000005591010FFFFFFFF8900000100.*9000$/),
      '6115',
      expect.stringMatching(/^BF3E125A10[0-9]{32}9000$/),
      '6700',
      '',
    ]);
    const { eid } = JSON.parse((await run('euicc info --json')).stdout);
    expect(eidIn(stdout)).toBe(eid);
  });

  it('explains a line that is no command on standard error', async () => {
    const { stdout, stderr } = await run('euicc apdu --json', 'SELECT\n');
    expect(stdout).toBe('6F00\n');
    expect(stderr).toMatch(/line 1: not a command APDU in hexadecimal digits/);
  });

  it('is the same card while the daemon has it open, which keeps what was selected', async () => {
    const stateDirectory = state;
    const daemon = await startTerminal({ stateDirectory, networkFile: network.networkFile, published: true });
    try {
      await run('euicc apdu', `RESET\n${SELECT_ISD_R}\n`);
      const { stdout } = await run('euicc apdu', `${GET_EID}\n00C0000015\n`);
      expect(eidIn(stdout)).toBe(daemon.eid);
    } finally {
      await daemon.stop();
    }
  });

  describeWithVectors('secured packets', () => {
    it('come to the profile a line each, and put together from concatenated messages', async () => {
      const iccid = '89000123456789012341';
      await mkdir(state, { mode: 0o700 });
      const euicc = await Euicc.manufacture(testMaterial(), { directory: join(state, 'euicc'), clock: () => NOW });
      await new TestSmdp().install(euicc, samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'), metadataFor(iccid));
      await euicc.es10c.enableProfile({ kind: 'iccid', value: iccid });
      await euicc.close();
      const key = Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex');
      const platform = new OtaPlatform(aesKeySet(2, key, key));
      const readIccid = '00A4000C022FE2 00B000000A';
      const packet = (script: string) => platform.envelopes({ tar: 'B00120', script, spi: '1201' });
      const lines = [
        ...packet(readIccid),
        '00C0000000',
        ...packet(`${'00A4000C023F00'.repeat(40)} ${readIccid}`),
        '00C0000000',
      ];
      const { stdout } = await run('euicc apdu', `${lines.join('\n')}\n`);
      const answer = (executed: string) =>
        expect.stringMatching(new RegExp(`^02710000180AB00120[0-9A-F]{12}00${executed}900098[0-9A-F]{18}9000$`));
      expect(stdout.trim().split('\n')).toEqual(['611D', answer('02'), '9000', '9000', '611D', answer('2A')]);
    });
  });

  it('goes into the reader of vpcd until it is told to stop', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const running = run(`euicc vpcd --port ${(server.address() as AddressInfo).port}`);
    const [socket] = await connected;
    socket.write(Buffer.concat([vpcdMessage(Uint8Array.of(1)), vpcdMessage(Uint8Array.of(4))]));
    const [atr] = (await once(socket, 'data')) as [Buffer];
    expect(atr.subarray(2, 8).toString('hex')).toBe('3b9f96803fc7');
    process.emit('SIGINT');
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/The eUICC is in the reader at 127\.0\.0\.1:/);
    socket.destroy();
    server.close();
  });

  it('refuses a port that there can not be', async () => {
    expect(await run('euicc vpcd --port 70000')).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

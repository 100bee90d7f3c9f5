import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Card, stayInReader, waitForCard } from '@tegata/card-reader';
import { missingOfPcsc, OwnPcscd } from '@tegata/card-reader/testing';
import type { Euicc } from '@tegata/euicc';
import { buildProfilePackage } from '@tegata/profile-package';
import { sampleSubscription } from '@tegata/profile-package/testing';
import { openEuicc } from '../daemon/open-euicc.ts';
import { readNetworkFile } from '../network/network-file.ts';
import { startHttpsSmdp, startHttpsSmds } from '../testing/https-rsp.ts';
import { makeTestNetwork, type TestNetwork } from '../testing/test-network.ts';
import { runCli } from './testing/run-cli.ts';

const programFile = fileURLToPath(new URL('../../bin/tegata.mjs', import.meta.url));
const { iccid } = sampleSubscription;
const upp = buildProfilePackage(sampleSubscription);
const code = 'LPA:1$rsp.aozora.example$K7-QX2';
const storeData = 0xe2;
const boundProfilePackage = 'bf36';

const reason = missingOfPcsc();
const describeWithPcsc = reason === undefined ? describe : describe.skip;

/** The emulated eUICC is the card: over vpcd and pcscd, as one in a reader. */
describeWithPcsc(`an eUICC card in a reader${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let network: TestNetwork;
  let pcscd: OwnPcscd;
  let euicc: Euicc;
  let cards = 0;
  const running: { stop(): Promise<void> }[] = [];

  beforeAll(async () => {
    network = await makeTestNetwork();
  });
  beforeEach(async () => {
    pcscd = await OwnPcscd.start();
    euicc = await openEuicc({
      directory: join(network.folder, `card-${++cards}`),
      eid: undefined,
      network: () => readNetworkFile(network.networkFile),
      patienceMs: 0,
      onManufactured: () => {},
    });
  });
  afterEach(async () => {
    for (const each of running.splice(0)) await each.stop();
    await pcscd.stop();
    await euicc.close();
  });
  afterAll(() => network.remove());

  /** Nothing of Tegata was set up: neither state folder nor network file is there. */
  const nowhere = () => join(network.folder, 'nowhere');
  const run = (...args: readonly string[]) =>
    runCli([...args, '--state', nowhere(), '--network', join(nowhere(), 'network.json')], {
      env: { PCSCLITE_CSOCK_NAME: pcscd.socket },
    });
  const resultOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout);
  const errorOf = (result: { readonly stdout: string }) => resultOf(result).error;

  /** Puts a card into the reader while `work` goes on; that of the eUICC unless another is given. */
  async function withCard<T>(
    work: (remove: () => void) => Promise<T>,
    card?: (remove: () => void) => Card,
  ): Promise<T> {
    const removed = new AbortController();
    const remove = () => removed.abort();
    const staying = stayInReader(
      { host: '127.0.0.1', port: pcscd.port },
      card?.(remove) ?? { transmit: euicc.apdu.transmit, reset: euicc.apdu.reset },
      { name: 'The card', signal: removed.signal, tell: () => {}, retryMs: 20 },
    );
    try {
      return await work(remove);
    } finally {
      remove();
      await staying;
    }
  }

  /** The card's profiles, once pcscd has noticed that the program is gone whose command was under way: that can take it a moment. */
  async function listedWhenFree(): Promise<unknown> {
    const until = performance.now() + 5_000;
    for (;;) {
      const result = resultOf(await run('profile', 'list', '--reader', '--json'));
      if (result.error?.code !== 'CARD_BUSY' || performance.now() > until) return result;
      await delay(20);
    }
  }

  async function serve(confirmationCode?: string) {
    const profile = { matchingId: 'K7-QX2', iccid, upp, ...(confirmationCode && { confirmationCode }) };
    const started = await startHttpsSmdp(network.pki, profile);
    running.push(started);
    const ca = join(network.pki, 'rsp/ci/certificate.pem');
    return { ...started, access: ['--connect', `rsp.aozora.example=${started.place}`, '--ca', ca] };
  }

  it('is given a profile, and managed, without anything else of a terminal', async () => {
    const { access, smdp } = await serve('4711');
    const file = join(network.folder, 'code.txt');
    writeFileSync(file, '4711\n');
    await withCard(async () => {
      expect(resultOf(await run('profile', 'list', '--reader', 'TEGATA', '--json'))).toEqual({ profiles: [] });
      const download = ['profile', 'download', '--reader', '--activation-code', `${code}$$1`, ...access];
      const fetched = await run(...download, '--confirmation-code-file', file, '--yes');
      const [, next = ''] = /Enable it: tegata (.*)$/m.exec(fetched.stdout) ?? [];
      expect(fetched.stderr).toContain('Aozora Mobile');
      expect(smdp.outcomes).toEqual(['successResult']);

      expect(await run('profile', 'nickname', iccid, 'travel', '--reader')).toMatchObject({ exitCode: 0 });
      const enabled = resultOf(await run(...next.split(' '), '--json'));
      expect(enabled).toEqual({ iccid, state: 'enabled', undeliveredNotifications: 0 });
      const info = resultOf(await run('euicc', 'info', '--reader', '--json'));
      expect(info).toMatchObject({
        eid: euicc.eid,
        profiles: [{ iccid, state: 'enabled', nickname: 'travel' }],
        pendingNotifications: 0,
      });
      // The card is a phone's then: it has the files of the profile.
      expect((await euicc.apdu.transmit(Buffer.from('00A40004022FE2', 'hex'))).at(-2)).toBe(0x61);

      const refused = await run('profile', 'delete', iccid, '--reader', '--yes', '--json');
      expect(errorOf(refused)).toMatchObject({ code: 'PROFILE_WRONG_STATE' });
      const disabled = await run('profile', 'disable', '--reader', 'travel');
      expect(disabled).toMatchObject({ exitCode: 0, stdout: `${iccid} is disabled.\n` });
      expect(disabled.stderr).toContain('tegata notification process --ca FILE --reader');
      const deleted = resultOf(await run('profile', 'delete', iccid, '--reader', ...access, '--yes', '--json'));
      expect(deleted).toEqual({ iccid, state: 'deleted', undeliveredNotifications: 0 });
      expect(resultOf(await run('notification', 'list', '--reader', '--json'))).toEqual({ notifications: [] });
      expect(smdp.outcomes).toEqual(['successResult', 'enable', 'disable', 'delete']);
    });
    expect(existsSync(nowhere())).toBe(false);
  });

  it('finds what waits at an SM-DS, and keeps the address of its SM-DP+', async () => {
    const { access, place, smdp } = await serve();
    const smds = await startHttpsSmds(network.pki, [{ eventId: 'K7-QX2', rspServerAddress: 'rsp.aozora.example' }]);
    running.push(smds);
    const places = [...access, '--connect', `relay.tegata.example=${smds.place}`];
    await withCard(async () => {
      const found = resultOf(await run('profile', 'discover', '--reader', ...places, '--yes', '--json'));
      expect(found).toMatchObject({ smdsAddress: 'relay.tegata.example', downloaded: [{ iccid }] });
      expect(smdp.outcomes).toEqual(['successResult']);
      const set = await run('euicc', 'default-smdp', 'rsp.aozora.example', '--reader', '--yes');
      expect(set.stdout).toBe('rsp.aozora.example\n');
      // Whose certificates are believed, the network file says; it has another place for the server than --connect.
      const reset = ['euicc', 'reset', '--profiles', '--default-address', '--reader', '--yes', '--json'];
      const known = ['--connect', `rsp.aozora.example=${place}`, '--network', network.networkFile];
      const env = { PCSCLITE_CSOCK_NAME: pcscd.socket };
      expect(resultOf(await runCli([...reset, ...known], { env }))).toEqual({ erased: true });
      expect(smdp.outcomes).toEqual(['successResult', 'delete']);
      const info = resultOf(await run('euicc', 'info', '--reader', '--json'));
      expect(info).toMatchObject({ profiles: [], defaultDpAddress: '', pendingNotifications: 0 });
    });
  });

  it('needs to know whose servers are believed, and says so before anything happens', async () => {
    const { access, smdp } = await serve();
    await withCard(async () => {
      const blind = await run('profile', 'download', '--reader', '--activation-code', code, '--yes', '--json');
      expect(blind.exitCode).toBe(3);
      expect(errorOf(blind)).toMatchObject({ code: 'CI_CERTIFICATE_NEEDED', hint: expect.stringContaining('--ca') });
    });
    const own = await run('notification', 'process', ...access, '--json');
    expect(errorOf(own)).toMatchObject({ code: 'USAGE', message: expect.stringContaining('--reader') });
    expect(errorOf(await run('euicc', 'reset', '--local-auth', '--reader', '--yes', '--json')).code).toBe('USAGE');
    expect(smdp.outcomes).toEqual([]);
  });

  it('that was taken away while a profile went to it is told, and the next try works', async () => {
    const { access, smdp } = await serve();
    const download = ['profile', 'download', '--reader', '--activation-code', code, ...access, '--yes', '--json'];
    let pieces = 0;
    const flighty = (remove: () => void): Card => ({
      transmit: async (command) => {
        const begins = Buffer.from(command).subarray(5, 7).toString('hex') === boundProfilePackage;
        if (command[1] === storeData && (begins || pieces > 0) && ++pieces === 4) remove();
        return euicc.apdu.transmit(command);
      },
      reset: euicc.apdu.reset,
    });
    const broken = await withCard(() => run(...download), flighty);
    expect(broken.exitCode).toBe(5);
    expect(errorOf(broken)).toMatchObject({ code: 'CARD_REMOVED' });
    // A reader of its own: pcscd misses a card that comes right after another one.
    await pcscd.stop();
    pcscd = await OwnPcscd.start();
    expect(resultOf(await withCard(() => run(...download)))).toMatchObject({ iccid, undeliveredNotifications: 0 });
    expect(smdp.outcomes.at(-1)).toBe('successResult');
  });

  it('is left in order by Ctrl-C while a profile goes to it: the SM-DP+ hears of it, and the same command works', async () => {
    const { access, smdp } = await serve();
    const download = ['profile', 'download', '--reader', '--activation-code', code, ...access, '--yes'];
    const lastCommands: string[] = [];
    let pieces = 0;
    const stopping = (): Card => ({
      transmit: async (command) => {
        const begins = Buffer.from(command).subarray(5, 7).toString('hex') === boundProfilePackage;
        if (command[1] === storeData && (begins || pieces > 0) && ++pieces === 8) process.emit('SIGINT');
        if (pieces >= 8) lastCommands.push(Buffer.from(command).toString('hex'));
        return euicc.apdu.transmit(command);
      },
      reset: euicc.apdu.reset,
    });
    await withCard(async () => {
      const stopped = await run(...download);
      expect(stopped).toMatchObject({ exitCode: 130, stdout: '' });
      expect(stopped.stderr).toMatch(/leave it in the reader.*\n.*Stopped\. .*tegata profile list --reader/);
      expect(smdp.outcomes).toEqual(['postponed']);
      // The script under way is sent whole; the one that begins then cancels the session, and its answer is fetched.
      const begun = lastCommands.filter((command) => /^..e2..00/.test(command)).map((command) => command.slice(10, 14));
      expect(begun).toEqual(['bf41']);
      expect(lastCommands.at(-1)?.slice(2, 4)).toBe('c0');

      const again = resultOf(await run(...download, '--json'));
      expect(again).toMatchObject({ iccid, undeliveredNotifications: 0 });
      expect(smdp.outcomes).toEqual(['postponed', 'errorResult', 'successResult']);
    }, stopping);
  });

  it('does not hold up a second Ctrl-C, and is free then', async () => {
    const { access } = await serve();
    const gone = new AbortController();
    const silent = (): Card => ({
      transmit: async (command) => {
        const begins = Buffer.from(command).subarray(5, 7).toString('hex') === boundProfilePackage;
        if (command[1] === storeData && begins && !gone.signal.aborted) {
          program.kill('SIGINT');
          await once(gone.signal, 'abort');
        }
        return euicc.apdu.transmit(command);
      },
      reset: euicc.apdu.reset,
    });
    const words = ['profile', 'download', '--reader', '--activation-code', code, ...access, '--yes'];
    const env = { ...process.env, PCSCLITE_CSOCK_NAME: pcscd.socket };
    const program = spawn(process.execPath, [programFile, ...words, '--state', nowhere()], { env });
    running.push({ stop: async () => void program.kill('SIGKILL') });
    let told = '';
    program.stderr.on('data', (part: Buffer) => {
      told += part;
      if (told.includes('Ctrl-C again ends at once')) program.kill('SIGINT');
    });
    await withCard(async () => {
      // The card still says nothing when the program is gone.
      expect(await once(program, 'exit')).toEqual([null, 'SIGINT']);
      gone.abort();
      expect(await listedWhenFree()).toEqual({ profiles: [] });
    }, silent);
  });

  it('answers commands as they are, and nothing else is sent to it', async () => {
    const seen: string[] = [];
    const watched: Card = {
      transmit: async (command) => {
        seen.push(Buffer.from(command).toString('hex').toUpperCase());
        return euicc.apdu.transmit(command);
      },
      reset: euicc.apdu.reset,
    };
    const selectIsdR = '00A4040010A0000005591010FFFFFFFF890000010000';
    const stdin = `RESET\n${selectIsdR}\nhello\n80E2910006BF3E035C015A00\n`;
    const env = { PCSCLITE_CSOCK_NAME: pcscd.socket };
    const { exitCode, stdout, stderr } = await withCard(
      () => runCli(['euicc', 'apdu', '--reader'], { env, stdin }),
      () => watched,
    );
    expect(exitCode).toBe(0);
    const [atr, selected, ...rest] = stdout.split('\n');
    expect(atr).toBe(
      Buffer.from(await euicc.apdu.reset())
        .toString('hex')
        .toUpperCase(),
    );
    expect(selected).toMatch(/^6F.*9000$/);
    expect(rest).toEqual(['6F00', `BF3E125A10${euicc.eid}9000`, '']);
    expect(stderr).toMatch(/line 3: not a command APDU/);
    expect(seen).toEqual([selectIsdR, '80E2910006BF3E035C015A00']);
  });

  it('is told from a card that is no eUICC, and from one that another program has', async () => {
    const other: Card = {
      transmit: async () => Buffer.of(0x6d, 0x00),
      reset: async () => Buffer.from('3b80800101', 'hex'),
    };
    await withCard(
      async () => {
        const result = await run('euicc', 'info', '--reader', '--json');
        expect([errorOf(result).code, result.exitCode]).toEqual(['ISD_R_NOT_FOUND', 8]);
        const options = { socket: pcscd.socket, signal: new AbortController().signal, patienceMs: 30_000 };
        const taken = await waitForCard(options);
        expect(errorOf(await run('profile', 'list', '--reader', '--json')).code).toBe('CARD_BUSY');
        await taken.release();
      },
      () => other,
    );
  });
});

describe('commands that have no card', () => {
  it.each(['certificate show', 'euicc applications', 'attach', 'local-auth status'])(
    'refuse --reader: %s',
    async (command) => {
      const result = await runCli([...command.split(' '), '--reader', '--json']);
      expect(result.exitCode).toBe(2);
      expect(JSON.parse(result.stdout).error.message).toContain('--reader');
    },
  );
});

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadTerminalTrust } from '@tegata/pki';
import { buildProfilePackage } from '@tegata/profile-package';
import { sampleSubscription } from '@tegata/profile-package/testing';
import { startTerminal } from '../daemon/start-terminal.ts';
import { startHttpsSmdp, startHttpsSmds } from '../testing/https-rsp.ts';
import { makeTestNetwork, type TestNetwork } from '../testing/test-network.ts';
import { runCli } from './testing/run-cli.ts';

const { iccid } = sampleSubscription;
const upp = buildProfilePackage(sampleSubscription);

describe('a profile from an SM-DP+ over HTTPS', () => {
  let network: TestNetwork;
  let terminals = 0;
  let state = '';
  const running: { stop(): Promise<void> }[] = [];
  const run = (...args: readonly string[]) => runCli([...args, '--state', state, '--network', network.networkFile]);
  const errorOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).error;
  const smdpWith = async (confirmationCode?: string) => {
    const profile = { matchingId: 'K7-QX2', iccid, upp, ...(confirmationCode && { confirmationCode }) };
    const started = await startHttpsSmdp(network.pki, profile);
    running.push(started);
    const connect = ['--connect', `rsp.aozora.example=${started.place}`];
    const download = (code: string, ...more: readonly string[]) =>
      run('profile', 'download', '--activation-code', code, ...connect, ...more);
    return { ...started, connect, download };
  };

  beforeAll(async () => {
    network = await makeTestNetwork();
  });
  beforeEach(() => {
    state = join(network.folder, `terminal-${++terminals}`);
  });
  afterEach(async () => {
    for (const each of running.splice(0)) await each.stop();
  });
  afterAll(() => network.remove());

  it('is shown, installed, and its SM-DP+ told of it', async () => {
    const { download, smdp } = await smdpWith();
    const result = await download('LPA:1$rsp.aozora.example$K7-QX2', '--yes');
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${iccid} is installed, disabled.`) });
    for (const shown of ['Aozora Mobile', 'Aozora test', iccid, 'operational']) expect(result.stderr).toContain(shown);
    expect(smdp.outcomes).toEqual(['successResult']);
    expect((await run('notification', 'list')).stdout).toContain('No notification');

    const again = await download('LPA:1$rsp.aozora.example$K7-QX2', '--yes', '--json');
    expect(again.exitCode).toBe(6);
    expect(errorOf(again)).toMatchObject({
      code: 'INSTALLATION_FAILED',
      message: 'The eUICC did not install the profile: a profile of this ICCID is installed already.',
      details: { errorReason: expect.stringContaining('(9)'), bppCommandId: 'storeMetadata (2)' },
    });
    expect(smdp.outcomes).toEqual(['successResult', 'errorResult']);
  });

  it('needs no identity PKI', async () => {
    const { connect } = await smdpWith();
    const lpaAlone = await makeTestNetwork();
    rmSync(lpaAlone.pki, { recursive: true });
    cpSync(network.pki, lpaAlone.pki, { recursive: true });
    rmSync(join(lpaAlone.pki, 'identity'), { recursive: true });
    try {
      const code = 'LPA:1$rsp.aozora.example$K7-QX2';
      const words = ['profile', 'download', '--activation-code', code, ...connect, '--yes'];
      const result = await runCli([...words, '--state', state, '--network', lpaAlone.networkFile]);
      expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(iccid) });
    } finally {
      lpaAlone.remove();
    }
  });

  it('needs no relay, and a new eUICC then has no root SM-DS', async () => {
    const { place } = await smdpWith();
    const { relay: _, ...alone } = JSON.parse(readFileSync(network.networkFile, 'utf8'));
    const networkFile = join(network.folder, 'alone.json');
    const httpsEndpoints = { 'rsp.aozora.example': place };
    writeFileSync(networkFile, JSON.stringify({ ...alone, endpoints: {}, httpsEndpoints }));
    const inNetwork = (...args: readonly string[]) => runCli([...args, '--state', state, '--network', networkFile]);
    const code = 'LPA:1$rsp.aozora.example$K7-QX2';
    expect((await inNetwork('profile', 'download', '--activation-code', code, '--yes')).stdout).toContain(iccid);
    expect(JSON.parse((await inNetwork('euicc', 'info', '--json')).stdout)).toMatchObject({ rootDsAddress: '' });
    const discovered = await inNetwork('profile', 'discover', '--json');
    expect(discovered.exitCode).toBe(2);
    expect(errorOf(discovered)).toMatchObject({ code: 'NO_SMDS_ADDRESS' });
  });

  it('works the same through a daemon', async () => {
    const { download, smdp } = await smdpWith();
    running.push(await startTerminal({ stateDirectory: state, networkFile: network.networkFile, published: true }));
    const result = await download('1$RSP.aozora.example$K7-QX2', '--yes', '--json');
    expect(JSON.parse(result.stdout)).toMatchObject({
      iccid,
      state: 'disabled',
      serviceProviderName: 'Aozora Mobile',
      class: 'operational',
      policyRules: [],
      icon: null,
      undeliveredNotifications: 0,
    });
    expect(smdp.outcomes).toEqual(['successResult']);
  });

  it('is not asked for where nobody can consent', async () => {
    const { download, smdp } = await smdpWith();
    const result = await download('LPA:1$rsp.aozora.example$K7-QX2', '--json');
    expect(result.exitCode).toBe(2);
    expect(errorOf(result)).toMatchObject({ code: 'INPUT_NEEDED', message: expect.stringContaining('--yes') });
    expect(smdp.outcomes).toEqual([]);
  });

  it('refused by its SM-DP+ is told in a sentence, with the codes for those who want them', async () => {
    const { download } = await smdpWith();
    const result = await download('LPA:1$rsp.aozora.example$OTHER', '--yes', '--json');
    expect(result.exitCode).toBe(6);
    expect(errorOf(result)).toMatchObject({
      code: 'MATCHING_ID_REFUSED',
      message: 'No profile waits under this activation code: it was used before, withdrawn, or mistyped.',
      details: { subjectCode: '8.2.6', reasonCode: '3.8', subject: 'Matching ID', reason: 'Refused' },
    });
    const verbose = await download('LPA:1$rsp.aozora.example$OTHER', '--yes', '--verbose');
    expect(verbose.stderr).toContain('subjectCode: 8.2.6');
  });

  it('wants its confirmation code when the SM-DP+ says so', async () => {
    const { download, smdp } = await smdpWith('4711');
    const code = 'LPA:1$rsp.aozora.example$K7-QX2$$1';
    const missing = await download(code, '--yes', '--json');
    expect(errorOf(missing)).toMatchObject({
      code: 'INPUT_NEEDED',
      message: expect.stringContaining('Confirmation code'),
    });
    expect(smdp.outcomes).toEqual(['postponed']);
    const wrong = await download(code, '--yes', '--json', '--confirmation-code', '4712');
    expect(errorOf(wrong)).toMatchObject({
      code: 'CONFIRMATION_CODE_REFUSED',
      message: 'The confirmation code is wrong.',
      details: { subjectCode: '8.2.7', reasonCode: '3.8' },
    });
    const file = join(network.folder, 'code.txt');
    writeFileSync(file, '4711\n');
    const right = await download(code, '--yes', '--json', '--confirmation-code-file', file);
    expect(right).toMatchObject({ exitCode: 0 });
    expect(JSON.stringify([missing, wrong, right])).not.toMatch(/471[12]/);
  });

  it('is taken from no other server than the activation code means', async () => {
    const { connect, download, place, smdp } = await smdpWith();
    const otherOid = await download('LPA:1$rsp.aozora.example$K7-QX2$2.999.22', '--yes', '--json');
    expect(errorOf(otherOid)).toMatchObject({ code: 'SERVER_OID_MISMATCH' });
    const otherName = ['--connect', `rsp.minato.example=${place}`];
    const named = await run('profile', 'download', '--smdp', 'rsp.minato.example', ...otherName, '--yes', '--json');
    expect(errorOf(named)).toMatchObject({ code: 'SERVER_NOT_TRUSTED' });
    const stranger = await strangersIssuer(network.folder);
    const untrusted = await run(
      'profile',
      'download',
      '--smdp',
      'rsp.aozora.example',
      ...connect,
      '--ca',
      stranger,
      '--yes',
      '--json',
    );
    expect(errorOf(untrusted)).toMatchObject({ code: 'SERVER_NOT_TRUSTED' });
    expect(smdp.outcomes).toEqual([]);
  });

  it('is refused with the advice to ask the carrier, where a refusal has none of its own', async () => {
    const { place } = await smdpWith();
    const misnamed = ['--smdp', 'rsp.aozora.example:8443', '--connect', `rsp.aozora.example:8443=${place}`];
    const result = await run('profile', 'download', ...misnamed, '--yes', '--json');
    expect(result.exitCode).toBe(6);
    expect(errorOf(result)).toMatchObject({
      code: 'SMDP_ADDRESS_REFUSED',
      hint: expect.stringMatching(/carrier.*--verbose/),
    });
  });

  it('is not looked for at a server that is no SM-DS', async () => {
    const { connect } = await smdpWith();
    const result = await run('profile', 'discover', '--smds', 'rsp.aozora.example', ...connect, '--json');
    expect(result.exitCode).toBe(6);
    expect(errorOf(result)).toMatchObject({ code: 'SERVER_ROLE_WRONG' });
  });

  it('is not asked of a server that is not there, and what waits for it stays', async () => {
    const nowhere = ['--connect', 'rsp.aozora.example=127.0.0.1:1', '--yes', '--json'];
    const result = await run('profile', 'download', '--smdp', 'rsp.aozora.example', ...nowhere);
    expect(result.exitCode).toBe(7);
    expect(errorOf(result)).toMatchObject({ code: 'SMDP_UNREACHABLE' });
  });

  it.each([
    ['LPA:2$rsp.aozora.example$K7', 'format is not 1'],
    ['LPA:1$', 'no SM-DP+ address'],
    ['LPA:1$rsp.aozora.example', 'no token'],
    ['LPA:1$rsp.aozora.example$K7$nonsense', 'OID'],
  ])('of the activation code %s is not looked for', async (code, why) => {
    const result = await run('profile', 'download', '--activation-code', code, '--yes', '--json');
    expect(result.exitCode).toBe(2);
    expect(errorOf(result)).toMatchObject({ code: 'BAD_ACTIVATION_CODE', message: expect.stringContaining(why) });
  });

  it('comes from the default SM-DP+ of the eUICC when none is named', async () => {
    const none = await run('profile', 'download', '--yes', '--json');
    expect(none.exitCode).toBe(2);
    expect(errorOf(none)).toMatchObject({ code: 'NO_SMDP_ADDRESS' });
    const { connect, smdp } = await smdpWith();
    expect((await run('euicc', 'default-smdp', 'rsp.aozora.example', '--yes')).stdout).toBe('rsp.aozora.example\n');
    const set = await run('profile', 'download', '--matching-id', 'K7-QX2', ...connect, '--yes', '--json');
    expect(set).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(iccid) });
    expect((await run('euicc', 'default-smdp', '--clear', '--yes', '--json')).stdout).toBe('{"defaultDpAddress":""}\n');
    expect(smdp.outcomes).toEqual(['successResult']);
  });

  it('is heard of by a daemon at power-on once that is switched on, and waits for consent', async () => {
    const smdp = await startHttpsSmdp(network.pki, { matchingId: '', iccid, upp });
    const smds = await startHttpsSmds(network.pki, [{ eventId: 'K7-QX2', rspServerAddress: 'rsp.aozora.example' }]);
    running.push(smdp, smds);
    const networkFile = join(network.folder, 'https.json');
    const httpsEndpoints = { 'rsp.aozora.example': smdp.place, 'relay.tegata.example': smds.place };
    const file = { ...JSON.parse(readFileSync(network.networkFile, 'utf8')), httpsEndpoints };
    writeFileSync(networkFile, JSON.stringify(file));
    const discovery = async (...more: string[]) => {
      const options = ['--state', state, '--network', networkFile, '--json'];
      return JSON.parse((await runCli(['profile', 'discovery', ...more, ...options])).stdout);
    };
    await run('euicc', 'default-smdp', 'rsp.aozora.example', '--yes');
    expect(await discovery()).toEqual({ atPowerOn: false, results: [] });
    expect(await discovery('on')).toEqual({ atPowerOn: true, results: [] });
    expect(smdp.smdp.outcomes).toEqual([]);

    running.push(await startTerminal({ stateDirectory: state, networkFile, published: true }));
    let heard = await discovery();
    while (heard.results.some((one: { state: string }) => one.state === 'asking')) heard = await discovery();
    expect(heard.results).toMatchObject([
      { source: 'root-smds', state: 'answered', events: [{ eventId: 'K7-QX2' }] },
      { source: 'default-smdp', state: 'answered', profile: { iccid } },
    ]);
    expect(smdp.smdp.outcomes).toEqual(['postponed']);
    expect((await run('profile', 'list', '--json')).stdout).not.toContain(iccid);
    expect(await discovery('off')).toEqual({ atPowerOn: false, results: [] });
    expect((await runCli(['profile', 'download', '--yes', '--state', state, '--network', networkFile])).exitCode).toBe(
      0,
    );
    expect(smdp.smdp.outcomes).toEqual(['postponed', 'successResult']);
  });

  it('that waits at the SM-DS is found and downloaded', async () => {
    const { connect, smdp } = await smdpWith();
    const smds = await startHttpsSmds(network.pki, [{ eventId: 'K7-QX2', rspServerAddress: 'rsp.aozora.example' }]);
    running.push(smds);
    const places = [...connect, '--connect', `relay.tegata.example=${smds.place}`];
    const listed = await run('profile', 'discover', ...places, '--json');
    expect(JSON.parse(listed.stdout)).toEqual({
      smdsAddress: 'relay.tegata.example',
      events: [{ eventId: 'K7-QX2', rspServerAddress: 'rsp.aozora.example' }],
      downloaded: [],
    });
    const fetched = await run('profile', 'discover', ...places, '--yes', '--json');
    expect(JSON.parse(fetched.stdout)).toMatchObject({ downloaded: [{ iccid, undeliveredNotifications: 0 }] });
    expect(smdp.outcomes).toEqual(['successResult']);
  });

  it('that waits at the SM-DS is not kept back by one before it that can not be had', async () => {
    const { connect, smdp } = await smdpWith();
    const smds = await startHttpsSmds(network.pki, [
      { eventId: 'E-DOWN', rspServerAddress: 'rsp.minato.example' },
      { eventId: 'E-GONE', rspServerAddress: 'rsp.aozora.example' },
      { eventId: 'K7-QX2', rspServerAddress: 'rsp.aozora.example' },
    ]);
    running.push(smds);
    const nowhere = ['--connect', 'rsp.minato.example=127.0.0.1:1'];
    const places = [...connect, ...nowhere, '--connect', `relay.tegata.example=${smds.place}`];
    const fetched = await run('profile', 'discover', ...places, '--yes');
    expect(fetched.exitCode).toBe(7);
    expect(fetched.stderr).toContain('No profile waits under this activation code');
    expect(fetched.stderr).toContain(`${iccid} is installed, disabled.`);
    expect(fetched.stderr).toContain('(SMDP_UNREACHABLE)');
    expect(smdp.outcomes).toEqual(['successResult']);
  });
});

/** The certificate issuer of another network. */
async function strangersIssuer(folder: string): Promise<string> {
  const other = await makeTestNetwork();
  try {
    const file = join(folder, 'stranger.pem');
    writeFileSync(file, (await loadTerminalTrust(other.pki, { at: new Date() })).tlsRoots);
    return file;
  } finally {
    other.remove();
  }
}

import { PassThrough, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { buildProfilePackage } from '@tegata/profile-package';
import { sampleSubscription } from '@tegata/profile-package/testing';
import type { Command } from 'commander';
import { startHttpsSmdp } from '../testing/https-rsp.ts';
import { makeTestNetwork, type TestNetwork } from '../testing/test-network.ts';
import { main } from './main.ts';
import { createProgram } from './program.ts';
import { runCli } from './testing/run-cli.ts';

const { iccid } = sampleSubscription;
const upp = buildProfilePackage(sampleSubscription);

/** A screen in memory: what it shows, and what is done when it shows a question. */
class Screen extends Writable {
  readonly isTTY = true;
  readonly columns = 200;
  shown = '';

  constructor(private readonly questioned: (screen: Screen) => void) {
    super();
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.shown += stripVTControlCharacters(String(chunk));
    // The hint of how to go without a question is in every one; the answers to choose from are there until one was chosen.
    const text = stripVTControlCharacters(String(chunk));
    if (text.includes('(--yes)') && text.includes('Yes / ')) setImmediate(() => this.questioned(this));
    done();
  }
}

/** A keyboard in memory. */
class Keyboard extends PassThrough {
  readonly isTTY = true;
  setRawMode(): this {
    return this;
  }
}

/**
 * Runs `tegata` for somebody who answers each question with the next of these keys, and then with Enter.
 *
 * @param early what they type before anything is asked
 */
async function runWithKeys(args: readonly string[], keys: readonly string[] = [], early = '') {
  const keyboard = new Keyboard();
  keyboard.write(early);
  const left = [...keys];
  const screen = new Screen(() => keyboard.write(left.shift() ?? '\r'));
  let stdout = '';
  const results = new Writable({
    write: (chunk, _encoding, done) => {
      stdout += String(chunk);
      done();
    },
  });
  const exitCode = await main(args, { stdin: keyboard, stdout: results, stderr: screen, env: {} });
  return { exitCode, stdout, shown: screen.shown };
}

/** "No" is marked, in the characters of any terminal. */
const noIsChosen = /(?:○| ) Yes \/ (?:●|>) No/u;

describe('whoever only presses Enter', () => {
  let network: TestNetwork;
  let smdp: Awaited<ReturnType<typeof startHttpsSmdp>>;
  const options = () => ['--state', `${network.folder}/terminal`, '--network', network.networkFile];
  const run = (...args: readonly string[]) => runCli([...args, ...options()]);
  const enter = (...args: readonly string[]) => runWithKeys([...args, ...options()]);
  const download = () => [
    'profile',
    'download',
    ...['--smdp', 'rsp.aozora.example', '--connect', `rsp.aozora.example=${smdp.place}`, '--matching-id', 'K7'],
  ];

  beforeAll(async () => {
    network = await makeTestNetwork();
    smdp = await startHttpsSmdp(network.pki, { matchingId: 'K7', iccid, upp, profilePolicyRules: ['ppr2'] });
  });
  afterAll(async () => {
    await smdp.stop();
    network.remove();
  });

  it('does not agree to policy rules, and installs nothing', async () => {
    const { exitCode, shown } = await enter(...download());
    expect(shown).toContain('Do you agree to that?');
    expect(shown).toMatch(noIsChosen);
    expect(exitCode).toBe(6);
    expect(smdp.smdp.outcomes).toEqual(['endUserRejection']);
  });

  it('does not install a profile whose rules were agreed to', async () => {
    const { exitCode, shown } = await runWithKeys([...download(), ...options()], ['y']);
    const [, installing = ''] = shown.split('Install this profile?');
    expect(installing).toMatch(noIsChosen);
    expect(exitCode).toBe(6);
    expect((await run('profile', 'list')).stdout).not.toContain(iccid);
  });

  it('installs it after two times "y"', async () => {
    const { exitCode } = await runWithKeys([...download(), ...options()], ['y', 'y']);
    expect(exitCode).toBe(0);
    expect((await run('profile', 'list')).stdout).toContain(iccid);
  });

  it.each([
    ['deletes no profile', ['profile', 'delete', iccid], 'Delete the profile'],
    ['erases no profile', ['euicc', 'reset', '--profiles'], 'Erase operational profiles'],
    ['erases no password', ['euicc', 'reset', '--local-auth'], 'Erase the password'],
    ['sets no default SM-DP+', ['euicc', 'default-smdp', 'smdp.example.com'], 'Ask smdp.example.com from now on'],
    ['forgets no default SM-DP+', ['euicc', 'default-smdp', '--clear'], 'Forget the default SM-DP+'],
  ])('%s', async (_what, command, question) => {
    const before = (await run('euicc', 'info', '--json')).stdout;
    const { exitCode, shown } = await enter(...command);
    expect(shown).toContain(question);
    expect(shown).toMatch(noIsChosen);
    expect(exitCode).toBe(130);
    expect((await run('euicc', 'info', '--json')).stdout).toBe(before);
  });

  it.each([
    ['Enter, which a terminal makes a line feed', '\n'],
    ['Enter and "y"', '\ry'],
    ['an arrow and blanks', '\u001b[D   '],
  ])('consents to nothing by %s before the question is there', async (_what, early) => {
    const { exitCode, shown } = await runWithKeys(['euicc', 'reset', '--profiles', ...options()], [], early);
    expect(shown).toMatch(noIsChosen);
    expect(shown).not.toMatch(/(?:●|>) Yes/u);
    expect(exitCode).toBe(130);
    expect((await run('profile', 'list')).stdout).toContain(iccid);
  });

  it('can move to "Yes" and back, and is not moved by line feeds', async () => {
    const { exitCode, shown } = await runWithKeys(
      ['euicc', 'reset', '--profiles', ...options()],
      ['\n\u001b[D\u001b[C\r'],
    );
    expect(shown).toMatch(/(?:●|>) Yes/u);
    expect(exitCode).toBe(130);
  });

  it('meets a question of these in every command that has --yes', () => {
    const withYes: string[] = [];
    const collect = (command: Command) => {
      if (command.options.some(({ long }) => long === '--yes'))
        withYes.push(`${command.parent?.name()} ${command.name()}`);
      for (const subcommand of command.commands) collect(subcommand);
    };
    collect(createProgram(async () => {}));
    const downloads = ['profile discover', 'profile download'];
    expect(withYes.sort()).toEqual(['euicc default-smdp', 'euicc reset', 'profile delete', ...downloads]);
  });
});

import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sentencesInJapanese } from '@tegata/contracts';
import type { Command } from 'commander';
import sharp from 'sharp';
import { startTerminal } from '../daemon/start-terminal.ts';
import { makeTestNetwork, type TestNetwork, tinyJpeg } from '../testing/test-network.ts';
import { createProgram } from './program.ts';
import { type CliRun, runCli } from './testing/run-cli.ts';

const applicantOptions = '--family-name Aoki --given-name Hana --birth-date 1990-04-01 --address Minato'.split(' ');

describe('tegata', () => {
  let network: TestNetwork;
  let terminals = 0;
  let state = '';
  const file = (name: string, content: string) => {
    const path = join(network.folder, name);
    writeFileSync(path, content);
    return path;
  };
  const run = (line: string, more: readonly string[] = []): Promise<CliRun> => {
    const places = ['--state', state, '--network', network.networkFile];
    return runCli([...line.split(' '), ...more, ...places]);
  };
  const errorOf = ({ stdout }: CliRun) => (JSON.parse(stdout) as { error: Record<string, string> }).error;

  beforeAll(async () => {
    network = await makeTestNetwork();
  });
  beforeEach(() => {
    state = join(network.folder, `terminal-${++terminals}`);
  });
  afterAll(() => network.remove());

  describe('on its first run', () => {
    it('has an eUICC manufactured from the material of the network, and says so', async () => {
      const first = await run('euicc info');
      expect(first).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('A new eUICC was manufactured') });
      const again = await run('euicc info --json');
      expect(again.stderr).toBe('');
      const info = JSON.parse(again.stdout);
      expect(first.stdout).toContain(info.eid);
      expect(info).toMatchObject({
        eid: expect.stringMatching(/^89049032[0-9]{24}$/),
        profiles: [],
        pendingNotifications: 0,
      });
      expect(info.rootDsAddress).toBe('relay.tegata.example');
    });

    it('says what to do where there is no network', async () => {
      const result = await runCli(['euicc', 'info', '--json', '--state', state, '--network', join(state, 'none.json')]);
      expect(result.exitCode).toBe(3);
      expect(errorOf(result)).toMatchObject({
        code: 'NETWORK_FILE_NOT_FOUND',
        hint: expect.stringContaining('--network'),
      });
    });

    it('says what to do where the network has no material for a new eUICC', async () => {
      const content = { carriers: {}, relay: 'relay.tegata.example', endpoints: {}, pki: 'no-pki' };
      const other = file('other.json', JSON.stringify(content));
      const result = await runCli(['profile', 'list', '--json', '--state', state, '--network', other]);
      expect(result.exitCode).toBe(3);
      expect(errorOf(result).code).toBe('EUM_MATERIAL_MISSING');
    });

    it('needs the network once only: what concerns the eUICC alone works without', async () => {
      await run('profile list');
      const without = await runCli(['profile', 'list', '--state', state, '--network', join(state, 'none.json')]);
      expect(without).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('No profile is installed') });
    });
  });

  describe('local-auth', () => {
    it('registers, verifies, locks after five wrong passwords, and unlocks with the reset code', async () => {
      const right = ['--password-file', file('right.txt', 'correct horse\n')];
      const wrong = ['--password-file', file('wrong.txt', 'battery staple')];
      expect(JSON.parse((await run('local-auth status --json')).stdout)).toMatchObject({ registered: false });
      const { resetCode } = JSON.parse((await run('local-auth register --json', right)).stdout);
      expect(resetCode).toMatch(/^[0-9]{16}$/);
      expect((await run('local-auth verify', right)).exitCode).toBe(0);
      const terminal = await startTerminal({
        stateDirectory: state,
        networkFile: network.networkFile,
        published: true,
      });
      try {
        const failures: CliRun[] = [];
        for (let attempt = 0; attempt < 5; attempt++) failures.push(await run('local-auth verify --json', wrong));
        expect(failures.map(({ exitCode }) => exitCode)).toEqual([4, 4, 4, 4, 4]);
        const codes = failures.map((failure) => errorOf(failure).code);
        expect(codes).toEqual([...Array(4).fill('LOCAL_AUTHENTICATION_FAILED'), 'LOCAL_AUTHENTICATION_LOCKED']);
        expect(errorOf(await run('local-auth verify --json', right)).code).toBe('LOCAL_AUTHENTICATION_LOCKED');
        const unlocking = ['--reset-code-file', file('code.txt', resetCode.replaceAll(/(.{4})/g, '$1 ')), ...right];
        expect((await run('local-auth unlock', unlocking)).exitCode).toBe(0);
        expect(JSON.parse((await run('local-auth status --json')).stdout)).toMatchObject({
          triesLeft: 5,
          locked: false,
        });
      } finally {
        await terminal.stop();
      }
    });

    it('takes the password from standard input or the environment, and never shows it', async () => {
      const password = 'correct horse';
      const registered = await runCli(
        ['local-auth', 'register', '--password-stdin', '--state', state, '--network', network.networkFile],
        { stdin: `${password}\n` },
      );
      expect(registered.exitCode).toBe(0);
      const env = {
        TEGATA_PASSWORD_FILE: file('pw.txt', password),
        TEGATA_STATE: state,
        TEGATA_NETWORK: network.networkFile,
      };
      const verified = await runCli(['local-auth', 'verify', '--verbose'], { env });
      expect(verified.exitCode).toBe(0);
      for (const { stdout, stderr } of [registered, verified]) expect(stdout + stderr).not.toContain(password);
    });

    it('asks nobody where there is no screen', async () => {
      const result = await run('local-auth verify --json');
      expect(result.exitCode).toBe(4);
      expect(errorOf(result)).toMatchObject({
        code: 'PASSWORD_NEEDED',
        hint: expect.stringContaining('--password-file'),
      });
    });

    it('refuses a short password', async () => {
      expect((await run('local-auth register', ['--password-file', file('short.txt', '1234567')])).exitCode).toBe(2);
    });
  });

  describe('contract apply', () => {
    const evidence = () => {
      const frames = join(network.folder, 'capture');
      for (const folder of ['straight', 'left', 'right', 'up', 'down']) {
        mkdirSync(join(frames, folder), { recursive: true });
        for (const name of ['1.jpg', '2.jpg', '3.jpg']) writeFileSync(join(frames, folder, name), tinyJpeg);
      }
      writeFileSync(join(network.folder, 'document.jpg'), tinyJpeg);
      return ['--as-it-is', '--document', join(network.folder, 'document.jpg'), '--frames', frames];
    };
    const password = () => ['--password-file', file('right.txt', 'correct horse')];

    it('keeps the application when the carrier is down, says so, and goes on with it later', async () => {
      await run('local-auth register', password());
      const options = [...applicantOptions, ...evidence(), ...password()];
      const applied = await run('contract apply --carrier aozora --json', options);
      expect(applied.exitCode).toBe(7);
      expect(errorOf(applied)).toMatchObject({ code: 'SERVER_UNREACHABLE', hint: expect.stringContaining('later') });
      const { contracts } = JSON.parse((await run('contract list --json')).stdout);
      expect(contracts).toMatchObject([{ carrier: 'aozora', phase: 'APPLYING', contractId: '' }]);
      const listed = (await run('contract list')).stdout.split('\n');
      expect(listed[0]?.split(/ {2,}/)).toEqual(['APPLIED (UTC)', 'CONTRACT', 'CARRIER', 'PHASE']);
      expect(listed[1]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d {2}\(not yet opened\) {2}aozora {3}applying$/);
      expect((await run('contract resume', password())).exitCode).toBe(7);
    });

    it.each([
      ['a carrier that is not in the network file', '--carrier hikari', 'CARRIER_UNKNOWN', 8],
      ['a camera of no kind', '--carrier aozora --camera WRONG', 'CAMERA_UNKNOWN', 2],
      ['a document without frames', '--carrier aozora --document a.jpg', 'USAGE', 2],
      ['a date that does not exist', '--carrier aozora --birth-date 1990-02-30', 'USAGE', 2],
      ['an attribute nobody knows', '--carrier aozora --disclose shoe_size', 'USAGE', 2],
    ])('refuses %s', async (_what, options, code, exitCode) => {
      await run('local-auth register', password());
      const given = [...applicantOptions, ...password(), ...options.split(' ')];
      const result = await run('contract apply --json', given);
      expect(result.exitCode).toBe(exitCode);
      expect(errorOf(result).code).toBe(code);
    });

    it('says that the password is wrong before a document is photographed for nothing', async () => {
      await run('local-auth register', password());
      const wrong = ['--password-file', file('wrong.txt', 'battery staple')];
      const result = await run('contract apply --carrier aozora --camera page --json', [...applicantOptions, ...wrong]);
      expect([result.exitCode, errorOf(result).code]).toEqual([4, 'LOCAL_AUTHENTICATION_FAILED']);
      expect(JSON.parse((await run('contract list --json')).stdout).contracts).toEqual([]);
      expect(JSON.parse((await run('local-auth status --json')).stdout)).toMatchObject({ triesLeft: 4 });
    });

    it('says which pictures are needed, and which are wrong', async () => {
      await run('local-auth register', password());
      const without = await run('contract apply --carrier aozora --json', [...applicantOptions, ...password()]);
      expect(without.exitCode).toBe(5);
      expect(errorOf(without).code).toBe('EVIDENCE_NEEDED');
      const shown = evidence();
      const frames = shown.at(-1) ?? '';
      rmSync(join(frames, 'left', '1.jpg'));
      writeFileSync(join(frames, 'left', '1.jpg'), 'no picture');
      const options = [...applicantOptions, ...shown];
      const wrong = await run('contract apply --carrier aozora --json', [...options, ...password()]);
      expect(wrong.exitCode).toBe(5);
      expect(errorOf(wrong).message).toContain(join('left', '1.jpg'));
    });
  });

  it('tells what is wrong in Japanese, too, where the locale is and identity verification has the same reason', async () => {
    const password = ['--password-file', file('right.txt', 'correct horse')];
    await run('local-auth register', password);
    const frames = join(network.folder, 'many');
    for (const folder of ['straight', 'left', 'right', 'up', 'down']) {
      mkdirSync(join(frames, folder), { recursive: true });
      for (let k = 0; k < 13; k++) writeFileSync(join(frames, folder, `${k}.jpg`), tinyJpeg);
    }
    const document = file('seen.jpg', '');
    writeFileSync(document, tinyJpeg);
    const shown = ['--document', document, '--as-it-is', '--frames', frames];
    const places = ['--state', state, '--network', network.networkFile];
    const command = ['contract', 'apply', '--carrier', 'aozora', ...applicantOptions, ...shown, ...password, ...places];
    const { exitCode, stderr } = await runCli(command, { env: { LANG: 'ja_JP.UTF-8' } });
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining('at most 12. (FRAMES_TOO_MANY)')]);
    expect(stderr).toContain(`${sentencesInJapanese.FRAMES_TOO_MANY} (FRAMES_TOO_MANY)`);
  });

  describe('a picture of the document that would be asked for again', () => {
    const documents = fileURLToPath(new URL('../../../../../shared/vectors/faces/documents/', import.meta.url));
    const itWithDocuments = existsSync(documents) || process.env.CI === 'true' ? it : it.skip;
    const frames = () => {
      mkdirSync(join(network.folder, 'capture'), { recursive: true });
      return ['--frames', join(network.folder, 'capture')];
    };
    const shown = async (picture: string) => {
      const password = ['--password-file', file('right.txt', 'correct horse')];
      await run('local-auth register', password);
      return run('contract apply --carrier aozora --json', [
        ...applicantOptions,
        ...password,
        '--document',
        picture,
        ...frames(),
      ]);
    };

    it('is told before anything is sent or a contract is applied for', async () => {
      const blank = join(network.folder, 'blank.jpg');
      await sharp({ create: { width: 1200, height: 800, channels: 3, background: '#99aabb' } }).toFile(blank);
      const told = await shown(blank);
      expect(told.exitCode).toBe(5);
      expect(errorOf(told)).toMatchObject({ code: 'PICTURE_UNUSABLE', hint: expect.stringContaining('--as-it-is') });
      expect(errorOf(told).message).toContain('(DOCUMENT_NOT_LOCATED)');
      expect(JSON.parse((await run('contract list --json')).stdout).contracts).toEqual([]);
      expect(errorOf(await run('contract resume --document', [blank, ...frames(), '--json'])).code).toBe(
        'PICTURE_UNUSABLE',
      );
      const resumed = ['contract', 'resume', '--document', blank, ...frames(), '--state', state];
      const { stderr } = await runCli(resumed, { env: { LANG: 'ja_JP.UTF-8' } });
      expect(stderr).toContain('No document is found.');
      expect(stderr).toContain(`${sentencesInJapanese.DOCUMENT_NOT_LOCATED} (DOCUMENT_NOT_LOCATED)`);
    });

    itWithDocuments('is told from a good one, by its blur', async () => {
      const good = join(documents, 'td3-0.jpg');
      const blurred = join(network.folder, 'blurred.jpg');
      await sharp(good).blur(6).toFile(blurred);
      expect(errorOf(await shown(blurred)).message).toContain('(DOCUMENT_BLURRED)');
      expect(errorOf(await shown(good)).code).not.toBe('PICTURE_UNUSABLE');
    });
  });

  it.each([
    ['profile enable 89000123456789012341', 'PROFILE_NOT_FOUND', 8],
    ['profile delete nowhere --yes', 'PROFILE_NOT_FOUND', 8],
    ['attach', 'NO_PROFILE_ENABLED', 8],
    ['contract show 6f1c0f0e-8f0e-4d6e-9d52-0a8a54b6a1f2', 'CONTRACT_NOT_FOUND', 8],
    ['contract resume', 'NO_OPEN_CONTRACT', 8],
    ['notification process x', 'USAGE', 2],
    ['euicc reset', 'USAGE', 2],
    ['euicc reset --profiles', 'INPUT_NEEDED', 2],
    ['no-such-command', 'USAGE', 2],
    ['profile', 'USAGE', 2],
  ])('answers `%s` with %s', async (line, code, exitCode) => {
    const asJson = await run(`${line} --json`);
    expect(asJson.exitCode).toBe(exitCode);
    expect(asJson.stdout.split('\n')).toHaveLength(2);
    expect(errorOf(asJson)).toEqual({
      code,
      message: expect.stringMatching(/^\S/),
      hint: expect.stringMatching(/^\S/),
    });
  });

  it('says once what is wrong with a value', async () => {
    const { code, message } = errorOf(await run('contract show x --json'));
    expect([code, message]).toEqual(['FIELD_INVALID', 'contract_id must have 36 characters.']);
  });

  it('shows the certificate only when there is one', async () => {
    const password = ['--password-file', file('right.txt', 'correct horse')];
    await run('local-auth register', password);
    expect(errorOf(await run('certificate show --json', password)).code).toBe('NO_CERTIFICATE');
  });

  describe('while a daemon runs', () => {
    it('uses its socket, and a second daemon is refused', async () => {
      const options = { stateDirectory: state, networkFile: network.networkFile, published: true };
      const daemon = await startTerminal(options);
      try {
        expect(JSON.parse((await run('euicc info --json')).stdout).eid).toBe(daemon.eid);
        await expect(startTerminal(options)).rejects.toMatchObject({ code: 'EUICC_BUSY' });
      } finally {
        await daemon.stop();
      }
      expect(existsSync(join(state, 'tegata.sock'))).toBe(false);
    });

    it('finds it also in a folder whose path is too long for a socket', async () => {
      state = join(state, 'a-folder-with-a-long-name'.repeat(5));
      const daemon = await startTerminal({ stateDirectory: state, networkFile: network.networkFile, published: true });
      try {
        expect(daemon.socket.length).toBeLessThan(104);
        expect(JSON.parse((await run('euicc info --json')).stdout).eid).toBe(daemon.eid);
      } finally {
        await daemon.stop();
      }
    });
  });

  it('refuses an eUICC that was made in another network before it calls a server', async () => {
    await run('euicc info');
    const other = await makeTestNetwork();
    try {
      const args = ['notification', 'process', '--json', '--state', state, '--network', other.networkFile];
      const result = await runCli(args);
      expect(result.exitCode).toBe(3);
      expect(errorOf(result).code).toBe('NETWORK_CHANGED');
    } finally {
      other.remove();
    }
  });

  it('says when the state folder can not be used', async () => {
    const path = file('a-file', '');
    chmodSync(path, 0o600);
    const result = await runCli(['profile', 'list', '--json', '--state', path, '--network', network.networkFile]);
    expect(result.exitCode).toBe(3);
    expect(errorOf(result).code).toBe('STATE_DIRECTORY_UNUSABLE');
  });
});

describe('the help of tegata', () => {
  const commands: Command[] = [];
  const collect = (command: Command) => {
    if (command.commands.length === 0) commands.push(command);
    for (const subcommand of command.commands) collect(subcommand);
  };
  collect(createProgram(async () => {}));

  it('covers every command the terminal must have', () => {
    const names = commands.map((command) => [command.parent?.name(), command.name()].join(' ').replace('tegata ', ''));
    expect(names.sort()).toEqual([
      'attach',
      'certificate show',
      'certificate transfer',
      'chip read',
      ...['contract apply', 'contract cancel', 'contract list', 'contract resume', 'contract show'],
      'daemon',
      ...['euicc apdu', 'euicc applications', 'euicc default-smdp', 'euicc info', 'euicc reset', 'euicc vpcd'],
      ...['local-auth register', 'local-auth status', 'local-auth unlock', 'local-auth verify'],
      ...['notification list', 'notification process'],
      ...['profile delete', 'profile disable', 'profile discover', 'profile discovery', 'profile download'],
      ...['profile enable', 'profile list', 'profile nickname'],
    ]);
  });

  it('has examples for every command', () => {
    for (const command of commands) {
      let text = '';
      command.configureOutput({ writeOut: (part) => (text += part) });
      command.outputHelp();
      expect(text).toMatch(/Examples:\n {2}\$ tegata /);
    }
  });

  it('has no option that would put a secret on the command line', () => {
    const flags = commands.flatMap((command) => command.options.map(({ long }) => long));
    expect(flags).not.toContain('--password');
    expect(flags).not.toContain('--reset-code');
  });
});

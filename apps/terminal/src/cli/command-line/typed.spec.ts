import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { createProgram } from '../program.ts';
import { runCli } from '../testing/run-cli.ts';
import { typedAfter } from './typed.ts';

/** What is told to be typed next by a command with this command line. */
async function nextAfter(args: readonly string[], words: string, env = {}): Promise<string> {
  const ran: Command[] = [];
  await createProgram(async (command) => void ran.push(command)).parseAsync(args, { from: 'user' });
  return typedAfter(ran[0], env)(words);
}

describe('a command that is told to be typed next', () => {
  it('is for the same terminal', async () => {
    const args = ['--state', 'phone-2', 'profile', 'list', '--network', 'network.json', '--json'];
    const found = '--state phone-2 --network network.json';
    expect(await nextAfter(args, 'profile enable travel')).toBe(`tegata profile enable travel ${found}`);
    expect(await nextAfter(['profile', 'list'], 'attach')).toBe('tegata attach');
  });

  it('is for the same card, and the servers that were named for it', async () => {
    const card = ['--reader', '--ca', 'ci.pem', '--connect', 'a.example=b:1', '--connect', 'c.example=d:2'];
    const args = ['profile', 'download', '--smdp', 'a.example', '--yes', ...card];
    const places = '--connect a.example=b:1 --connect c.example=d:2';
    expect(await nextAfter(args, 'profile enable 89')).toBe(`tegata profile enable 89 --reader ${places} --ca ci.pem`);
    expect(await nextAfter(args, 'profile list')).toBe('tegata profile list --reader');
    expect(await nextAfter(args, 'contract list')).toBe('tegata contract list');
  });

  it('leaves out what belongs to one download of this terminal', async () => {
    const args = ['profile', 'download', '--smdp', 'a.example', '--ca', 'ci.pem'];
    expect(await nextAfter(args, 'notification process')).toBe('tegata notification process');
  });

  it('is read by a shell as it was given', async () => {
    const names = ['ACS ACR39U $HOME', "it's"];
    const args = ['profile', 'list', `--reader=${names[0]}`, '--state', names[1] ?? ''];
    const line = (await nextAfter(args, 'profile list')).replace(/^tegata/, "printf '%s\\n'");
    const { stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(stdout.split('\n')).toEqual(['profile', 'list', `--reader=${names[0]}`, '--state', names[1], '']);
  });

  it('is called as this one was', async () => {
    expect(await nextAfter(['profile', 'list'], 'attach', { npm_command: 'exec' })).toBe('npx tegata attach');
  });

  it('stands in the examples of the help as this one was called', async () => {
    const examplesOf = async (env: Record<string, string>) =>
      (await runCli(['euicc', 'apdu', '--help'], { env })).stdout.split('\n').filter((line) => line.startsWith('  $'));
    const called = await examplesOf({});
    expect(called.filter((line) => line.includes(' tegata euicc apdu'))).toHaveLength(3);
    const throughNpx = await examplesOf({ npm_command: 'exec' });
    expect(throughNpx).toEqual(called.map((line) => line.replace('tegata euicc', 'npx tegata euicc')));
  });

  it('is the help of the command whose command line was wrong', async () => {
    const hintOf = async (...args: string[]) => JSON.parse((await runCli([...args, '--json'])).stdout).error.hint;
    expect(await hintOf('profile', 'enable', '--state', 'phone-2')).toBe('See: tegata profile enable --help');
    expect(await hintOf('profile', 'enabel')).toBe('See: tegata profile --help');
    expect(await hintOf('profil')).toBe('See: tegata --help');
    const { stdout } = await runCli(['profile', 'lst', '--json']);
    expect(JSON.parse(stdout).error.message).toBe("Unknown command 'lst'. Did you mean list?");
    expect(await hintOf('euicc', 'reset', '--reader')).toBe('See: tegata euicc reset --help');
  });
});

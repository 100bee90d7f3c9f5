import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { screenColours } from '../capture/person-screen.ts';
import { columnsOf } from './output.ts';
import { wrapped } from './window-screen.ts';

const missing = ['tmux', 'ffmpeg'].filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
const describeInWindow = missing.length === 0 ? describe : describe.skip;
const skipped = missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} not installed)`;
const beside = (name: string) => join(import.meta.dirname, 'testing', name);

/** tmux draws what is written into its window, and the camera sees what tmux has drawn. */
describeInWindow(`the window of a command as a screen before a camera${skipped}`, () => {
  let folder: string;
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-S', join(folder, 'tmux'), '-u', '-f', '/dev/null', ...args], { encoding: 'utf8' });
  const press = (...keys: string[]) => tmux('send-keys', ...keys);
  /** Whether the window shows another screen than the shell's, and whether there is a cursor. */
  const state = () => tmux('display', '-p', '#{alternate_on} #{cursor_flag}').trim();
  const [captured, ofShell] = ['1 0', '0 1'];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tegata-window-'));
  });
  afterEach(() => {
    tmux('kill-server');
    rmSync(folder, { recursive: true });
  });

  /** What is in the window once these words are. */
  const once = async (words: RegExp): Promise<string> => {
    for (;;) {
      const shown = tmux('capture-pane', '-p');
      if (words.test(shown)) return shown;
      await pause(50);
    }
  };
  /** Gives the command in a shell, in whose window something stands already. */
  const give = (env: Readonly<Record<string, string>>) => {
    const all = { ...env, TEGATA_TEST_WINDOW: `${join(folder, 'tmux')} 0` };
    const set = Object.entries(all).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    tmux('new-session', '-d', '-x', '100', '-y', '30', ...set, 'sh');
    press('echo what stood here', 'Enter');
    const program = beside('capture-in-window.ts');
    press(`node --import tsx ${program} ${beside('camera-before-window.mjs')} ${folder}`, 'Enter');
  };
  /** Colour by colour what the camera saw, 0 to 255. */
  const framesTaken = async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
    return Promise.all(
      names.sort().map(async (name) => {
        const { channels } = await sharp(join(folder, name)).stats();
        return [name.replace(/^\d+-|\.jpg$/g, ''), channels.map(({ mean }) => mean)] as const;
      }),
    );
  };

  it.each([
    ['exactly, where it has all colours', { COLORTERM: 'truecolor', LANG: 'C.UTF-8' }, 255],
    ['in Japanese, by the corners of the cube of 216 colours', { COLORTERM: '', LANG: 'ja_JP.UTF-8' }, 225],
  ])('says what to expect, begins when the person does, and lights them as asked, %s', async (_, env, brightest) => {
    const isEnglish = env.LANG !== 'ja_JP.UTF-8';
    give(env);
    const before = await once(isEnglish ? /Press Enter to begin/ : /Enterキーで始めます/);
    expect(before).toMatch(
      isEnglish ? /changes colour once or twice a second/ : /ウィンドウの色が1秒に1〜2回変わります/,
    );
    expect(before).not.toContain('what stood here');
    expect(state()).toBe(captured);
    press('x', 'Enter');
    await once(isEnglish ? /Look straight into the camera[\s\S]*Step 1 of 2/ : /カメラをまっすぐ[\s\S]*2のうち1番目/);
    await once(isEnglish ? /the screen changes colour[\s\S]*Step 2 of 2/ : /画面の色が変わります[\s\S]*2のうち2番目/);
    const after = await once(/the capture is over/);
    // What was said meanwhile is said now, below what stood there.
    expect(after).toMatch(/what stood here\n[\s\S]*\n +prompt 1\n +prompt 2\nthe capture is over\n/);
    expect(state()).toBe(ofShell);
    const frames = await framesTaken();
    expect(frames.map(([name]) => name)).toEqual(
      'straight straight straight straight magenta green red cyan yellow blue'.split(' '),
    );
    for (const [name, seen] of frames) {
      const shown = name === 'straight' ? [0, 0, 0] : screenColours[name as keyof typeof screenColours];
      for (const [k, level] of seen.entries()) expect(Math.abs(level - (shown[k]! * brightest) / 255)).toBeLessThan(8);
    }
  });

  it('draws its words again in a window of another size', async () => {
    give({ LANG: 'C.UTF-8' });
    await once(/Press Enter to begin, Ctrl-C to stop\./);
    tmux('resize-window', '-x', '40', '-y', '50');
    const narrow = await once(/^ {2}Now your face$[\s\S]*^ {2}Press Enter to begin/m);
    expect(narrow.split('\n').every((line) => line.length <= 38)).toBe(true);
  });

  it.each([
    ['Ctrl-C', false, () => press('C-c'), /ended: stopped by Ctrl-C/],
    ['Ctrl-C while it is lit', true, () => press('C-c'), /ended: stopped by Ctrl-C/],
    ['SIGTERM', false, () => tmux('run-shell', 'kill $(ps -o pid= --ppid #{pane_pid})'), /Terminated/],
  ])('is as it was before after %s', async (_, isLit, stop, told) => {
    give({ LANG: 'C.UTF-8', COLORTERM: 'truecolor' });
    await once(/Press Enter to begin/);
    if (isLit) {
      press('Enter');
      await once(/Step 2 of 2/);
      await once(/^\s*$/);
    }
    expect(state()).toBe(captured);
    stop();
    // The shell's own, after whatever the command said last.
    const after = await once(/\n[#$]\s*$/);
    expect(after).toMatch(told);
    expect(after).toContain('what stood here');
    expect(state()).toBe(ofShell);
    // Keys are seen again.
    press('echo $((20 + 3))', 'Enter');
    expect(await once(/^23$/m)).toContain('echo $((20 + 3))\n23');
  });
});

describe('lines of words', () => {
  it('are broken between words, also of a language that leaves no space between them', () => {
    expect(wrapped('Hold it by its edge, and still.', 12)).toEqual(['Hold it by', 'its edge,', 'and still.']);
    const text = '顔を楕円の中に保ってください。動かさないでください。';
    for (let columns = 12; columns <= 40; columns++) {
      const lines = wrapped(text, columns);
      expect(lines.join('')).toBe(text);
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      expect(lines.some((line) => line.startsWith('。'))).toBe(false);
    }
  });
});

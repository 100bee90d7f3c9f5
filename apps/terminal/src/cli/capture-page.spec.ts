import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { leadingTo, offerPage, openerOf } from './capture-page.ts';
import { Output } from './output.ts';

const token = 'Ykc83K8xVX2P5D9bRR0ZmMzKnv3RCVg-k98lCr2MPtw';
const link = `http://127.0.0.1:40123/#${token}`;

describe('the link of the capture page', () => {
  let bin: string;
  let said: string;
  const opened = () => join(bin, 'opened');

  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'tegata-opener-'));
    said = '';
    // What a desktop has: it is told what to open, and here writes it down.
    writeFileSync(
      join(bin, 'xdg-open'),
      `#!/bin/sh\nprintf '%s\\n' "$@" >'${bin}/part' && mv '${bin}/part' '${bin}/opened'\n`,
    );
    chmodSync(join(bin, 'xdg-open'), 0o700);
  });
  afterEach(() => rmSync(bin, { recursive: true, force: true }));

  function offer({ open = true, isTTY = true, json = false, display = ':0' }): void {
    const screen = Object.assign(new PassThrough(), { isTTY });
    const output = new Output({ stdout: new PassThrough(), stderr: screen }, json);
    const env = { PATH: `${bin}:/usr/bin:/bin`, DISPLAY: display };
    offerPage(output, link, { open, platform: 'linux', env, folder: bin });
    said = String(screen.read());
  }

  it('is told, and opened in the browser of who sits before a screen, without being an argument of a program', async () => {
    const watcher = watch(bin);
    try {
      offer({});
      for (let seen = ''; seen !== 'opened'; ) [, seen] = (await once(watcher, 'change')) as [string, string];
    } finally {
      watcher.close();
    }
    expect(said).toContain(link);
    const given = readFileSync(opened(), 'utf8').trim();
    expect(given).not.toContain(token);
    expect(readFileSync(given, 'utf8')).toBe(leadingTo(link));
    expect(statSync(given).mode & 0o077).toBe(0);
    expect(statSync(join(given, '..')).mode & 0o077).toBe(0);
  });

  it.each([
    ['with --no-open', { open: false }],
    ['with --json', { json: true }],
    ['where nobody sits before a screen', { isTTY: false }],
    ['where there is no desktop', { display: '' }],
  ])('is told only, %s', (_, otherwise) => {
    offer(otherwise);
    expect(said).toContain(link);
    // Nothing was laid out to be opened.
    expect(readdirSync(bin)).toEqual(['xdg-open']);
  });

  it('is opened by the program of the system', () => {
    expect(openerOf('darwin', {})).toBe('open');
    expect(openerOf('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe('xdg-open');
    expect(openerOf('linux', { DISPLAY: '' })).toBeUndefined();
    expect(openerOf('win32', { DISPLAY: ':0' })).toBeUndefined();
  });

  it('leads to this machine and to nothing else', () => {
    for (const other of [
      'http://example.com/#a',
      `${link}"><script>`,
      'http://127.0.0.1:1/x#a',
      'file:///etc/passwd',
    ]) {
      expect(() => leadingTo(other)).toThrow('none of the capture page');
    }
  });
});

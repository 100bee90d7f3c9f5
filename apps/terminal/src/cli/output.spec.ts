import { PassThrough } from 'node:stream';
import { Output } from './output.ts';
import { wrapped } from './window-screen.ts';

/** What a carrier, an SM-DP+ or a card may have written into a name, a sentence or a message. */
const hostile = 'Aoki\r\nReason    none\u001b[2K\u001b[8m\u009b1A\u202eikoA\u200b\u2028\u001b]0;title\u0007';
const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('what a command says of texts of others', () => {
  /** What is written on both streams. */
  function said(json: boolean, say: (output: Output) => void): string {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const screens = [stdout, stderr].map((stream) => Object.assign(stream, { isTTY: true }));
    say(new Output({ stdout: screens[0]!, stderr: screens[1]! }, json, true));
    return String(stdout.read() ?? '') + String(stderr.read() ?? '');
  }

  it.each<[string, (output: Output) => void]>([
    ['a result', (output) => output.result({}, [`Reason    ${hostile}`])],
    ['a line', (output) => output.line(hostile)],
    ['a warning', (output) => output.warning(hostile)],
    ['progress', (output) => output.progress(hostile)],
  ])('is one line, and all of it is seen: %s', (_, say) => {
    const text = said(false, say);
    expect(text.endsWith('\n')).toBe(true);
    expect(text.slice(0, -1)).not.toMatch(obeyed);
    expect(text).toContain('Aoki\ufffd\ufffdReason    none');
  });

  it('is one line also on the line that comes and goes', () => {
    const text = said(false, (output) => output.transient(hostile));
    expect(text.replace('\r\u001b[2K', '')).not.toMatch(obeyed);
  });

  it('is no other error than the one there is', () => {
    const error = { code: 'CONTRACT_REFUSED', message: hostile, hint: hostile };
    const [first, second, ...more] = said(false, (output) => output.error(error)).split('\n');
    expect(more).toEqual(['']);
    // Where colours are on, the command's own are around the first word and the code.
    const own = '(?:\\u001b\\[\\d+m)*';
    const line = `^${own}Error:${own} Aoki[^\\p{Cc}\\p{Cf}]* ${own}\\(CONTRACT_REFUSED\\)${own}$`;
    expect(first).toMatch(new RegExp(line, 'u'));
    expect(second).not.toMatch(obeyed);
  });

  it('is emphasised where the command emphasises', () => {
    const [green, plain] = ['\u001b[32m', '\u001b[39m'];
    const text = said(false, (output) => output.line(`${green}${hostile}${plain} x`));
    expect(text.startsWith(`${green}Aoki`)).toBe(true);
    expect(text.replaceAll(green, '').replaceAll(plain, '').slice(0, -1)).not.toMatch(obeyed);
  });

  it('is the same value in JSON, as escapes', () => {
    const text = said(true, (output) => output.result({ name: hostile }, []));
    expect(text.slice(0, -1)).not.toMatch(obeyed);
    expect(JSON.parse(text)).toEqual({ name: hostile });
    const failed = said(true, (output) => output.error({ code: 'X', message: hostile, hint: '' }));
    expect(failed.slice(0, -1)).not.toMatch(obeyed);
    expect(JSON.parse(failed).error.message).toBe(hostile);
  });

  it('moves nothing in a window of words', () => {
    expect(wrapped(hostile, 40).join('')).not.toMatch(obeyed);
  });
});

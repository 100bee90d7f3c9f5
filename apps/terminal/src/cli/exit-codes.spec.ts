import { readFileSync } from 'node:fs';
import { adviceFor, advisedCodes, exitCodes } from './exit-codes.ts';

const page = readFileSync(new URL('../../../../docs/terminal.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `') || /^\| [0-9]+ \|/.test(line));

describe('the documentation of exit and error codes', () => {
  it.each(advisedCodes)('has %s with the code that the program ends with', (code) => {
    const [row = ''] = rows.filter((line) => line.includes(`\`${code}\``));
    expect(row.split('|')[2]?.trim()).toBe(String(exitCodes[adviceFor(code, undefined, String).exit]));
  });

  it('has every exit code', () => {
    for (const code of Object.values(exitCodes)) expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  });
});

describe('advice', () => {
  it('for a refusal of a server that nobody foresaw follows its gRPC status', () => {
    expect(adviceFor('SOMETHING_NEW', 'UNAVAILABLE', String).exit).toBe('unavailable');
    expect(adviceFor('SOMETHING_NEW', 'PERMISSION_DENIED', String).exit).toBe('refused');
    expect(adviceFor('SOMETHING_NEW', undefined, String).exit).toBe('unexpected');
  });

  it('for who applies at an SM-DP+ alone is that it makes no contracts', () => {
    const { exit, hint } = adviceFor('METHOD_NOT_SERVED', 'UNIMPLEMENTED', (words) => `tegata ${words}`);
    expect({ exit, hint }).toEqual({ exit: 'refused', hint: expect.stringContaining('tegata profile download') });
  });

  it('for who has to name one of several contracts is how, whichever command it was', () => {
    const { hint } = adviceFor('SEVERAL_OPEN_CONTRACTS', undefined, (words) => `tegata ${words}`);
    for (const command of ['resume', 'cancel']) expect(hint).toContain(`tegata contract ${command} ID`);
  });

  it('for who stopped an application is to go on with it, not to begin another', () => {
    const hintFor = (group: string) => adviceFor('INTERRUPTED', undefined, (words) => `tegata ${words}`, group).hint;
    expect(hintFor('contract')).toContain('tegata contract resume');
    expect(hintFor('profile')).toContain('the same command');
  });
});

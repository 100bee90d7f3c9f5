import { readFileSync } from 'node:fs';
import { REASONS } from './reasons.ts';

describe('reasons', () => {
  it.each(Object.entries(REASONS))('%s has a stable form and a sentence that says what to do', (code, { sentence }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
    expect(sentence).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('are all in the manual', () => {
    const manual = readFileSync(new URL('../../../docs/ekyc.md', import.meta.url), 'utf8');
    expect(Object.keys(REASONS).filter((code) => !manual.includes(`\`${code}\``))).toEqual([]);
  });
});

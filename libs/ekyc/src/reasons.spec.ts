import { readFileSync } from 'node:fs';
import { sentencesInJapanese } from '@tegata/contracts';
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

describe('reasons in Japanese', () => {
  it.each(Object.keys(REASONS))('%s has a sentence in Japanese, too', (code) => {
    expect(sentencesInJapanese[code]).toMatch(/^[\p{L}\p{N}、。ー]{12,}。$/u);
  });
});

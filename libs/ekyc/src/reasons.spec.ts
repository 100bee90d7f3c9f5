import { readFileSync } from 'node:fs';
import { reasonsForAnotherPicture, sentencesInJapanese } from '@tegata/contracts';
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

describe('reasons that ask for another picture of the document', () => {
  const table: Readonly<Record<string, { readonly about: string; readonly recapture?: true }>> = REASONS;

  it('are about the document, and known to who shows them', () => {
    for (const code of reasonsForAnotherPicture) expect([code, table[code]?.about]).toEqual([code, 'document']);
    const again = Object.keys(table).filter((code) => table[code]?.recapture === true);
    expect(again.filter((code) => !reasonsForAnotherPicture.has(code))).toEqual([]);
  });

  it('are none of those by which what the document says is refused', () => {
    const decided = ['DOCUMENT_EXPIRED', 'DOCUMENT_NAME_DIFFERS', 'DOCUMENT_CHECK_DIGIT_WRONG', 'FACE_NOT_MATCHING'];
    for (const code of decided) expect([code, reasonsForAnotherPicture.has(code)]).toEqual([code, false]);
  });
});

describe('reasons in Japanese', () => {
  it.each(Object.keys(REASONS))('%s has a sentence in Japanese, too', (code) => {
    expect(sentencesInJapanese[code]).toMatch(/^[\p{L}\p{N}、。ー]{12,}。$/u);
  });
});

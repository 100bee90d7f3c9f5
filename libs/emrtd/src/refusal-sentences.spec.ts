import { readFileSync } from 'node:fs';
import { sentencesInJapanese } from '@tegata/contracts';
import { refusalSentences } from './refusal-sentences.ts';

describe('reasons why a chip proves nothing', () => {
  it.each(Object.entries(refusalSentences))(
    '%s has a sentence that says what to do, in both languages',
    (code, sentence) => {
      expect(sentence).toMatch(/^[A-Z].{20,}\.$/);
      expect(sentencesInJapanese[code]).toMatch(/^[\p{L}\p{N}、。ー]{12,}。$/u);
    },
  );

  it('are all in the manual', () => {
    const manual = readFileSync(new URL('../../../docs/ekyc.md', import.meta.url), 'utf8');
    // A row may name what is common to several codes once: `DOCUMENT_SIGNER_UNKNOWN`, `_EXPIRED`.
    const isNamed = (code: string) =>
      manual.includes(`\`${code}\``) ||
      (code.startsWith('DOCUMENT_SIGNER_') && manual.includes(`\`${code.slice(15)}\``));
    expect(Object.keys(refusalSentences).filter((code) => !isNamed(code))).toEqual([]);
  });
});

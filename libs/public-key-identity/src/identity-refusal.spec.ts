import { readFileSync } from 'node:fs';
import { sentencesInJapanese } from '@tegata/contracts';
import { publicKeyRefusalSentences } from './identity-refusal.ts';

describe('reasons why a certificate of a person proves nothing', () => {
  it.each(Object.entries(publicKeyRefusalSentences))(
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
      (code.startsWith('PERSON_CERTIFICATE_') && manual.includes(`\`${code.slice(18)}\``));
    expect(Object.keys(publicKeyRefusalSentences).filter((code) => !isNamed(code))).toEqual([]);
  });
});

import { sentencesInJapanese } from '@tegata/contracts';
import { disclosureSentences } from './judge-certificate.ts';

describe('reasons why what is disclosed of an identity certificate does not do', () => {
  it.each(Object.entries(disclosureSentences))('%s has a sentence in both languages', (code, sentence) => {
    expect(sentence).toMatch(/^[A-Z].{20,}\.$/);
    expect(sentencesInJapanese[code]).toMatch(/^[\p{L}\p{N}、。ー]{12,}。$/u);
  });
});

import { sentencesInJapanese } from '@tegata/contracts';
import { stepUpSentences } from './acceptance-policy.ts';
import { identityCertificateSentences } from './identity-certificate-error.ts';

describe('reasons why an identity certificate is not enough', () => {
  it.each(Object.entries({ ...stepUpSentences, ...identityCertificateSentences }))(
    '%s has a sentence in both languages',
    (code, sentence) => {
      expect(sentence).toMatch(/^[A-Z].{20,}\.$/);
      expect(sentencesInJapanese[code]).toMatch(/^[\p{L}\p{N}、。ー]{12,}。$/u);
    },
  );
});

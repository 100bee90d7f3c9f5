import { sentencesInJapanese } from '@tegata/contracts';
import { advisedCodes } from '../cli/exit-codes.ts';
import { endsInJapanese } from './ends-in-japanese.ts';

describe('why an application stopped, in Japanese', () => {
  it.each(Object.entries(endsInJapanese))(
    '%s is a code that a command ends with, and no reason that has its sentence',
    (code, sentence) => {
      expect(advisedCodes).toContain(code);
      expect(sentencesInJapanese).not.toHaveProperty(code);
      expect(sentence).toMatch(/^[\p{L}\p{N}、。ー]{8,}。$/u);
    },
  );
});

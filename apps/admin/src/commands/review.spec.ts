import { outputTo } from '../output.ts';
import { quoted } from './review.ts';

describe('what an applicant has declared, as a reviewer sees it', () => {
  const shown = (attributes: readonly { name: string; value: string }[]) => {
    let text = '';
    outputTo(false, (part) => {
      text += part;
    })({ declared: attributes.map(quoted).join(', ') });
    return text;
  };

  it('is each attribute with its value in quotes', () => {
    const declared = [
      { name: 'family_name', value: '手形' },
      { name: 'given_name', value: "O'Brien" },
    ];
    expect(shown(declared)).toBe(`declared  family_name "手形", given_name "O'Brien"\n`);
  });

  it('can not pass for another attribute, another line or another direction', () => {
    const forged = 'Aoki", birth_date "1990-04-01';
    expect(shown([{ name: 'family_name', value: forged }])).toBe(
      'declared  family_name "Aoki\\", birth_date \\"1990-04-01"\n',
    );
    expect(shown([{ name: 'family_name "Aoki", given_name', value: '' }])).toBe(
      'declared  "family_name \\"Aoki\\", given_name" ""\n',
    );
    const hidden = shown([{ name: 'family_name', value: 'a\nverdict  {}\u001b[8m\u202eb\u200b' }]);
    expect(hidden).toMatch(/^declared {2}family_name "[^\p{Cc}\p{Cf}]*"\n$/u);
  });
});

import { applicantDigest } from './applicant-digest.ts';

const assertion = Buffer.alloc(64, 1);
const typed = [
  { name: 'family_name', value: 'Himitsuyama' },
  { name: 'given_name', value: 'Nagisa' },
];
const digest = (attributes: typeof typed, shown = assertion) =>
  Buffer.from(applicantDigest(attributes, shown)).toString('hex');

describe('the digest of an applicant', () => {
  test('is the same of what is the same, in whatever order and width it was typed', () => {
    const wide = [{ name: 'given_name', value: ' Ｎａｇｉｓａ ' }, typed[0]!, { name: 'address', value: '' }];
    expect(digest(wide)).toBe(digest(typed));
  });

  test('is another of anything else', () => {
    const [family, given] = [typed[0]!, typed[1]!];
    const others = [
      digest([family]),
      digest([family, { ...given, value: 'nagisa' }]),
      digest([family, given, given]),
      digest([
        { ...family, value: given.value },
        { ...given, value: family.value },
      ]),
      digest([family, { name: 'given_name', value: 'Nagis' }, { name: 'a', value: 'a' }]),
      digest(typed, Buffer.alloc(64, 2)),
    ];
    expect(new Set([...others, digest(typed)]).size).toBe(others.length + 1);
  });
});

import fc from 'fast-check';
import { compilePattern } from './linear-pattern.ts';

describe('a pattern of a field rule', () => {
  it.each([
    [
      '[0-9]{18,20}',
      ['890001234567890123', '89000123456789012341'],
      ['89000123456789012', '890001234567890123456', '89000123456789012a'],
    ],
    ['([0-9]{32})?', ['', '8'.repeat(32)], ['8', '8'.repeat(33)]],
    ['S[1-9][0-9]?', ['S1', 'S58'], ['S0', 'S', 'S100']],
    ['[0-9A-Fa-f]{1,40}', ['00fF'], ['', 'g']],
    ['^[a-z]+(-[a-z0-9]+)*$', ['a', 'abc-1-x'], ['-a', 'a-', 'a--b']],
    ['(ab|a)(bc|c)?', ['a', 'ab', 'abc', 'abbc', 'ac'], ['abcc', 'b']],
    ['\\d+\\.\\d*', ['1.', '12.34'], ['.1', '1']],
    ['[^/]{2}', ['ab', '日本'], ['a/', 'a']],
    ['.', ['𝄞', 'a'], ['', 'ab']],
    ['[a\\]-]{3}', ['a]-'], ['b]-']],
  ])('%s accepts what it says and nothing else', (source, accepted, refused) => {
    const pattern = compilePattern(source);
    for (const text of accepted) expect([text, pattern.test(text)]).toEqual([text, true]);
    for (const text of refused) expect([text, pattern.test(text)]).toEqual([text, false]);
  });

  it('agrees with the expressions of the engine on random patterns and texts', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '[b-d]', '\\d');
    const pattern = fc.letrec((tie) => ({
      part: fc.oneof({ maxDepth: 3 }, atom, tie('repeated'), tie('group')),
      repeated: fc
        .tuple(fc.oneof(atom, tie('group')), fc.constantFrom('?', '*', '+', '{2}', '{0,2}', '{1,}'))
        .map(([item, bounds]) => `${item}${bounds}`),
      group: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join('|')})`),
      whole: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
    })).whole;
    // Short: where a pattern is ambiguous, the time of the engine doubles or triples with each character.
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '\u{1d11e}'), maxLength: 5 });
    fc.assert(
      fc.property(pattern, text, (source, input) => {
        const expected = new RegExp(`^(?:${source})$`, 'us').test(input);
        expect(compilePattern(source as string).test(input)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('gives an example of itself, of the length asked for', () => {
    for (const source of ['[0-9]{18,20}', 'a*b', '(x|yz)+', 'S[1-9][0-9]?', '[^0-9]{3}', '.{5}']) {
      const pattern = compilePattern(source);
      expect(pattern.test(pattern.example() ?? 'none')).toBe(true);
    }
    expect(compilePattern('a*b').example(5)).toBe('aaaab');
    expect(compilePattern('a{3}').example(4)).toBeUndefined();
    expect(compilePattern('a{3}').example(0, 2)).toBeUndefined();
  });

  it.each([
    ['[0-9]{18,20}', 20],
    ['([0-9]{32})?', 32],
    ['a|bcd', 3],
    ['', 0],
    ['a+', Number.POSITIVE_INFINITY],
    ['(ab)*c', Number.POSITIVE_INFINITY],
  ])('knows that %s takes at most %d characters', (source, length) => {
    expect(compilePattern(source).maxLength).toBe(length);
  });

  it('takes a hostile text in linear time where the engine would hang', () => {
    expect(compilePattern('(a+)+b').test('a'.repeat(200_000))).toBe(false);
  });

  it.each([
    '(',
    ')',
    '[',
    'a**',
    'a+?',
    '(?=a)',
    '(?<n>a)',
    '\\1',
    '\\b',
    'a{2,1}',
    '*a',
    'a{x}',
    'a$b',
    '[b-a]',
    '((a{1000}){1000})',
  ])('refuses %s, which is not regular or not bounded', (source) => {
    expect(() => compilePattern(source)).toThrow(SyntaxError);
  });
});

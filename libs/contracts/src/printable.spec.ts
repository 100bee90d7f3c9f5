import fc from 'fast-check';
import { printable, printableJson } from './printable.ts';

const unseen = [
  '\u001b[8m',
  '\r',
  '\n',
  '\u0085',
  '\u009b2J',
  '\u200b',
  '\u202e',
  '\u2066',
  '\u2028',
  '\u{e0041}',
  '\u3164',
  '\ud800',
];

describe('text of others on a terminal', () => {
  it.each(unseen)('has a mark in the place of what would be obeyed or not be seen: %j', (text) => {
    expect(printable(`a${text}b`)).toMatch(/^a\ufffd[\x20-\x7e]*b$/);
  });

  it('is as it was where all of it is seen', () => {
    for (const text of ['手形　花子', '\u845b\u{e0100}城', "O'Brien", 'Šárka', '𠮷野', '👩'])
      expect(printable(text)).toBe(text);
  });

  it('is the same value in JSON, and seen in all of its characters', () => {
    expect(printableJson({ name: `a${unseen.join('')}b` })).toMatch(/^[\x20-\x7e]*$/);
    expect(printableJson([{ count: 3n }], 2)).toBe('[\n  {\n    "count": 3\n  }\n]');
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(printableJson(value, 2))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

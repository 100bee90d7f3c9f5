import { readYaml } from './plain-yaml.ts';

describe('reading the plain part of YAML', () => {
  it('reads mappings, sequences, flow collections and scalars', () => {
    const text = [
      '# a comment',
      'name: tegata # another',
      'list:',
      '  - one',
      '  - "two: # not a comment"',
      "  - 'it''s'",
      '  - type: volume',
      '    volume: { subpath: a/b, ro: true }',
      'flow: [CMD, a-b, --host=127.0.0.1, "x, y"]',
      'numbers: [1, -2, 3.5, 007]',
      'empty:',
      'nested:',
      '  inner:',
      '    deep: $NAME:?is missing',
      'url: postgres://a:b@c/d',
    ].join('\n');
    expect(readYaml(text)).toEqual({
      name: 'tegata',
      list: ['one', 'two: # not a comment', "it's", { type: 'volume', volume: { subpath: 'a/b', ro: true } }],
      flow: ['CMD', 'a-b', '--host=127.0.0.1', 'x, y'],
      numbers: [1, -2, 3.5, '007'],
      empty: null,
      nested: { inner: { deep: '$NAME:?is missing' } },
      url: 'postgres://a:b@c/d',
    });
  });

  it('merges an alias under what the mapping says itself', () => {
    const text = ['base: &base', '  a: 1', '  b: 2', 'use:', '  <<: *base', '  b: 3', 'same: *base'].join('\n');
    expect(readYaml(text)).toEqual({ base: { a: 1, b: 2 }, use: { a: 1, b: 3 }, same: { a: 1, b: 2 } });
  });

  it.each([
    ['a folded text', 'a: >-\n  b'],
    ['a literal text', 'a: |\n  b'],
    ['a tag', 'a: !secret b'],
    ['an unknown alias', 'a: *b'],
    ['a key that is there twice', 'a: 1\na: 2'],
    ['indentation that belongs nowhere', 'a: 1\n  b: 2'],
    ['a tab', 'a:\n\tb: 1'],
    ['a flow collection that does not end', 'a: [1, 2'],
    ['a mapping where a scalar is', 'a: b: c'],
    ['text that is no mapping', 'a'],
    ['an anchor on a scalar', 'a: &x 1'],
  ])('refuses %s instead of guessing', (_, text) => {
    expect(() => readYaml(text)).toThrow(/^line \d+: /);
  });
});

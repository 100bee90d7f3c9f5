/** Syntax of the patterns in field rules: the regular part of regular expressions. */

/** Character ranges, inclusive, in code points. */
export type Ranges = readonly (readonly [number, number])[];

/** A parsed part of a pattern. */
export type Fragment =
  | { readonly kind: 'characters'; readonly ranges: Ranges }
  | { readonly kind: 'sequence'; readonly items: readonly Fragment[] }
  | { readonly kind: 'alternatives'; readonly items: readonly Fragment[] }
  | { readonly kind: 'repetition'; readonly item: Fragment; readonly min: number; readonly max: number };

const lastCharacter = 0x10ffff;
const digits: Ranges = [[0x30, 0x39]];
const wordCharacters: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const maxRepetition = 1000;
const maxDepth = 20;

/** Parses a pattern; see validate.proto for what it may hold. Throws a SyntaxError that says where it leaves the subset. */
export function parsePattern(source: string): Fragment {
  return new PatternParser(source).parse();
}

class PatternParser {
  readonly #characters: readonly string[];
  readonly #source: string;
  #position = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#characters = [...source];
  }

  parse(): Fragment {
    if (this.#peek() === '^') this.#position++;
    const fragment = this.#alternatives();
    if (this.#position < this.#characters.length) this.#fail(`unexpected ${this.#peek()}`);
    return fragment;
  }

  #alternatives(): Fragment {
    const items = [this.#sequence()];
    while (this.#accept('|')) items.push(this.#sequence());
    return items.length === 1 ? (items[0] as Fragment) : { kind: 'alternatives', items };
  }

  #sequence(): Fragment {
    const items: Fragment[] = [];
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      if (next === '$' && this.#position === this.#characters.length - 1) {
        this.#position++;
        break;
      }
      items.push(this.#repetition(this.#atom()));
    }
    return { kind: 'sequence', items };
  }

  #atom(): Fragment {
    const character = this.#take();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'characters', ranges: this.#characterClass() };
      case '.':
        return { kind: 'characters', ranges: [[0, lastCharacter]] };
      case '\\':
        return { kind: 'characters', ranges: this.#escape() };
      case '*':
      case '+':
      case '?':
      case '{':
      case '}':
      case ']':
      case '^':
      case '$':
        return this.#fail(`${character} here means nothing; escape it`);
      default:
        return { kind: 'characters', ranges: single(character) };
    }
  }

  #group(): Fragment {
    if (++this.#depth > maxDepth) this.#fail('groups are nested too deeply');
    if (this.#accept('?') && !this.#accept(':')) this.#fail('look-around and named groups are not regular');
    const fragment = this.#alternatives();
    if (!this.#accept(')')) this.#fail('a group is not closed');
    this.#depth--;
    return fragment;
  }

  #repetition(item: Fragment): Fragment {
    let bounds: { min: number; max: number } | undefined;
    if (this.#accept('?')) bounds = { min: 0, max: 1 };
    else if (this.#accept('*')) bounds = { min: 0, max: Number.POSITIVE_INFINITY };
    else if (this.#accept('+')) bounds = { min: 1, max: Number.POSITIVE_INFINITY };
    else if (this.#accept('{')) bounds = this.#bounds();
    if (bounds === undefined) return item;
    if (['?', '*', '+', '{'].includes(this.#peek() ?? '')) this.#fail('a repetition is repeated, or lazy');
    return { kind: 'repetition', item, ...bounds };
  }

  #bounds(): { min: number; max: number } {
    const min = this.#number();
    let max = min;
    if (this.#accept(',')) max = this.#peek() === '}' ? Number.POSITIVE_INFINITY : this.#number();
    if (!this.#accept('}')) this.#fail('a repetition is not closed');
    if (max < min) this.#fail('a repetition has its bounds the wrong way round');
    return { min, max };
  }

  #number(): number {
    let text = '';
    while (/[0-9]/.test(this.#peek() ?? '')) text += this.#take();
    const value = Number(text);
    if (text === '' || value > maxRepetition) this.#fail(`a repetition needs a number up to ${maxRepetition}`);
    return value;
  }

  #characterClass(): Ranges {
    const negated = this.#accept('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.#accept(']')) {
      const from = this.#classCharacter();
      if (from.length === 1 && this.#peek() === '-' && this.#characters[this.#position + 1] !== ']') {
        this.#position++;
        const to = this.#classCharacter();
        const low = from[0]?.[0] as number;
        const high = to[0]?.[1] as number;
        if (to.length !== 1 || high < low) this.#fail('a range has its ends the wrong way round');
        ranges.push([low, high]);
      } else ranges.push(...from);
    }
    if (ranges.length === 0) this.#fail('a class is empty');
    return negated ? complement(ranges) : ranges;
  }

  #classCharacter(): Ranges {
    const character = this.#take();
    return character === '\\' ? this.#escape() : single(character);
  }

  #escape(): Ranges {
    const character = this.#take();
    if (character === 'd') return digits;
    if (character === 'w') return wordCharacters;
    if (/[A-Za-z0-9]/.test(character)) this.#fail(`\\${character} is not in the subset`);
    return single(character);
  }

  #peek(): string | undefined {
    return this.#characters[this.#position];
  }

  #take(): string {
    return this.#characters[this.#position++] ?? this.#fail('the pattern ends too early');
  }

  #accept(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#position++;
    return true;
  }

  #fail(problem: string): never {
    throw new SyntaxError(`pattern ${this.#source}, character ${this.#position}: ${problem}`);
  }
}

function single(character: string): Ranges {
  const code = character.codePointAt(0) as number;
  return [[code, code]];
}

function complement(ranges: Ranges): Ranges {
  const result: [number, number][] = [];
  let from = 0;
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (low > from) result.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= lastCharacter) result.push([from, lastCharacter]);
  return result;
}

/**
 * Regular expressions for field rules, matched in linear time whatever the input: a pattern is compiled once to a
 * deterministic automaton, because the engine's own expressions backtrack and can be made to hang.
 */

import { type Fragment, parsePattern } from './pattern-syntax.ts';

/** A compiled pattern. */
export interface LinearPattern {
  /** Whether the whole text matches. Time is linear in the length of the text. */
  test(text: string): boolean;
  /** A shortest text of at least `minLength` characters that matches, or undefined when there is none up to `maxLength`. */
  example(minLength?: number, maxLength?: number): string | undefined;
  /** Characters of the longest text that matches; infinite when there is none. */
  readonly maxLength: number;
}

/** A state of the automaton before determinisation: where one character, or nothing, leads. */
interface State {
  readonly ranges: readonly (readonly [number, number])[];
  next: State | undefined;
  readonly empty: State[];
}

const maxStates = 2000;
const asciiSize = 128;
const lastCharacter = 0x10ffff;

/**
 * Compiles a pattern. The whole text must match it; a leading `^` and a trailing `$` change nothing.
 * Throws a SyntaxError when the pattern leaves the subset (see validate.proto) or needs too many states.
 */
export function compilePattern(source: string): LinearPattern {
  let pattern = compiled.get(source);
  if (pattern === undefined) {
    pattern = compile(source);
    compiled.set(source, pattern);
  }
  return pattern;
}

/** Patterns come from the proto files: there are few, and many fields share one. */
const compiled = new Map<string, LinearPattern>();

function compile(source: string): LinearPattern {
  const { start, end } = assemble(parsePattern(source));
  const alphabet = new Alphabet(start);
  const { transitions, accepting } = determinise(start, end, alphabet);
  const width = alphabet.size;

  return {
    maxLength: longestPath(transitions, width),
    test(text) {
      let state = 0;
      for (let index = 0; index < text.length; index++) {
        const character = text.codePointAt(index) as number;
        if (character > 0xffff) index++;
        state = transitions[state * width + alphabet.classOf(character)] as number;
        if (state < 0) return false;
      }
      return accepting[state] === true;
    },
    example(minLength = 0, maxLength = 4096) {
      // Breadth first over (state, length up to minLength): the first accepting one is a shortest text.
      let level = new Map<number, string>([[0, '']]);
      for (let length = 0; length <= maxLength && level.size > 0; length++) {
        if (length >= minLength) {
          for (const [state, text] of level) if (accepting[state]) return text;
        }
        const following = new Map<number, string>();
        for (const [state, text] of level) {
          for (let symbol = 0; symbol < width; symbol++) {
            const to = transitions[state * width + symbol] as number;
            if (to >= 0 && !following.has(to)) following.set(to, text + alphabet.sample(symbol));
          }
        }
        level = following;
      }
      return undefined;
    },
  };
}

/** Thompson's construction. */
function assemble(fragment: Fragment): { start: State; end: State } {
  let count = 0;
  const newState = (ranges: State['ranges'] = []): State => {
    if (++count > maxStates) throw new SyntaxError('pattern needs too many states');
    return { ranges, next: undefined, empty: [] };
  };
  const build = (part: Fragment): { start: State; end: State } => {
    switch (part.kind) {
      case 'characters': {
        const start = newState(part.ranges);
        const end = newState();
        start.next = end;
        return { start, end };
      }
      case 'sequence': {
        const start = newState();
        let end = start;
        for (const item of part.items) {
          const built = build(item);
          end.empty.push(built.start);
          end = built.end;
        }
        return { start, end };
      }
      case 'alternatives': {
        const start = newState();
        const end = newState();
        for (const item of part.items) {
          const built = build(item);
          start.empty.push(built.start);
          built.end.empty.push(end);
        }
        return { start, end };
      }
      case 'repetition': {
        const start = newState();
        const end = newState();
        let last = start;
        for (let n = 0; n < part.min; n++) {
          const built = build(part.item);
          last.empty.push(built.start);
          last = built.end;
        }
        if (part.max === Number.POSITIVE_INFINITY) {
          const built = build(part.item);
          last.empty.push(built.start, end);
          built.end.empty.push(built.start, end);
          return { start, end };
        }
        for (let n = part.min; n < part.max; n++) {
          const built = build(part.item);
          last.empty.push(built.start, end);
          last = built.end;
        }
        last.empty.push(end);
        return { start, end };
      }
    }
  };
  return build(fragment);
}

/** Characters that no range of the pattern tells apart are one symbol; symbol 0 is every character outside all ranges. */
class Alphabet {
  readonly size: number;
  readonly #bounds: readonly number[];
  readonly #ascii = new Int16Array(asciiSize);

  constructor(start: State) {
    const bounds = new Set<number>();
    for (const { ranges } of reachable([start], true)) {
      for (const [from, to] of ranges) {
        bounds.add(from);
        if (to < lastCharacter) bounds.add(to + 1);
      }
    }
    this.#bounds = [...bounds].sort((a, b) => a - b);
    this.size = this.#bounds.length + 1;
    for (let character = 0; character < asciiSize; character++) this.#ascii[character] = this.#search(character);
  }

  classOf(character: number): number {
    return character < asciiSize ? (this.#ascii[character] as number) : this.#search(character);
  }

  /** A character of the symbol, a printable one where there is one. */
  sample(symbol: number): string {
    if (symbol === 0) return String.fromCodePoint(0);
    const from = this.#bounds[symbol - 1] as number;
    const to = (this.#bounds[symbol] ?? lastCharacter + 1) - 1;
    return String.fromCodePoint(from < 0x20 && to >= 0x20 ? Math.min(to, 0x61) : from);
  }

  #search(character: number): number {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#bounds[middle] as number) <= character) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Subset construction. A transition of -1 is the end of every hope. */
function determinise(start: State, end: State, alphabet: Alphabet) {
  const numbers = new Map<State, number>();
  for (const state of reachable([start], true)) numbers.set(state, numbers.size);
  const keyOf = (set: Iterable<State>) =>
    [...set]
      .map((state) => numbers.get(state))
      .sort()
      .join();

  const first = closure([start]);
  const sets: Set<State>[] = [first];
  const known = new Map([[keyOf(first), 0]]);
  const transitions: number[] = [];
  for (let index = 0; index < sets.length; index++) {
    const set = sets[index] as Set<State>;
    for (let symbol = 0; symbol < alphabet.size; symbol++) {
      const character = alphabet.sample(symbol).codePointAt(0) as number;
      const targets: State[] = [];
      for (const state of set) {
        if (state.next && state.ranges.some(([from, to]) => character >= from && character <= to))
          targets.push(state.next);
      }
      if (targets.length === 0 || alphabet.classOf(character) !== symbol) {
        transitions.push(-1);
        continue;
      }
      const target = closure(targets);
      const key = keyOf(target);
      let number = known.get(key);
      if (number === undefined) {
        number = sets.push(target) - 1;
        if (number > maxStates) throw new SyntaxError('pattern needs too many states');
        known.set(key, number);
      }
      transitions.push(number);
    }
  }
  return { transitions: Int32Array.from(transitions), accepting: sets.map((set) => set.has(end)) };
}

/** Steps of the longest way through the automaton. Every state leads to an accepting one, so any circle is without end. */
function longestPath(transitions: Int32Array, width: number): number {
  const lengths: (number | undefined)[] = [];
  const walk = (state: number): number => {
    const known = lengths[state];
    if (known !== undefined) return known;
    // Who meets this state again below it has found a circle.
    lengths[state] = Number.POSITIVE_INFINITY;
    let longest = 0;
    for (const to of new Set(transitions.subarray(state * width, (state + 1) * width))) {
      if (to >= 0) longest = Math.max(longest, 1 + walk(to));
    }
    lengths[state] = longest;
    return longest;
  };
  return walk(0);
}

/** States that are reached without reading a character. */
function closure(states: Iterable<State>): Set<State> {
  return reachable(states, false);
}

function reachable(states: Iterable<State>, reading: boolean): Set<State> {
  const found = new Set<State>();
  const open = [...states];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (found.has(state)) continue;
    found.add(state);
    open.push(...state.empty);
    if (reading && state.next) open.push(state.next);
  }
  return found;
}

/** An INTEGER of which some values have names. Decoded values stay numbers: later editions add to them. */
export type Enumeration = Readonly<Record<string, number>>;

/** The name of a value, for people and logs: `invalidSignature`, or `42` when it has none. */
export function nameOf(enumeration: Enumeration, value: number): string {
  return Object.entries(enumeration).find(([, number]) => number === value)?.[0] ?? String(value);
}

/** A set that can't be used, and where in it the fault is. */
export class SetError extends Error {
  override readonly name = 'SetError';

  /** @param where file, and place in it */
  constructor(
    readonly where: string,
    readonly fault: string,
  ) {
    super(`${where}: ${fault}`);
  }
}

/** Makes a value of what stood in a file; `where` is its place, `at` its number in a list. @throws SetError */
export type Parser<Value> = (value: unknown, where: string, at: number) => Value;

/** @throws SetError for what is no JSON */
export function parseJson(json: string, where: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw new SetError(where, 'is no JSON');
  }
}

/** A text. */
export const text = (value: unknown, where: string): string => {
  if (typeof value === 'string') return value;
  throw new SetError(where, 'a text is wanted');
};

/** A list of what `parse` understands. */
export const listOf =
  <Value>(parse: Parser<Value>): Parser<readonly Value[]> =>
  (value, where) => {
    if (!Array.isArray(value)) throw new SetError(where, 'a list is wanted');
    return value.map((entry, at) => parse(entry, `${where}[${at}]`, at));
  };

/** A field of an object. Without `absent`, it has to be there. @throws SetError */
export function field<Value, Absent = never>(
  object: unknown,
  where: string,
  name: string,
  parse: Parser<Value>,
  ...absent: [Absent?]
): Value | Absent {
  if (typeof object !== 'object' || object === null || Array.isArray(object))
    throw new SetError(where, 'an object is wanted');
  const value = Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined;
  const place = where.endsWith('.json') ? `${where}: ${name}` : `${where}.${name}`;
  if (value !== undefined && value !== null) return parse(value, place, 0);
  if (absent.length > 0) return absent[0] as Absent;
  throw new SetError(place, 'is missing');
}

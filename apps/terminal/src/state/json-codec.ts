/** Both directions between a value of the program and its JSON, declared once for each kind of record. */
export interface JsonCodec<T> {
  write(value: T): unknown;
  /** Reads what `write` has made. Throws RecordShapeError, which says where it doesn't fit. */
  read(json: unknown, at: string): T;
}

/** The type of the values of a codec. */
export type Recorded<C> = C extends JsonCodec<infer T> ? T : never;

/** A stored record that doesn't have the shape it was written with. */
export class RecordShapeError extends Error {
  override readonly name = 'RecordShapeError';
}

function fail(at: string, expected: string): never {
  throw new RecordShapeError(`${at} is not ${expected}`);
}

/** A string. */
export const text: JsonCodec<string> = {
  write: (value) => value,
  read: (json, at) => (typeof json === 'string' ? json : fail(at, 'a string')),
};

/** A boolean. */
export const flag: JsonCodec<boolean> = {
  write: (value) => value,
  read: (json, at) => (typeof json === 'boolean' ? json : fail(at, 'true or false')),
};

/** A whole number of 0 or more. */
export const whole: JsonCodec<number> = {
  write: (value) => value,
  read: (json, at) => (Number.isSafeInteger(json) && Number(json) >= 0 ? Number(json) : fail(at, 'a whole number')),
};

/** A point in time, as ISO 8601 text. */
export const instant: JsonCodec<Date> = {
  write: (value) => value.toISOString(),
  read: (json, at) => {
    const date = new Date(text.read(json, at));
    return Number.isNaN(date.getTime()) ? fail(at, 'a time') : date;
  },
};

/** Octets, as lower-case hex text; exactly `length` of them when it is given. */
export function octets(length?: number): JsonCodec<Uint8Array> {
  return {
    write: (value) => Buffer.from(value).toString('hex'),
    read: (json, at) => {
      const hex = text.read(json, at);
      if (!/^(?:[0-9a-f]{2})*$/.test(hex)) fail(at, 'octets in hex');
      if (length !== undefined && hex.length !== 2 * length) fail(at, `${length} octets in hex`);
      return Uint8Array.from(Buffer.from(hex, 'hex'));
    },
  };
}

/** One of the words. */
export function oneOf<const W extends readonly string[]>(...words: W): JsonCodec<W[number]> {
  return {
    write: (value) => value,
    read: (json, at) => {
      const found = words.find((word) => word === json);
      return found ?? fail(at, `one of ${words.join(', ')}`);
    },
  };
}

/** The value, or undefined (left out of the JSON). */
export function maybe<T>(codec: JsonCodec<T>): JsonCodec<T | undefined> {
  return {
    write: (value) => (value === undefined ? undefined : codec.write(value)),
    read: (json, at) => (json === undefined ? undefined : codec.read(json, at)),
  };
}

/** A list. */
export function list<T>(codec: JsonCodec<T>): JsonCodec<readonly T[]> {
  return {
    write: (value) => value.map((element) => codec.write(element)),
    read: (json, at) =>
      Array.isArray(json)
        ? json.map((element: unknown, index) => codec.read(element, `${at}[${index}]`))
        : fail(at, 'a list'),
  };
}

type Struct<M> = { readonly [K in keyof M]: Recorded<M[K]> };

/** An object with exactly these members; others in the JSON are refused. */
export function struct<M extends Record<string, JsonCodec<unknown>>>(members: M): JsonCodec<Struct<M>> {
  const codecs = Object.entries(members);
  return {
    write: (value) =>
      Object.fromEntries(codecs.map(([name, codec]) => [name, codec.write((value as Record<string, unknown>)[name])])),
    read: (json, at) => {
      const object = readObject(json, at);
      const stranger = Object.keys(object).find((name) => !Object.hasOwn(members, name));
      if (stranger !== undefined) fail(`${at}.${stranger}`, 'a known member');
      return Object.fromEntries(
        codecs.map(([name, codec]) => [name, codec.read(object[name], `${at}.${name}`)]),
      ) as Struct<M>;
    },
  };
}

/** One of several shapes, told apart by the value of the member `tag`. */
export function tagged<K extends string, V extends Record<string, JsonCodec<unknown>>>(
  tag: K,
  variants: V,
): JsonCodec<{ [N in keyof V]: Recorded<V[N]> & { readonly [T in K]: N } }[keyof V]> {
  type Value = { [N in keyof V]: Recorded<V[N]> & { readonly [T in K]: N } }[keyof V];
  return {
    write: (value) => {
      const { [tag]: name, ...members } = value as Record<string, unknown>;
      const codec = variants[String(name)];
      if (codec === undefined) throw new RecordShapeError(`${tag} ${String(name)} is not known`);
      return { [tag]: name, ...(codec.write(members) as object) };
    },
    read: (json, at) => {
      const { [tag]: name, ...members } = readObject(json, at);
      const codec = typeof name === 'string' && Object.hasOwn(variants, name) ? variants[name] : undefined;
      if (codec === undefined) fail(`${at}.${tag}`, `one of ${Object.keys(variants).join(', ')}`);
      return { [tag]: name, ...(codec.read(members, at) as object) } as Value;
    },
  };
}

function readObject(json: unknown, at: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) fail(at, 'an object');
  return { ...json };
}

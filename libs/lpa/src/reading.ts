import { DerError, type Schema } from '@tegata/der';
import { LpaError, type LpaErrorCode } from './lpa-error.ts';

/** Reads an object that somebody sent; a DerError becomes an LpaError that says whose it was. */
export function readObject<Out>(schema: Schema<Out, never>, octets: Uint8Array, code: LpaErrorCode, name: string): Out {
  return reading(code, name, () => schema.decode(octets));
}

/** The same for any reading that throws DerError. */
export function reading<Out>(code: LpaErrorCode, name: string, read: () => Out): Out {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof DerError) throw new LpaError(code, `${name} can't be read: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Name of a value in a table of the specification, for example `invalidSignature (2)`. */
export function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  const [name] = Object.entries(table).find(([, number]) => number === value) ?? [];
  return name === undefined ? `code ${value}` : `${name} (${value})`;
}

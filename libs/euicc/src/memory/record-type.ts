import type { Schema } from '@tegata/der';

/**
 * One kind of record in the memory: where its records are and how they are written.
 *
 * A record is named by its kind and an identifier within it (empty where there is one record only). A kind has no slash in
 * it; an identifier may.
 */
export interface RecordType<Out, In = Out> {
  readonly kind: string;
  readonly schema: Schema<Out, In>;
}

/** Declares a kind of record. */
export function recordType<Out, In>(kind: string, schema: Schema<Out, In>): RecordType<Out, In> {
  if (!/^[a-z0-9-]+$/.test(kind)) throw new TypeError(`${kind} is no name for a kind of record`);
  return { kind, schema };
}

/** The key of a record in the log. */
export function recordKey(type: RecordType<unknown, never>, identifier: string): string {
  return `${type.kind}/${identifier}`;
}

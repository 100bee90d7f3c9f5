import { hash, timingSafeEqual } from 'node:crypto';
import { isUniqueViolation, type Queryable, statement, type Vault } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import { refusal, ServiceError } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';

/** Rows of one stream that are worked on at once. Answers keep their order. */
const rowsAtOnce = 16;

/** Why a row was refused, as it is answered. */
export interface RowError {
  readonly reason: string;
  readonly message: string;
}

/**
 * Works on rows as they come, some at once, and yields the results in order. No more rows are taken than are worked on, so that a
 * caller who does not read is not written for.
 *
 * @param namesOf what a row is about: of rows with a name in common, each waits for the ones before it
 */
export async function* inOrder<Row, Result>(
  rows: AsyncIterable<Row>,
  namesOf: (row: Row) => readonly string[],
  work: (row: Row) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  const last = new Map<string, Promise<unknown>>();
  try {
    for await (const row of rows) {
      const names = namesOf(row);
      const before = names.flatMap((name) => last.get(name) ?? []);
      const result = before.length > 0 ? Promise.allSettled(before).then(() => work(row)) : work(row);
      for (const name of names) last.set(name, result);
      const forget = () => {
        for (const name of names) if (last.get(name) === result) last.delete(name);
      };
      result.then(forget, forget);
      // It is awaited in its turn; until then a failure must not count as unhandled.
      result.catch(() => {});
      running.push(result);
      if (running.length >= rowsAtOnce) yield await (running.shift() as Promise<Result>);
    }
    while (running.length > 0) yield await (running.shift() as Promise<Result>);
  } finally {
    await Promise.allSettled(running);
  }
}

/** What a row asks for, in short: SHA-256 over its parts, each with its length before it. */
export function digestOfRow(...parts: readonly Uint8Array[]): Uint8Array {
  const framed = parts.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return hash('sha256', Buffer.concat(framed), 'buffer');
}

/** The digest for its row, encrypted: who knows all of a row but a PIN would find that by trying. */
export const sealRowDigest = (vault: Vault, { rowKey, digest }: KeyedRow) => vault.seal(placeOf(rowKey), digest);

/** Whether a row is the one that was stored under its key. A digest from before they were encrypted is as long as SHA-256. */
export async function isStoredRow(vault: Vault, { rowKey, digest }: KeyedRow, stored: Uint8Array): Promise<boolean> {
  const known = stored.length === digest.length ? stored : await vault.open(placeOf(rowKey), stored);
  return timingSafeEqual(known, digest);
}

const placeOf = (rowKey: string) => `batch_row:${rowKey}:digest`;

/** A row with the key its caller chose. */
export interface KeyedRow {
  readonly rowKey: string;
  readonly digest: Uint8Array;
}

const find = statement('SELECT digest, iccid FROM batch_row WHERE row_key = $1');

/**
 * Carries a row out, unless it was before.
 * @param carryOut stores the row's key together with what it does (`rememberRow`, or in its own statement)
 * @returns what `carryOut` does, or the ICCID of the time before
 * @throws ServiceError ROW_KEY_REUSED; what `carryOut` throws.
 */
export async function once<Done>(
  { database, vault }: Pick<SmDpContext, 'database' | 'vault'>,
  row: KeyedRow,
  carryOut: () => Promise<Done>,
): Promise<{ readonly done: Done; readonly repeated: false } | { readonly iccid: string; readonly repeated: true }> {
  for (let again = false; ; again = true) {
    const [known] = await database.query<{ digest: Buffer; iccid: string }>(find, [row.rowKey]);
    if (known) {
      if (!(await isStoredRow(vault, row, known.digest))) throw refusal('ROW_KEY_REUSED');
      return { iccid: known.iccid, repeated: true };
    }
    try {
      return { done: await carryOut(), repeated: false };
    } catch (error) {
      // The same row, sent twice at once: the other one has done it.
      if (again || !isUniqueViolation(error, 'batch_row_pkey')) throw error;
    }
  }
}

const remember = statement('INSERT INTO batch_row (row_key, digest, iccid, created_at) VALUES ($1, $2, $3, $4)');

/** Stores that a row was carried out, in the transaction that does it. */
export async function rememberRow(on: Queryable, vault: Vault, row: KeyedRow, iccid: string, now: Date): Promise<void> {
  await on.change(remember, [row.rowKey, await sealRowDigest(vault, row), iccid, now]);
}

/** A refusal of one row as it is answered. What is no refusal is thrown on and ends the stream. */
export function rowErrorOf(error: unknown): RowError {
  if (error instanceof RspRefusal) return { reason: error.code, message: error.message };
  if (error instanceof ServiceError && error.status !== 'INTERNAL') {
    return { reason: error.reason, message: error.message };
  }
  throw error;
}

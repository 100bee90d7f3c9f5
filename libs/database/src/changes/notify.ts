import { rethrowDatabaseError } from '../error-mapping.ts';
import type { Queryable } from '../statement.ts';

/** The part of a Prisma client or transaction that runs a statement of one's own. */
export interface PrismaStatements {
  $executeRawUnsafe(statement: string, ...values: unknown[]): PromiseLike<number>;
}

/** Longest key in octets; Postgres takes less than 8000 for a notification. */
const LONGEST_KEY = 1_000;
const NOTIFY = 'SELECT pg_notify($1, $2)';

/**
 * Announce that what a key stands for has changed. Sent when the transaction commits, and not at all when it does not,
 * so it belongs into the transaction that makes the change. A table whose every change is to be announced has that
 * from a trigger instead:
 *
 * ```sql
 * CREATE FUNCTION announce_contract() RETURNS trigger LANGUAGE plpgsql AS $$
 *   BEGIN PERFORM pg_notify('contract', NEW.id::text); RETURN NULL; END $$;
 * CREATE TRIGGER contract_changed AFTER INSERT OR UPDATE ON contract
 *   FOR EACH ROW EXECUTE FUNCTION announce_contract();
 * ```
 *
 * @param on transaction of the change.
 * @param channel name in lower snake case.
 * @param key what has changed, typically the row's key; no personal data.
 */
export async function notify(on: Queryable | PrismaStatements, channel: string, key: string): Promise<void> {
  checkChannel(channel);
  if (Buffer.byteLength(key) > LONGEST_KEY) throw new RangeError(`a key has at most ${LONGEST_KEY} octets`);
  if ('query' in on) await on.query(NOTIFY, [channel, key]);
  else await on.$executeRawUnsafe(NOTIFY, channel, key).then(undefined, rethrowDatabaseError);
}

/** @throws RangeError for a name that Postgres would cut or fold. */
export function checkChannel(channel: string): void {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(channel)) throw new RangeError(`"${channel}" is no name for a channel`);
}

import { type Statement, statement } from '@tegata/database';
import type { SmDpContext } from './context.ts';
import { sourcesOf } from './profile/profile-states.ts';

/** Pause between two rounds, in milliseconds: what is kept for days need not go within seconds. */
export const retentionIntervalMs = 10 * 60_000;

/** Rows deleted with one statement, so that none holds its locks for long. */
const batch = 1_000;

/** Each deletes a batch of what is older than `$1`, the oldest first, from `$2` on, and returns how old the rows were. */
const sessions = statement(`
  DELETE FROM rsp_session WHERE transaction_id = ANY(ARRAY(
    SELECT s.transaction_id FROM rsp_session s
    WHERE s.expires_at <= $1 AND s.expires_at >= $2 AND (
      SELECT true FROM profile p WHERE p.iccid = s.iccid AND p.eid = s.eid AND p.state = ANY($3::profile_state[]) LIMIT 1) IS NULL
    ORDER BY s.expires_at LIMIT ${batch} FOR UPDATE SKIP LOCKED))
  RETURNING expires_at AS age`);

/** What was taken by the operator's back end, or was never for one. */
const progress = statement(`
  DELETE FROM download_progress WHERE id = ANY(ARRAY(
    SELECT id FROM download_progress WHERE due_at IS NULL AND created_at <= $1 AND created_at >= $2
    ORDER BY created_at LIMIT ${batch} FOR UPDATE SKIP LOCKED))
  RETURNING created_at AS age`);

const rowKeys = statement(`
  DELETE FROM batch_row WHERE row_key = ANY(ARRAY(
    SELECT row_key FROM batch_row WHERE created_at <= $1 AND created_at >= $2
    ORDER BY created_at LIMIT ${batch} FOR UPDATE SKIP LOCKED))
  RETURNING created_at AS age`);

/**
 * Deletes what the SM-DP+ keeps for a period only (docs/operations.md): sessions, what the operator was told, and keys of batch rows.
 * Orders and notifications stay: they tell an eUICC's repetition from something new. Any number of replicas may do it at once.
 *
 * A session outlives its period while the order of its eUICC can still become installed: the result that does it is verified with
 * the key in the session, however late it comes.
 */
export async function deleteWhatIsOver(context: SmDpContext): Promise<void> {
  const { sessionRetentionMs, progressRetentionMs, rowKeyRetentionMs } = context.config;
  await deleteOlder(context, 'sessions', sessions, sessionRetentionMs, [sourcesOf('install')]);
  await deleteOlder(context, 'download progress', progress, progressRetentionMs);
  await deleteOlder(context, 'row keys', rowKeys, rowKeyRetentionMs);
}

async function deleteOlder(
  { database, clock, logger }: SmDpContext,
  of: string,
  by: Statement,
  period: number,
  more: readonly unknown[] = [],
): Promise<void> {
  const until = new Date(clock().getTime() - period);
  let deleted = 0;
  // From where the batch before ended: rows that stay are passed over once, not with each batch.
  for (let from: Date | '-infinity' | undefined = '-infinity'; from !== undefined; ) {
    const rows: { age: Date }[] = await database.query<{ age: Date }>(by, [until, from, ...more]);
    deleted += rows.length;
    from = rows.length < batch ? undefined : rows.reduce((last, { age }) => (age > last ? age : last), new Date(0));
  }
  if (deleted > 0) logger.info({ of, deleted }, 'kept long enough');
}

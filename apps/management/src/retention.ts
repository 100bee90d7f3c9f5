import { statement } from '@tegata/database';
import type { SmDpContext } from './context.ts';
import { sourcesOf } from './profile/profile-states.ts';

/** Pause between two rounds, in milliseconds: what is kept for days need not go within seconds. */
export const retentionIntervalMs = 10 * 60_000;

/** Rows deleted with one statement, so that none holds its locks for long. */
const batch = 1_000;

/**
 * A session outlives its period while the order of its eUICC can still become installed: the result that does it is verified with
 * the key in the session, however late it comes.
 */
const deleteSessions = statement(`
  DELETE FROM rsp_session WHERE transaction_id = ANY(ARRAY(
    SELECT s.transaction_id FROM rsp_session s
    WHERE s.expires_at <= $1 AND NOT EXISTS (
      SELECT FROM profile p WHERE p.iccid = s.iccid AND p.eid = s.eid AND p.state = ANY($2::profile_state[]))
    ORDER BY s.expires_at LIMIT ${batch} FOR UPDATE SKIP LOCKED))`);

/** What was taken by the operator's back end, or was never for one. */
const deleteProgress = statement(`
  DELETE FROM download_progress WHERE id = ANY(ARRAY(
    SELECT id FROM download_progress WHERE due_at IS NULL AND created_at <= $1
    ORDER BY created_at LIMIT ${batch} FOR UPDATE SKIP LOCKED))`);

const deleteRowKeys = statement(`
  DELETE FROM batch_row WHERE row_key = ANY(ARRAY(
    SELECT row_key FROM batch_row WHERE created_at <= $1 ORDER BY created_at LIMIT ${batch} FOR UPDATE SKIP LOCKED))`);

/**
 * Deletes what the SM-DP+ keeps for a period only (docs/operations.md): sessions, what the operator was told, and keys of batch rows.
 * Orders and notifications stay: they tell an eUICC's repetition from something new. Any number of replicas may do it at once.
 */
export async function deleteWhatIsOver({ database, clock, config, logger }: SmDpContext): Promise<void> {
  const now = clock().getTime();
  const before = (period: number) => new Date(now - period);
  const work = [
    { of: 'sessions', by: deleteSessions, with: [before(config.sessionRetentionMs), sourcesOf('install')] },
    { of: 'download progress', by: deleteProgress, with: [before(config.progressRetentionMs)] },
    { of: 'row keys', by: deleteRowKeys, with: [before(config.rowKeyRetentionMs)] },
  ];
  for (const { of, by, with: values } of work) {
    let deleted = 0;
    for (let last = batch; last === batch; deleted += last) last = await database.change(by, values);
    if (deleted > 0) logger.info({ of, deleted }, 'kept long enough');
  }
}

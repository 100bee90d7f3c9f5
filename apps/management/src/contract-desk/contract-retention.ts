import { statement } from '@tegata/database';
import type { ManagementContext } from '../context.ts';

/** Contracts with one statement, so that none holds its locks for long. */
const batch = 1_000;

/**
 * Of contracts that ended before `$1`, what was submitted for them and why they ended; of those with a profile, EID and applicant stay: they are the
 * carrier's subscribers. The assertion is there as long as anything is, and has a partial index. A contract of which authentication is
 * still to be told waits.
 */
const forget = statement(`
  UPDATE contract SET assertion = NULL, dak_digest = NULL, eid = CASE WHEN state = 'INSTALLED' THEN eid END,
    applicant = CASE WHEN state = 'INSTALLED' THEN applicant END,
    refusal_reasons = '[]', step_up_reasons = '[]'
  WHERE id = ANY(ARRAY(
    SELECT id FROM contract
    WHERE assertion IS NOT NULL AND state IN ('INSTALLED', 'REFUSED', 'EXPIRED', 'CANCELLED') AND updated_at <= $1
      AND withdrawal_due_at IS NULL
    ORDER BY updated_at LIMIT ${batch} FOR UPDATE SKIP LOCKED))
  RETURNING id`);

/** Erases what tells whose an ended contract was, when its period is over. Any number of replicas may do it at once. */
export async function forgetContracts({
  database,
  clock,
  config,
  logger,
}: Pick<ManagementContext, 'database' | 'clock' | 'config' | 'logger'>): Promise<void> {
  const until = new Date(clock().getTime() - config.contractRetentionMs);
  let erased = 0;
  for (let rows = batch; rows === batch; erased += rows) rows = (await database.query(forget, [until])).length;
  if (erased > 0) logger.info({ of: 'contracts', erased }, 'kept long enough');
}

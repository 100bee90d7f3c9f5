import { VerificationState } from '@tegata/contracts/authentication-v1';
import { statement } from '@tegata/database';
import { decodeServiceError } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';

/** How long one replica may take to tell authentication before another tries, in milliseconds. */
const leaseMs = 60_000;
/** Pauses between tries, doubled each time from the first to the longest, in milliseconds. */
const firstPauseMs = 1_000;
const longestPauseMs = 10 * 60_000;
/** Told in one round. */
const batch = 100;

const claim = statement(`
  UPDATE contract c SET withdrawal_due_at = $1, withdrawal_attempts = c.withdrawal_attempts + 1
  FROM (SELECT id FROM contract WHERE withdrawal_due_at <= $2 ORDER BY withdrawal_due_at LIMIT 1 FOR UPDATE SKIP LOCKED) next
  WHERE c.id = next.id
  RETURNING c.id::text, c.withdrawal_attempts AS attempts, c.verification_id IS NOT NULL OR (c.dak_digest IS NOT NULL AND NOT c.by_certificate) AS asked`);

const told = statement('UPDATE contract SET withdrawal_due_at = NULL WHERE id = $1::uuid');
const putOff = statement(
  'UPDATE contract SET withdrawal_due_at = $2 WHERE id = $1::uuid AND withdrawal_due_at IS NOT NULL',
);

/** Stored with the end of a contract, in the same update: authentication is to be told. */
export const withdrawalDue = (now: Date) => ({ withdrawalDueAt: now, withdrawalAttempts: 0 });

/**
 * Tells authentication which contracts have ended before their identity was verified, so that it erases what was handed in for them.
 * What can't be told now is told later, with longer pauses each time. Contracts for which it was never asked cost no call.
 */
export async function withdrawVerifications(context: ManagementContext): Promise<void> {
  const { authentication, database, clock, logger } = context;
  for (let round = 0; round < batch; round++) {
    const now = clock().getTime();
    const [due] = await database.query<{ id: string; attempts: number; asked: boolean }>(claim, [
      new Date(now + leaseMs),
      new Date(now),
    ]);
    if (!due) return;
    const { id: contractId, attempts, asked } = due;
    try {
      const { verifications } = asked
        ? await authentication.verification.withdrawVerification({ contractId })
        : { verifications: [] };
      await database.change(told, [contractId]);
      const states = verifications.map(({ state }) => VerificationState[state]);
      if (asked) logger.info({ contractId, states }, 'identity verification withdrawn');
    } catch (error) {
      const pause = Math.min(firstPauseMs * 2 ** Math.min(attempts - 1, 16), longestPauseMs);
      await database.change(putOff, [contractId, new Date(clock().getTime() + pause)]);
      const { status, reason } = decodeServiceError(error);
      logger.warn({ contractId, attempts, reason }, 'identity verification not withdrawn; tried again later');
      // It won't answer for the next contract either.
      if (status === 'UNAVAILABLE' || status === 'DEADLINE_EXCEEDED') return;
    }
  }
}

import { CancelSessionReason, CancelSessionRequest } from '@tegata/rsp';
import type { Es9Plus } from './es9plus.ts';
import type { Es10b } from './es10.ts';
import { LpaError } from './lpa-error.ts';
import { asBuffer } from './octets.ts';

/** Why a session is cancelled (SGP.22 section 5.7.14). */
export type CancelReason = keyof typeof CancelSessionReason;

/** Longest time for telling the SM-DP+, in milliseconds: it may be the reason for the end. */
const tellWithinMs = 5_000;

/** Who takes part on this side. */
export interface CancellationParties {
  readonly es10b: Pick<Es10b, 'cancelSession'>;
  readonly es9Plus: Pick<Es9Plus, 'cancelSession'>;
}

/**
 * Common cancel session procedure (SGP.22 section 3.0.2): the eUICC ends its session and signs the reason, which goes to the
 * SM-DP+. It is what follows a failure of its own, so that one here is told by the return value only: the SM-DP+ lets the
 * session expire then.
 */
export async function cancelSession(
  { es10b, es9Plus }: CancellationParties,
  transactionId: Buffer,
  reason: CancelReason,
): Promise<{ readonly told: boolean }> {
  try {
    const request = CancelSessionRequest.encode({ transactionId, reason: CancelSessionReason[reason] });
    const cancelSessionResponse = asBuffer(await es10b.cancelSession(request));
    // Without the caller's signal: it may be what ended the procedure.
    await es9Plus.cancelSession(
      { transactionId, cancelSessionResponse },
      { signal: AbortSignal.timeout(tellWithinMs) },
    );
    return { told: true };
  } catch {
    return { told: false };
  }
}

/**
 * What to cancel a session with, by the code of the error that ended it: one of the LPA, or one of the port for an answer that is none.
 */
const reasonOfCode: ReadonlyMap<unknown, CancelReason> = new Map([
  ['USER_REJECTED', 'endUserRejection'],
  ['USER_POSTPONED', 'postponed'],
  ['USER_TIMEOUT', 'timeout'],
  ['DEADLINE_EXCEEDED', 'timeout'],
  ['POLICY_RULES_NOT_ALLOWED', 'pprNotAllowed'],
  ['METADATA_MISMATCH', 'metadataMismatch'],
  ['PACKAGE_NOT_LOADABLE', 'loadBppExecutionError'],
  ['SERVER_ANSWER_MALFORMED', 'undefinedReason'],
  ['TRANSACTION_ID_MISMATCH', 'undefinedReason'],
  ['METHOD_NOT_SERVED', 'undefinedReason'],
]);

/**
 * The reason to cancel a session with. Undefined where it is over already, because the SM-DP+ has refused or the eUICC has a
 * result, and where the SM-DP+ can't be reached: it keeps what it has for the next try.
 */
export function cancelReasonOf(error: unknown, signal: AbortSignal | undefined): CancelReason | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const reason = reasonOfCode.get(code);
  if (reason !== undefined || error instanceof LpaError) return reason;
  // Whoever stops the program may want the profile later.
  return signal?.aborted ? 'postponed' : undefined;
}

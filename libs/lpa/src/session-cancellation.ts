import { CancelSessionReason, CancelSessionRequest } from '@tegata/rsp';
import type { Es9Plus } from './es9plus.ts';
import type { Es10b } from './es10.ts';
import { asBuffer } from './octets.ts';

/** Why a session is cancelled (SGP.22 section 5.7.14). */
export type CancelReason = keyof typeof CancelSessionReason;

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
    await es9Plus.cancelSession({ transactionId, cancelSessionResponse });
    return { told: true };
  } catch {
    return { told: false };
  }
}

import { statement } from '@tegata/database';
import type { SmDpContext } from '../context.ts';
import { settleEventsSoon } from '../es2plus/smds-events.ts';
import { sourcesOf, transitions } from '../profile/profile-states.ts';

/** Ends that an order comes to without a result. */
export type OrderEnd = 'exhaustDownloads' | 'exhaustConfirmations' | 'expire';

/** A condition that must still hold, so that what came in between counts. */
const conditions: Readonly<Record<OrderEnd, string>> = {
  exhaustDownloads: 'download_tries_left < 1',
  exhaustConfirmations: 'confirmation_tries_left < 1',
  // The contract that a profile was made for lapses by itself, and takes the order along.
  expire: 'expires_at <= $4 AND contract_id IS NULL',
};

const statements = Object.fromEntries(
  Object.entries(conditions).map(([end, condition]) => [
    end,
    statement(`
      WITH over AS (
        UPDATE profile SET state = 'ERROR', error_reason = $1
        WHERE iccid = $2 AND state = ANY($3::profile_state[]) AND ${condition}
        RETURNING contract_id, smds_address),
      contract AS (
        UPDATE contract c SET state = 'REFUSED', applicant = NULL, updated_at = $4,
          refusal_reasons = jsonb_build_array(jsonb_build_object('code', 'INSTALLATION_FAILED', 'sentence',
            'The profile can no longer be downloaded. Apply for a new contract.'))
        FROM over WHERE c.id = over.contract_id AND c.state = 'PROFILE_READY')
      SELECT smds_address AS "smdsAddress" FROM over`),
  ]),
) as Readonly<Record<OrderEnd, ReturnType<typeof statement>>>;

/** Ends an order in state Error, with its sessions, its event and the contract it belongs to. Too late is no error. */
export async function endOrder(context: SmDpContext, iccid: string, end: OrderEnd): Promise<void> {
  const { database, clock, logger } = context;
  const { error } = transitions[end];
  const [over] = await database.query<{ smdsAddress: string | null }>(statements[end], [
    error,
    iccid,
    sourcesOf(end),
    clock(),
  ]);
  if (!over) return;
  logger.info({ iccid, reason: error }, 'download order ended');
  if (over.smdsAddress) await settleEventsSoon(context, iccid);
}

const findDue = `
  SELECT iccid FROM profile WHERE state = ANY($1::profile_state[]) AND expires_at <= $2 AND contract_id IS NULL
  ORDER BY expires_at LIMIT 1000`;

/** Orders whose time has come end in state Error. One that an eUICC names before is refused all the same. */
export async function expireOrders(context: SmDpContext): Promise<void> {
  const { database, clock } = context;
  const due = await database.query<{ iccid: string }>(findDue, [sourcesOf('expire'), clock()]);
  for (const { iccid } of due) await endOrder(context, iccid, 'expire');
}

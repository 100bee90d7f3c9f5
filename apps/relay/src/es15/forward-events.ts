import { decodeServiceError } from '@tegata/service-kit';
import type { RelayContext } from '../context.ts';
import { isGoneAlready, isThereAlready, type RootSmDs } from './root-sm-ds.ts';

/** Longest time for one call, in milliseconds; always less than the lease, so that a call never outlives it. */
const longestCallMs = 20_000;
/** Pauses between tries, doubled from the first to the longest, in milliseconds. */
const firstPauseMs = 500;
const longestPauseMs = 5 * 60_000;
/** Intents carried out in one round. */
const batch = 200;

const unreachable: ReadonlySet<string> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED']);

interface Intent {
  readonly rootEventId: string;
  readonly eid: string;
  readonly wanted: boolean;
  readonly attempts: number;
}

const claiming = {
  name: 'claim_forwarding',
  text: `
    UPDATE forwarding SET leased_until = $2, attempts = forwarding.attempts + 1
    FROM (SELECT root_event_id FROM forwarding WHERE NOT settled AND due_at <= $1 AND leased_until <= $1
          ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) next
    WHERE forwarding.root_event_id = next.root_event_id
    RETURNING forwarding.root_event_id AS "rootEventId", eid, wanted, attempts`,
};

/** Who lost the lease settles nothing: another replica has it, and tells the root SM-DS again. */
const settling = {
  name: 'settle_forwarding',
  text: `
    UPDATE forwarding SET settled = (wanted = $2), leased_until = '-infinity'
    WHERE root_event_id = $1 AND leased_until = $3`,
};

const forgetting = {
  name: 'forget_forwarding',
  text: 'DELETE FROM forwarding WHERE root_event_id = $1 AND settled AND NOT wanted',
};

const puttingOff = {
  name: 'put_off_forwarding',
  text: `
    UPDATE forwarding SET due_at = CASE WHEN wanted = $2 THEN $4 ELSE due_at END, leased_until = '-infinity'
    WHERE root_event_id = $1 AND leased_until = $3`,
};

export type ForwardingContext = Pick<RelayContext, 'database' | 'clock' | 'logger' | 'random'> & {
  readonly config: Pick<RelayContext['config'], 'forwardingLeaseMs'>;
};

/**
 * ES15 (SGP.22 section 5.10): tells the root SM-DS which events wait here, and which do no more. The intent was stored with
 * the change of the event; it is carried out until the root SM-DS has answered, later after each failure, by any replica.
 *
 * While one replica tells, nobody else does, and a deletion that comes meanwhile is told after it: a registration on its
 * way never arrives behind its own deletion.
 *
 * @returns how many intents were carried out.
 */
export async function forwardEvents(context: ForwardingContext, root: RootSmDs): Promise<number> {
  const { config, database, clock, logger } = context;
  let carriedOut = 0;
  for (let round = 0; round < batch; round++) {
    const now = clock();
    const lease = new Date(now.getTime() + config.forwardingLeaseMs);
    const [intent] = await database.query<Intent & Record<string, unknown>>(claiming, [now, lease]);
    if (!intent) break;
    const { rootEventId, wanted, attempts } = intent;
    try {
      await tell(context, root, intent);
      await database.change(settling, [rootEventId, wanted, lease]);
      await database.change(forgetting, [rootEventId]);
      carriedOut++;
    } catch (error) {
      const due = new Date(clock().getTime() + pauseAfter(attempts, context.random));
      await database.change(puttingOff, [rootEventId, wanted, lease, due]);
      logger.warn({ err: error, wanted, attempts }, 'root SM-DS not told; tried again later');
      // Who does not answer for one event does not for the next either, nor does one that was asked too often.
      const { status, reason } = decodeServiceError(error);
      if (unreachable.has(status) || reason === 'RATE_LIMITED') break;
    }
  }
  return carriedOut;
}

async function tell(
  { config }: ForwardingContext,
  { functions: root, leadsTo }: RootSmDs,
  { rootEventId, eid, wanted }: Intent,
): Promise<void> {
  // The same identifier for every try, so that the root SM-DS knows a repetition for what it is.
  const requestId = `${wanted ? 'register' : 'delete'}-${rootEventId}`;
  const options = {
    timeoutMs: Math.min(longestCallMs, config.forwardingLeaseMs / 2),
    context: { requestId, deadline: undefined, signal: new AbortController().signal },
  };
  if (wanted) {
    const event = { eid, eventId: rootEventId, rspServerAddress: leadsTo, forwardingIndicator: false };
    await root.registerEvent(event, options).catch((error: unknown) => {
      if (!isThereAlready(error)) throw error;
    });
    return;
  }
  await root.deleteEvent({ eid, eventId: rootEventId }, options).catch((error: unknown) => {
    if (!isGoneAlready(error)) throw error;
  });
}

/** Doubled with each try, and up to a quarter longer, so that replicas and events don't keep step. */
function pauseAfter(attempts: number, random: RelayContext['random']): number {
  const pause = Math.min(firstPauseMs * 2 ** Math.min(attempts - 1, 20), longestPauseMs);
  const [octet = 0] = random(1);
  return pause + (pause * octet) / 1024;
}

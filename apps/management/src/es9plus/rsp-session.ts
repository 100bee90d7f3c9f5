import { statement } from '@tegata/database';
import { type BegunSession, RspRefusal } from '@tegata/rsp';
import { ciKeyIdentifier } from '@tegata/x509';
import type { SmDpContext } from '../context.ts';
import type { RspSession } from '../generated/client.ts';

/** What of a session its steps work with. */
export type SessionRow = Pick<
  RspSession,
  'transactionId' | 'state' | 'ciKeyId' | 'serverCiKeyId' | 'eid' | 'iccid' | 'euiccPublicKey' | 'smdpSignature2'
>;

/** A session whose eUICC has authenticated itself, and for which an order was selected. */
export type AuthenticatedSession<Row extends SessionRow = SessionRow> = Row & {
  readonly eid: string;
  readonly iccid: string;
  /** SubjectPublicKeyInfo */
  readonly euiccPublicKey: Uint8Array;
  readonly smdpSignature2: Uint8Array;
};

/** Columns of a session, of the table named `s`. */
export const sessionColumns = `
  s.transaction_id AS "transactionId", s.state, s.ci_key_id AS "ciKeyId", s.server_ci_key_id AS "serverCiKeyId", s.eid, s.iccid,
  s.euicc_public_key AS "euiccPublicKey", s.smdp_signature2 AS "smdpSignature2"`;

const find = statement(
  `SELECT ${sessionColumns}, s.expires_at > $2 AS open FROM rsp_session s WHERE s.transaction_id = $1`,
);

/**
 * A session that is going on.
 * @throws RspRefusal 8.10.1/3.9 when there is none, or it has lapsed or ended.
 */
async function openSession({ database, clock }: SmDpContext, transactionId: Uint8Array): Promise<SessionRow> {
  const [session] = await database.query<SessionRow & { open: boolean }>(find, [transactionId, clock()]);
  if (!session?.open || session.state === 'ENDED') throw new RspRefusal('TRANSACTION_UNKNOWN');
  return session;
}

/** A session of any age whose eUICC has authenticated itself: results come late. */
export async function pastSession(
  { database, clock, sessions }: SmDpContext,
  transactionId: Uint8Array,
): Promise<AuthenticatedSession | undefined> {
  const known = sessions.recall(transactionId, clock())?.row;
  if (known && isAuthenticated(known)) return known;
  const [session] = await database.query<SessionRow & { open: boolean }>(find, [transactionId, clock()]);
  return session && isAuthenticated(session) ? session : undefined;
}

/** A session that is going on and whose eUICC has authenticated itself. @throws RspRefusal 8.10.1/3.9. */
export async function authenticatedSession(
  context: SmDpContext,
  transactionId: Uint8Array,
): Promise<AuthenticatedSession> {
  const session = await openSession(context, transactionId);
  if (!isAuthenticated(session)) throw new RspRefusal('TRANSACTION_UNKNOWN');
  return session;
}

/** Whether the eUICC of a session has authenticated itself. */
export const isAuthenticated = <Row extends SessionRow>(session: Row): session is AuthenticatedSession<Row> =>
  session.eid !== null && session.iccid !== null && session.euiccPublicKey !== null && session.smdpSignature2 !== null;

const end = statement(`
  UPDATE rsp_session SET state = 'ENDED', bound_head = NULL, euicc_otpk = NULL WHERE transaction_id = $1 AND state <> 'ENDED'`);

const spend = statement(`
  INSERT INTO rsp_session (transaction_id, state, ci_key_id, server_ci_key_id, created_at, expires_at)
  VALUES ($1, 'ENDED', $2, $3, $4, $5) ON CONFLICT DO NOTHING`);

/** When a session that was begun at some time lapses. */
export const lapseOf = ({ config }: SmDpContext, { begunAt }: BegunSession): Date =>
  new Date(begunAt.getTime() + config.rspSessionLifetimeMs);

/**
 * Ends a session whose eUICC has not authenticated itself, so that its challenge is of no more use.
 * @throws RspRefusal 8.10.1/3.9 when it has gone on, or has ended already
 */
export async function endBegunSession(context: SmDpContext, session: BegunSession): Promise<void> {
  const { transactionId, ci, serverCiKeyId, begunAt } = session;
  const values = [transactionId, ciKeyIdentifier(ci), serverCiKeyId, begunAt, lapseOf(context, session)];
  if ((await context.database.change(spend, values)) === 0) throw new RspRefusal('TRANSACTION_UNKNOWN');
}

/** Ends a session that can not go on; what it held of a binding is erased. */
export async function endSession({ database, sessions }: SmDpContext, transactionId: Uint8Array): Promise<void> {
  sessions.forget(transactionId);
  await database.change(end, [transactionId]);
}

const endLapsed = statement(`
  UPDATE rsp_session SET state = 'ENDED', bound_head = NULL, euicc_otpk = NULL
  WHERE expires_at > $1 AND expires_at <= $2 AND state <> 'ENDED'`);

/** Looked at again, in milliseconds: the clocks of replicas differ. */
const overlapMs = 15 * 60_000;

/**
 * Ends sessions whose time is over, with what they hold of a binding. The first round looks at all there are, each later one at
 * those that lapsed since the one before: nothing brings an older one back.
 */
export function sessionKeeper({ database, clock }: SmDpContext): () => Promise<void> {
  let since: Date | '-infinity' = '-infinity';
  return async () => {
    const now = clock();
    await database.change(endLapsed, [since, now]);
    since = new Date(now.getTime() - overlapMs);
  };
}

import { statement } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import type { RspSession } from '../generated/client.ts';

/** What of a session its steps work with. */
export type SessionRow = Pick<
  RspSession,
  | 'transactionId'
  | 'state'
  | 'serverChallenge'
  | 'ciKeyId'
  | 'serverCiKeyId'
  | 'eid'
  | 'iccid'
  | 'euiccPublicKey'
  | 'smdpSignature2'
>;

/** A session whose eUICC has authenticated itself, and for which an order was selected. */
export type AuthenticatedSession<Row extends SessionRow = SessionRow> = Row & {
  readonly eid: string;
  readonly iccid: string;
  /** SubjectPublicKeyInfo */
  readonly euiccPublicKey: Uint8Array;
  readonly smdpSignature2: Uint8Array;
};

/** A session as it begins. */
export const initiatedSession = (
  transactionId: Uint8Array,
  serverChallenge: Uint8Array,
  ciKeyId: Uint8Array,
  serverCiKeyId: Uint8Array,
): SessionRow => ({
  transactionId: Buffer.from(transactionId),
  state: 'INITIATED',
  serverChallenge: Buffer.from(serverChallenge),
  ciKeyId: Buffer.from(ciKeyId),
  serverCiKeyId: Buffer.from(serverCiKeyId),
  eid: null,
  iccid: null,
  euiccPublicKey: null,
  smdpSignature2: null,
});

/** Columns of a session, of the table named `s`. */
export const sessionColumns = `
  s.transaction_id AS "transactionId", s.state, s.server_challenge AS "serverChallenge", s.ci_key_id AS "ciKeyId",
  s.server_ci_key_id AS "serverCiKeyId", s.eid, s.iccid, s.euicc_public_key AS "euiccPublicKey",
  s.smdp_signature2 AS "smdpSignature2"`;

const find = statement(
  `SELECT ${sessionColumns}, s.expires_at > $2 AS open FROM rsp_session s WHERE s.transaction_id = $1`,
);

/**
 * A session that is going on.
 * @throws RspRefusal 8.10.1/3.9 when there is none, or it has lapsed or ended.
 */
export async function openSession({ database, clock }: SmDpContext, transactionId: Uint8Array): Promise<SessionRow> {
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

/** Ends a session that can not go on; what it held of a binding is erased. */
export async function endSession({ database, sessions }: SmDpContext, transactionId: Uint8Array): Promise<void> {
  sessions.forget(transactionId);
  await database.change(end, [transactionId]);
}

/** A session that authenticated nobody is of no use; what a late result needs of the others is kept. */
const forgetLapsed = statement(`
  DELETE FROM rsp_session WHERE expires_at > $1 AND expires_at <= $2 AND state = 'INITIATED'`);

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
    await database.change(forgetLapsed, [since, now]);
    await database.change(endLapsed, [since, now]);
    since = new Date(now.getTime() - overlapMs);
  };
}

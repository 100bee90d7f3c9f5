import { createPublicKey, type KeyObject } from 'node:crypto';
import { RspRefusal } from '@tegata/rsp';
import type { ManagementContext } from '../context.ts';
import type { RspSession } from '../generated/client.ts';

/** A session whose eUICC has authenticated itself. */
export interface AuthenticatedSession extends RspSession {
  readonly eid: string;
  readonly iccid: string;
  readonly euiccPublicKey: Uint8Array<ArrayBuffer>;
  readonly smdpSignature2: Uint8Array<ArrayBuffer>;
}

/**
 * A session that is going on.
 * @throws RspRefusal 8.10.1/3.9 when there is none, or it has lapsed or ended.
 */
export async function openSession(
  { prisma, clock }: ManagementContext,
  transactionId: Uint8Array,
): Promise<RspSession> {
  const session = await prisma.rspSession.findUnique({ where: { transactionId: new Uint8Array(transactionId) } });
  if (!session || session.state === 'ENDED' || session.expiresAt <= clock())
    throw new RspRefusal('TRANSACTION_UNKNOWN');
  return session;
}

/** A session that is going on and whose eUICC has authenticated itself. @throws RspRefusal 8.10.1/3.9. */
export async function authenticatedSession(
  context: ManagementContext,
  transactionId: Uint8Array,
): Promise<AuthenticatedSession> {
  const session = await openSession(context, transactionId);
  if (!isAuthenticated(session)) throw new RspRefusal('TRANSACTION_UNKNOWN');
  return session;
}

/** Whether the eUICC of a session has authenticated itself. */
export const isAuthenticated = (session: RspSession): session is AuthenticatedSession =>
  session.eid !== null && session.iccid !== null && session.euiccPublicKey !== null && session.smdpSignature2 !== null;

/** The key that verifies everything the eUICC of a session signs. */
export const euiccKey = ({ euiccPublicKey }: AuthenticatedSession): KeyObject =>
  createPublicKey({ key: Buffer.from(euiccPublicKey), format: 'der', type: 'spki' });

import type { CancelSessionRequest, CancelSessionResponse } from '@tegata/contracts/gsma-rsp-v2';
import { CancelSessionReason, verifyCancelSessionResponse } from '@tegata/rsp';
import type { ManagementContext } from '../context.ts';
import { authenticatedSession, euiccKey } from './rsp-session.ts';
import { credentialsOf, type SmDpPlus } from './sm-dp-plus.ts';

/** Reasons after which the user may well try again. */
const passing: readonly number[] = [
  CancelSessionReason.postponed,
  CancelSessionReason.timeout,
  CancelSessionReason.undefinedReason,
];

/**
 * ES9+.CancelSession (SGP.22 section 5.6.5): ends the session for the reason the eUICC signed. An order that was refused for
 * good ends too, unless it belongs to a contract: that has an end of its own.
 */
export async function cancelSession(
  context: ManagementContext,
  smDpPlus: SmDpPlus,
  { transactionId: received, cancelSessionResponse }: CancelSessionRequest,
): Promise<CancelSessionResponse> {
  const { prisma } = context;
  const session = await authenticatedSession(context, received);
  const { transactionId, iccid } = session;
  const { reason } = verifyCancelSessionResponse(cancelSessionResponse, {
    transactionId,
    euiccPublicKey: euiccKey(session),
    smdpOid: credentialsOf(smDpPlus, session).oid,
  });
  await prisma.$transaction([
    prisma.rspSession.updateMany({
      where: { transactionId },
      data: { state: 'ENDED', boundHead: null, euiccOtpk: null },
    }),
    prisma.profile.updateMany({
      where: { iccid, contractId: null, state: { in: passing.includes(reason) ? [] : ['RELEASED', 'DOWNLOADED'] } },
      data: { state: 'ERROR', errorReason: 'CANCELLED_BY_EUICC' },
    }),
  ]);
  context.logger.info({ iccid, reason }, 'download session cancelled');
  return {};
}

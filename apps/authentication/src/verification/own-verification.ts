import { isUuid } from '@tegata/operations';
import { refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import type { Verification } from '../generated/client.ts';

/**
 * A verification of the calling carrier.
 * @throws ServiceError NOT_FOUND (VERIFICATION_NOT_FOUND), also for another carrier's.
 */
export async function ownVerification(
  { prisma }: AuthenticationContext,
  carrier: string,
  id: string,
): Promise<Verification> {
  const verification = isUuid(id) ? await prisma.verification.findUnique({ where: { id } }) : null;
  if (verification?.carrier !== carrier) throw refusal('VERIFICATION_NOT_FOUND');
  return verification;
}

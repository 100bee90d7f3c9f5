import type { CancelContractRequest, Contract as ContractMessage } from '@tegata/contracts/management-v1';
import { refusal } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import { withdrawProfile } from '../profile/withdraw-profile.ts';
import { erased } from './erased.ts';
import { currentContract } from './get-contract.ts';
import { ownContract } from './own-contract.ts';
import { withdrawalDue } from './withdraw-verification.ts';

/**
 * Gives up a contract whose profile is not yet installed; its profile is withdrawn, and its identity verification by upkeep.
 * @throws ServiceError FAILED_PRECONDITION (CONTRACT_STATE_UNSUITABLE) once it is installed, refused or lapsed.
 */
export async function cancelContract(
  context: ManagementContext,
  request: CancelContractRequest,
): Promise<{ contract: ContractMessage }> {
  const contract = await ownContract(context, request);
  const now = context.clock();
  const { count } = await context.prisma.contract.updateMany({
    where: { id: contract.id, state: { notIn: ['INSTALLED', 'REFUSED', 'EXPIRED', 'CANCELLED'] } },
    data: { state: 'CANCELLED', ...erased, ...withdrawalDue(now), updatedAt: now },
  });
  if (count === 0 && contract.state !== 'CANCELLED') {
    throw refusal('CONTRACT_STATE_UNSUITABLE');
  }
  await withdrawProfile(context, contract.id);
  return { contract: await currentContract(context, contract.id) };
}

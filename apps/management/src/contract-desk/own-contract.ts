import { isUuid } from '@tegata/operations';
import { refusal } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import type { Contract } from '../generated/client.ts';
import { isContractToken } from './contract-token.ts';

/**
 * The contract that a terminal names, if it holds its token.
 * @throws ServiceError NOT_FOUND (CONTRACT_NOT_FOUND) for an unknown contract and a wrong token alike.
 */
export async function ownContract(
  { prisma, contractTokenKey }: ManagementContext,
  { contractId, contractToken }: { contractId: string; contractToken: Uint8Array },
): Promise<Contract> {
  const owned = isContractToken(contractTokenKey, contractId, contractToken) && isUuid(contractId);
  const contract = owned ? await prisma.contract.findUnique({ where: { id: contractId } }) : null;
  if (!contract) throw refusal('CONTRACT_NOT_FOUND');
  return contract;
}

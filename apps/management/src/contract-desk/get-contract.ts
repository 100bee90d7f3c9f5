import type { Contract as ContractMessage, GetContractRequest } from '@tegata/contracts/management-v1';
import type { ManagementContext } from '../context.ts';
import { advanceContract } from './advance-contract.ts';
import { showContract } from './contract-view.ts';
import { ownContract } from './own-contract.ts';

/** The contract as it stands, after whatever of it was left half done has been taken up again. */
export async function getContract(
  context: ManagementContext,
  request: GetContractRequest,
): Promise<{ contract: ContractMessage }> {
  const { id } = await ownContract(context, request);
  await advanceContract(context, id).catch((cause: unknown) => context.logger.warn({ cause }, 'contract waits'));
  return { contract: await currentContract(context, id) };
}

/** Reads a contract for its holder. */
export async function currentContract(
  { prisma, relayAddress }: ManagementContext,
  id: string,
): Promise<ContractMessage> {
  const contract = await prisma.contract.findUniqueOrThrow({
    where: { id },
    include: { profile: { select: { iccid: true } } },
  });
  return showContract(contract, relayAddress, contract.profile?.iccid);
}

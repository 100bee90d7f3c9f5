import type { Contract as ContractMessage, WatchContractRequest } from '@tegata/contracts/management-v1';
import type { ManagementContext } from '../context.ts';
import { finalStates, showState } from './contract-view.ts';
import { currentContract } from './get-contract.ts';
import { ownContract } from './own-contract.ts';

const finalShown = new Set(finalStates.map(showState));

/** S26/S52: the contract now and at every change, until it can change no more or the caller leaves. */
export async function* watchContract(
  context: ManagementContext,
  request: WatchContractRequest,
  signal: AbortSignal,
): AsyncGenerator<{ contract: ContractMessage }> {
  const { id } = await ownContract(context, request);
  let last: string | undefined;
  // The listener wakes once at the start, after it is armed: a change between two reads is never missed.
  for await (const _wake of context.contractChanges.wakeUps(id, signal)) {
    const contract = await currentContract(context, id);
    const shown = JSON.stringify(contract);
    if (shown !== last) yield { contract };
    last = shown;
    if (finalShown.has(contract.state)) return;
  }
}

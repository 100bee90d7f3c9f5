import { ContractState } from '@tegata/contracts/management-v1';
import type { ContractRecord, RecordIn } from '../contract-record.ts';
import { isTransient } from '../failures.ts';
import type { Run } from '../run.ts';
import { alwaysOf } from './settle.ts';

const over: ReadonlySet<ContractState> = new Set([
  ContractState.REFUSED,
  ContractState.EXPIRED,
  ContractState.CANCELLED,
]);

/**
 * Fetches or installs what waits under a contract. Where that is refused for good, the carrier is asked whether the contract
 * itself has ended meanwhile, so that nobody goes on trying in vain; otherwise the refusal stands.
 */
export async function unlessEnded(
  record: RecordIn<'acquiring' | 'installing'>,
  run: Run,
  work: () => Promise<ContractRecord>,
): Promise<ContractRecord> {
  try {
    return await work();
  } catch (refusal) {
    if (isTransient(refusal) || run.signal.aborted) throw refusal;
    const contract = await run
      .desk(record.carrier)
      .get(record, run.signal)
      .catch(() => undefined);
    if (contract === undefined || !over.has(contract.state)) throw refusal;
    const reasons = contract.refusalReasons.map(({ code, sentence }) => ({ code, sentence }));
    return { stage: 'ended', ...alwaysOf(record), state: contract.state, reasons, contractId: record.contractId };
  }
}

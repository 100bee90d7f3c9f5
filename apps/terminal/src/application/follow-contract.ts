import { type Contract, ContractState } from '@tegata/contracts/management-v1';
import { TerminalError } from '../terminal-error.ts';
import { isTransient } from './failures.ts';
import type { ContractCredentials, ContractDesk } from './ports.ts';
import type { Run } from './run.ts';

/** How long a terminal follows one contract before it lets the user go, in milliseconds. */
export interface Patience {
  readonly decisionMs: number;
  /** After this the user is told what is waited for. */
  readonly silentMs: number;
  /** Longest time between two questions where the stream of changes breaks off. */
  readonly pollMs: number;
}

/**
 * Waits until a contract is in another state than `from`: hears the carrier's stream of changes and, where that breaks
 * off, asks. DECISION_PENDING after `patience.decisionMs`: the contract goes on at the carrier, and can be resumed.
 */
export async function followContract(
  desk: ContractDesk,
  credentials: ContractCredentials,
  from: ContractState,
  run: Pick<Run, 'signal' | 'patience' | 'wait' | 'microseconds' | 'tell'>,
): Promise<Contract> {
  const { silentMs } = run.patience;
  const note = setTimeout(() => run.tell({ kind: 'note', note: `Waiting: the carrier ${doing(from)}.` }), silentMs);
  try {
    return await follow(desk, credentials, from, run);
  } finally {
    clearTimeout(note);
  }
}

async function follow(
  desk: ContractDesk,
  credentials: ContractCredentials,
  from: ContractState,
  run: Pick<Run, 'signal' | 'patience' | 'wait' | 'microseconds'>,
): Promise<Contract> {
  const { decisionMs, pollMs } = run.patience;
  const deadline = run.microseconds() + decisionMs * 1000;
  const patience = AbortSignal.timeout(decisionMs);
  const signal = AbortSignal.any([run.signal, patience]);
  for (let pauseMs = Math.min(100, pollMs); ; pauseMs = Math.min(2 * pauseMs, pollMs)) {
    try {
      for await (const contract of desk.watch(credentials, signal)) {
        if (contract.state !== from) return contract;
      }
      const contract = await desk.get(credentials, signal);
      if (contract.state !== from) return contract;
    } catch (error) {
      run.signal.throwIfAborted();
      if (!patience.aborted && !isTransient(error)) throw error;
    }
    if (patience.aborted || run.microseconds() + pauseMs * 1000 >= deadline) throw pending(from);
    await run.wait(pauseMs, run.signal);
  }
}

/** What a carrier does in a state in which it is waited for. */
function doing(state: ContractState): string {
  return state === ContractState.PREPARING_PROFILE ? 'prepares and announces the profile' : 'has the identity verified';
}

function pending(state: ContractState): TerminalError {
  const message = `The carrier ${doing(state)} and has not finished; it goes on without us.`;
  return new TerminalError('unavailable', 'DECISION_PENDING', message);
}

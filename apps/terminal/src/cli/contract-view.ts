import { localeOf, localSentence } from '@tegata/contracts';
import { ContractState } from '@tegata/contracts/management-v1';
import { type CompletedStep, ContractPhase, type ContractRecord } from '@tegata/contracts/terminal-v1';
import { TerminalError } from '../terminal-error.ts';
import { milliseconds } from './contract-progress.ts';
import type { Emphasis, Output } from './output.ts';

/** A contract in JSON: names of states and phases in place of numbers, times as ISO 8601. */
export function contractValue(contract: ContractRecord) {
  return {
    contractId: contract.contractId,
    carrier: contract.carrier,
    phase: ContractPhase[contract.phase],
    state: ContractState[contract.state],
    iccid: contract.iccid,
    imsi: contract.imsi,
    identityVerification: contract.identityVerification,
    reasons: contract.reasons,
    createTime: contract.createTime?.toISOString() ?? null,
  };
}

/** A step in JSON. */
export function stepValue(step: CompletedStep) {
  return {
    step: step.step,
    description: step.description,
    startTime: step.startTime?.toISOString() ?? null,
    ms: Math.round(milliseconds(step) * 1000) / 1000,
  };
}

const phaseWords: Readonly<Record<ContractPhase, readonly [words: string, emphasis: Emphasis]>> = {
  [ContractPhase.UNSPECIFIED]: ['unknown', 'faint'],
  [ContractPhase.APPLYING]: ['applying', 'warning'],
  [ContractPhase.DECIDING]: ['waiting for the decision', 'warning'],
  [ContractPhase.ACQUIRING]: ['fetching the profile', 'warning'],
  [ContractPhase.COMPLETE]: ['complete', 'good'],
  [ContractPhase.ENDED]: ['ended', 'bad'],
};

/** The phase of a contract, in words. */
export function phaseText(contract: ContractRecord, output: Output): string {
  const [words, emphasis] = phaseWords[contract.phase];
  return output.style(emphasis, words);
}

/** Lines about one contract. */
export function contractLines(contract: ContractRecord, output: Output): string[] {
  const lines = [
    `Contract  ${contract.contractId || '(not yet opened)'}`,
    `Carrier   ${contract.carrier}`,
    `Phase     ${phaseText(contract, output)} (${ContractState[contract.state]})`,
    `Identity  ${contract.identityVerification ? 'verified for this contract' : 'by the stored identity certificate'}`,
  ];
  if (contract.iccid !== '') lines.push(`ICCID     ${contract.iccid}`);
  if (contract.imsi !== '') lines.push(`IMSI      ${contract.imsi}`);
  for (const reason of contract.reasons) lines.push(`Reason    ${reasonText(reason)}`);
  return lines;
}

/** A reason with its code, in the language of the user's locale. */
export function reasonText(reason: { readonly code: string; readonly sentence: string }): string {
  return `${localSentence(reason, localeOf(process.env))} (${reason.code})`;
}

/** Why a contract came to no profile, as the error that a command ends with. */
export function endedError({ contractId, state, reasons }: ContractRecord): TerminalError {
  if (state === ContractState.CANCELLED) {
    return new TerminalError('precondition', 'CONTRACT_CANCELLED', `The contract ${contractId} was cancelled.`);
  }
  return reasons.length === 0
    ? new TerminalError('precondition', 'CONTRACT_LAPSED', `The contract ${contractId} has lapsed.`)
    : new TerminalError(
        'denied',
        'CONTRACT_REFUSED',
        `The contract ${contractId} was refused: ${reasons.map(reasonText).join(' ')}`,
      );
}

import {
  type ApplyForContractResponse,
  ContractState,
  LocalAuthenticationMethod,
} from '@tegata/contracts/management-v1';
import { TerminalError } from '../../terminal-error.ts';
import type { ContractRecord, RecordIn } from '../contract-record.ts';
import { type Run, StepLog } from '../run.ts';

/** S5/S41 applies for the contract, S6/S42 takes in what it requires. */
export async function openContract(record: RecordIn<'opening'>, run: Run): Promise<ContractRecord> {
  const log = new StepLog(run, record.flow, record.steps);
  const answer = await log.time('apply', () =>
    run.retry(() => run.desk(record.carrier).apply(record.applicationId, run.signal), run.signal),
  );
  const requirements = await log.time('receiveRequirements', () => readRequirements(answer));
  return {
    ...record,
    ...requirements,
    stage: 'informing',
    state: ContractState.APPLIED,
    documentsDemanded: false,
    dataAcquisitionKey: undefined,
    submission: undefined,
    steps: log.steps,
  };
}

function readRequirements(answer: ApplyForContractResponse) {
  const { contractId, contractToken, nonce, carrierOid, authenticationEncryptionChain: encryptionChain } = answer;
  const usable =
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(contractId) &&
    contractToken.length === 32 &&
    nonce.length === 32 &&
    carrierOid !== '';
  if (!usable) {
    throw new TerminalError(
      'internal',
      'CARRIER_ANSWER_UNUSABLE',
      "The carrier's answer to the application is not complete.",
    );
  }
  const methods = answer.requirements?.acceptedMethods ?? [];
  if (methods.length > 0 && !methods.includes(LocalAuthenticationMethod.PASSWORD)) {
    throw new TerminalError(
      'precondition',
      'LOCAL_AUTHENTICATION_METHOD_NOT_ACCEPTED',
      'This carrier does not accept local authentication by password, and this terminal has no other kind.',
    );
  }
  const requiredAttributes = answer.requirements?.requiredAttributes ?? [];
  return { contractId, contractToken, nonce, carrierOid, encryptionChain, requiredAttributes };
}

import { type Contract, ContractState } from '@tegata/contracts/management-v1';
import { TerminalError } from '../../terminal-error.ts';
import type { ContractRecord, RecordedReason, RecordIn } from '../contract-record.ts';

/** Stages in which the carrier has not yet decided. */
type Undecided = RecordIn<'informing' | 'deciding'>;

/**
 * Puts a record into the stage that the carrier's contract is in. The carrier's word decides: whatever the terminal had
 * begun and of which it does not know whether it arrived, arrived or not as the contract shows.
 */
export function settle(record: Undecided, contract: Contract): ContractRecord {
  const { state } = contract;
  const common = alwaysOf(record);
  const application = { applicant: record.applicant, disclose: record.disclose, evidence: record.evidence };
  const opened = { contractId: record.contractId, contractToken: record.contractToken };
  const { carrierOid, encryptionChain, requiredAttributes } = record;
  const desk = { carrierOid, encryptionChain, requiredAttributes };
  const dataAcquisitionKey = record.dataAcquisitionKey;
  const documentsDemanded = record.stage === 'informing' && record.documentsDemanded;
  const photoSent = record.stage === 'deciding' ? record.photoSent : undefined;

  switch (state) {
    case ContractState.APPLIED:
      return {
        stage: 'informing',
        ...{ ...common, ...application, ...opened, ...desk, dataAcquisitionKey, documentsDemanded },
        ...{ state, reasons: reasonsOf(contract), nonce: freshNonce(contract, record), submission: undefined },
      };

    case ContractState.STEP_UP_REQUIRED:
      return {
        stage: 'informing',
        ...{ ...common, ...application, ...opened, ...desk, dataAcquisitionKey, documentsDemanded: true },
        ...{ state, reasons: reasonsOf(contract), nonce: freshNonce(contract, record), submission: undefined },
        // From here on it goes as in a first contract.
        flow: 'first',
      };

    case ContractState.IDENTITY_PROOF_REQUESTED:
    case ContractState.VERIFYING_IDENTITY:
    case ContractState.PREPARING_PROFILE:
    case ContractState.IDENTITY_IN_REVIEW:
      return {
        stage: 'deciding',
        ...{ ...common, ...application, ...opened, ...desk, photoSent },
        ...{ state, reasons: reasonsOf(contract), dataAcquisitionKey: existing(dataAcquisitionKey) },
      };

    case ContractState.PROFILE_READY:
    case ContractState.INSTALLED:
      return {
        stage: 'acquiring',
        ...{ ...common, ...opened, state, reasons: [], dataAcquisitionKey: existing(dataAcquisitionKey) },
        relayAddress: contract.relayAddress,
        iccid: contract.iccid,
        certificateWaiting: contract.certificateWaiting,
      };

    case ContractState.REFUSED:
    case ContractState.EXPIRED:
    case ContractState.CANCELLED:
      return { stage: 'ended', ...common, state, reasons: reasonsOf(contract), contractId: record.contractId };

    case ContractState.UNSPECIFIED:
      throw new TerminalError(
        'internal',
        'CARRIER_ANSWER_UNUSABLE',
        'The carrier did not say where the contract stands.',
      );
  }
}

/** The members that a record has in every stage. */
export function alwaysOf(record: ContractRecord) {
  const { applicationId, carrier, createTime, flow, identityVerification, state, reasons, steps } = record;
  return { applicationId, carrier, createTime, flow, identityVerification, state, reasons, steps };
}

function reasonsOf(contract: Contract): RecordedReason[] {
  return [...contract.stepUpReasons, ...contract.refusalReasons].map(({ code, sentence }) => ({ code, sentence }));
}

function freshNonce(contract: Contract, record: Undecided): Uint8Array {
  if (contract.nonce.length === 32) return contract.nonce;
  if (record.stage === 'informing' && contract.nonce.length === 0) return record.nonce;
  throw new TerminalError(
    'internal',
    'CARRIER_ANSWER_UNUSABLE',
    'The carrier asks for contract information without a nonce.',
  );
}

/** A contract past submission has a key: it is stored before the first submission. */
function existing(dataAcquisitionKey: Uint8Array | undefined): Uint8Array {
  if (dataAcquisitionKey !== undefined) return dataAcquisitionKey;
  throw new TerminalError(
    'internal',
    'CARRIER_ANSWER_UNUSABLE',
    'The carrier says that information was submitted, but this terminal has not submitted any.',
  );
}

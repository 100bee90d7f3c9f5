import { IdentityProofRequest } from '@tegata/contracts/authentication-v1';
import { type Contract as ContractMessage, ContractState, type Reason } from '@tegata/contracts/management-v1';
import type { Contract } from '../generated/client.ts';

/** What the holder of a contract is told of each stored state. */
const shownState: Record<Contract['state'], ContractState> = {
  APPLIED: ContractState.APPLIED,
  INFORMATION_SUBMITTED: ContractState.VERIFYING_IDENTITY,
  IDENTITY_PROOF_REQUESTED: ContractState.IDENTITY_PROOF_REQUESTED,
  VERIFYING_IDENTITY: ContractState.VERIFYING_IDENTITY,
  IDENTITY_IN_REVIEW: ContractState.IDENTITY_IN_REVIEW,
  STEP_UP_REQUIRED: ContractState.STEP_UP_REQUIRED,
  IDENTITY_ESTABLISHED: ContractState.PREPARING_PROFILE,
  PROFILE_GENERATED: ContractState.PREPARING_PROFILE,
  PROFILE_READY: ContractState.PROFILE_READY,
  INSTALLED: ContractState.INSTALLED,
  REFUSED: ContractState.REFUSED,
  EXPIRED: ContractState.EXPIRED,
  CANCELLED: ContractState.CANCELLED,
};

/** States that never change again. */
export const finalStates: readonly Contract['state'][] = ['INSTALLED', 'REFUSED', 'EXPIRED', 'CANCELLED'];

/** The state an operator or a holder is shown. */
export const showState = (state: Contract['state']): ContractState => shownState[state];

/**
 * A stored contract as its holder may see it.
 * @param iccid ICCID of its profile, when there is one.
 */
export function showContract(contract: Contract, relayAddress: string, iccid: string | undefined): ContractMessage {
  return {
    contractId: contract.id,
    state: shownState[contract.state],
    nonce: Buffer.from(contract.nonce ?? []),
    identityProofRequest:
      contract.state === 'IDENTITY_PROOF_REQUESTED' && contract.identityProofRequest
        ? IdentityProofRequest.decode(contract.identityProofRequest)
        : undefined,
    stepUpReasons: contract.state === 'STEP_UP_REQUIRED' ? (contract.stepUpReasons as unknown as Reason[]) : [],
    refusalReasons: contract.refusalReasons as unknown as Reason[],
    relayAddress,
    iccid: iccid ?? '',
    expireTime: contract.expiresAt,
    certificateWaiting: !contract.byCertificate,
  };
}

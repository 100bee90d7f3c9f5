import type { ContractDeskService } from '@tegata/contracts/management-v1';
import { type HandlersOf, refusal } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import { applyForContract } from './apply-for-contract.ts';
import { cancelContract } from './cancel-contract.ts';
import { beginCapture, submitCapture } from './capture.ts';
import { getCarrierInformation } from './get-carrier-information.ts';
import { getContract } from './get-contract.ts';
import { reportSteps } from './report-steps.ts';
import { submitContractInformation } from './submit-contract-information.ts';
import { watchContract } from './watch-contract.ts';

/** The contract desk: steps S5-S20 and S24-S26 of the first flow, S41-S52 of later ones. */
export const contractDesk = (context: ManagementContext): HandlersOf<typeof ContractDeskService> => ({
  getCarrierInformation: () => getCarrierInformation(context),
  applyForContract: (request) => applyForContract(context, request),
  submitContractInformation: (request) => submitContractInformation(context, request),
  submitIdPhoto: () => Promise.reject(refusal('ID_PHOTO_UNSIGNED')),
  beginCapture: (request) => beginCapture(context, request),
  submitCapture: (request, { signal }) => submitCapture(context, request, signal),
  getContract: (request) => getContract(context, request),
  watchContract: (request, { signal }) => watchContract(context, request, signal),
  reportSteps: (request) => reportSteps(context, request),
  cancelContract: (request) => cancelContract(context, request),
});

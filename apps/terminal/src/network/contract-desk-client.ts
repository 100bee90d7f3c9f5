import { type Contract, ContractDeskService } from '@tegata/contracts/management-v1';
import type { Connection } from '@tegata/service-kit';
import type { ContractCredentials, ContractDesk } from '../application/ports.ts';
import { asBuffer } from '../octets.ts';
import { TerminalError } from '../terminal-error.ts';

/** A decision on an ID photo may take its time: faces are compared in many frames. */
const idPhotoTimeoutMs = 120_000;
/** Submission opens a verification, which looks for the face on the document. */
const submissionTimeoutMs = 60_000;

/** A carrier's contract desk over gRPC. */
export function contractDeskOver(connection: Connection): ContractDesk {
  const desk = connection.client(ContractDeskService);
  return {
    apply: (applicationId, signal) => desk.applyForContract({ applicationId: asBuffer(applicationId) }, { signal }),

    submitInformation: async (request, signal) => {
      const options = { signal, timeoutMs: submissionTimeoutMs };
      return present((await desk.submitContractInformation(request, options)).contract);
    },

    beginCapture: async (credentials, identityProofRequestId, captureId, signal) => {
      const request = { ...wire(credentials), identityProofRequestId, captureId: asBuffer(captureId) };
      return present((await desk.beginCapture(request, { signal })).contract);
    },

    submitCapture: async (credentials, identityProofRequestId, promptNumber, sealedSegment, signal) => {
      const request = { ...wire(credentials), identityProofRequestId, promptNumber, sealedSegment };
      return present((await desk.submitCapture(request, { signal, timeoutMs: idPhotoTimeoutMs })).contract);
    },

    get: async (credentials, signal) => present((await desk.getContract(wire(credentials), { signal })).contract),

    watch: async function* (credentials, signal) {
      for await (const { contract } of desk.watchContract(wire(credentials), { signal })) yield present(contract);
    },

    cancel: async (credentials, signal) => present((await desk.cancelContract(wire(credentials), { signal })).contract),

    reportSteps: async (credentials, steps, signal) => {
      await desk.reportSteps({ ...wire(credentials), steps }, { signal });
    },
  };
}

function wire({ contractId, contractToken }: ContractCredentials) {
  return { contractId, contractToken: asBuffer(contractToken) };
}

function present(contract: Contract | undefined): Contract {
  if (contract !== undefined) return contract;
  throw new TerminalError('internal', 'CARRIER_ANSWER_UNUSABLE', 'The carrier answered without a contract.');
}

import { Es9PlusService, type InitiateAuthenticationRequest } from '@tegata/contracts/gsma-rsp-v2';
import { ContractDeskService } from '@tegata/contracts/management-v1';
import { refusal } from '../service-error.ts';
import { type HandlersOf, implement, type ServiceImplementation } from '../service-implementation.ts';

const unserved = async (): Promise<never> => {
  throw refusal('METHOD_NOT_SERVED');
};

/** ES9+ with the handlers a test is about. InitiateAuthentication answers with the challenge unless it is one of them. */
export function es9Plus(handlers: Partial<HandlersOf<typeof Es9PlusService>> = {}): ServiceImplementation {
  return implement(Es9PlusService, {
    initiateAuthentication: async ({ euiccChallenge }) => ({
      transactionId: euiccChallenge,
      serverSigned1: Buffer.alloc(0),
      serverSignature1: Buffer.alloc(0),
      euiccCiPkIdToBeUsed: Buffer.alloc(0),
      serverCertificate: Buffer.alloc(0),
    }),
    authenticateClient: unserved,
    getBoundProfilePackage: unserved,
    handleNotification: unserved,
    cancelSession: unserved,
    ...handlers,
  });
}

/** A contract desk with the handlers a test is about. */
export function contractDesk(handlers: Partial<HandlersOf<typeof ContractDeskService>>): ServiceImplementation {
  return implement(ContractDeskService, {
    getCarrierInformation: unserved,
    applyForContract: unserved,
    submitContractInformation: unserved,
    submitIdPhoto: unserved,
    beginCapture: unserved,
    submitCapture: unserved,
    getContract: unserved,
    watchContract: () => {
      throw refusal('METHOD_NOT_SERVED');
    },
    reportSteps: unserved,
    cancelContract: unserved,
    ...handlers,
  });
}

/** A request of InitiateAuthentication as it should be. */
export const initiateAuthentication: InitiateAuthenticationRequest = {
  euiccChallenge: Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
  euiccInfo1: Buffer.from('bf2000', 'hex'),
  smdpAddress: 'rsp.aozora.example',
};

/** Names a contract, as the contract desk wants it. */
export const contractName = { contractId: '9b2f0a5e-0000-4000-8000-000000000001', contractToken: Buffer.alloc(32, 7) };

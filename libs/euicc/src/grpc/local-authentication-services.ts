import { CertificateStoreService, LocalAuthenticationService } from '@tegata/contracts/euicc-v1';
import { implement, refusal, type ServiceImplementation } from '@tegata/service-kit';
import type { Euicc } from '../euicc.ts';
import { answering } from './euicc-refusal.ts';

/** tegata.euicc.v1.LocalAuthentication over an eUICC. */
export function localAuthenticationService({ localAuthentication }: Euicc): ServiceImplementation {
  return implement(LocalAuthenticationService, {
    getStatus: () => answering(() => localAuthentication.getStatus()),
    registerPassword: async ({ password, currentPassword }) => ({
      resetCode: await answering(() => localAuthentication.registerPassword(password, currentPassword)),
    }),
    authenticate: async ({ password, binding, time }) => {
      // The field rules ask for both.
      if (binding === undefined || time === undefined) throw refusal('FIELD_INVALID');
      const attempt = await answering(() => localAuthentication.authenticate(password, binding, time));
      const { success, triesLeft, assertion } = attempt;
      return { success, triesLeft, assertion: Buffer.from(assertion) };
    },
    signCapture: async ({ time, ...segment }) => {
      // The field rules ask for it.
      if (time === undefined) throw refusal('FIELD_INVALID');
      const statement = await answering(() => localAuthentication.signCapture(segment, time));
      return { captureStatement: Buffer.from(statement) };
    },
    signTransfer: async ({ password, time, ...transfer }) => {
      // The field rules ask for it.
      if (time === undefined) throw refusal('FIELD_INVALID');
      const attempt = await answering(() => localAuthentication.signTransfer(password, transfer, time));
      return { ...attempt, transferStatement: Buffer.from(attempt.transferStatement) };
    },
    verifyPassword: ({ password }) => answering(() => localAuthentication.verifyPassword(password)),
    unlockWithResetCode: async ({ resetCode, newPassword }) => ({
      resetCode: await answering(() => localAuthentication.unlockWithResetCode(resetCode, newPassword)),
    }),
    resetMemory: async () => {
      await answering(() => localAuthentication.resetMemory());
      return {};
    },
  });
}

/** tegata.euicc.v1.CertificateStore over an eUICC. */
export function certificateStoreService({ certificateStore }: Euicc): ServiceImplementation {
  return implement(CertificateStoreService, {
    storeCertificate: async ({ issuedCertificate }) => {
      await answering(() => certificateStore.storeCertificate(issuedCertificate));
      return {};
    },
    getCertificateStatus: async () => ({ stored: await answering(() => certificateStore.isStored()) }),
    releaseCertificate: async ({ contractId }) => ({
      issuedCertificate: Buffer.from(await answering(() => certificateStore.releaseCertificate(contractId))),
    }),
  });
}

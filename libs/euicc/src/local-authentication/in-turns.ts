import type { OneAtATime } from '../one-at-a-time.ts';
import type { CertificateStore } from './certificate-store.ts';
import type {
  AssertedAttempt,
  AssertionBinding,
  CapturedSegment,
  LocalAuthentication,
  Transfer,
  TransferAttempt,
} from './local-authentication.ts';
import type { Comparison } from './registered-password.ts';

/** The local-authentication application; see `LocalAuthentication`. */
export interface LocalAuthenticationFunctions {
  getStatus(): Promise<ReturnType<LocalAuthentication['getStatus']>>;
  registerPassword(password: string, current: string): Promise<string>;
  authenticate(password: string, binding: AssertionBinding, time: Date): Promise<AssertedAttempt>;
  signCapture(segment: CapturedSegment, time: Date): Promise<Uint8Array>;
  signTransfer(password: string, transfer: Transfer, time: Date): Promise<TransferAttempt>;
  verifyPassword(password: string): Promise<Comparison>;
  unlockWithResetCode(resetCode: string, newPassword: string): Promise<string>;
  resetMemory(): Promise<void>;
}

export function localAuthenticationFunctions(
  turns: OneAtATime,
  app: LocalAuthentication,
): LocalAuthenticationFunctions {
  return {
    getStatus: () => turns.run(() => app.getStatus()),
    registerPassword: (password, current) => turns.run(() => app.registerPassword(password, current)),
    authenticate: (password, binding, time) => turns.run(() => app.authenticate(password, binding, time)),
    signCapture: (segment, time) => turns.run(() => app.signCapture(segment, time)),
    signTransfer: (password, transfer, time) => turns.run(() => app.signTransfer(password, transfer, time)),
    verifyPassword: (password) => turns.run(() => app.verifyPassword(password)),
    unlockWithResetCode: (code, password) => turns.run(() => app.unlockWithResetCode(code, password)),
    resetMemory: () => turns.run(() => app.resetMemory()),
  };
}

/** The identity certificate in the memory; see `CertificateStore`. */
export interface CertificateStoreFunctions {
  storeCertificate(issuedCertificate: Uint8Array): Promise<void>;
  isStored(): Promise<boolean>;
  releaseCertificate(contractId: Uint8Array): Promise<Uint8Array>;
}

export function certificateStoreFunctions(turns: OneAtATime, store: CertificateStore): CertificateStoreFunctions {
  return {
    storeCertificate: (issuedCertificate) => turns.run(() => store.storeCertificate(issuedCertificate)),
    isStored: () => turns.run(() => store.stored),
    releaseCertificate: (contractId) => turns.run(() => store.releaseCertificate(contractId)),
  };
}

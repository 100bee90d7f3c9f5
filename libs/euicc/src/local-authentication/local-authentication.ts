import { integer, sequence } from '@tegata/der';
import {
  assembleAssertion,
  assembleCaptureStatement,
  assembleTransferStatement,
  assertedOctets,
  captureStatementOctets,
  transferStatementOctets,
} from '@tegata/identity';
import type { RandomSource } from '@tegata/rsp';
import type { Ecasd } from '../ecasd/ecasd.ts';
import { EuiccError } from '../euicc-error.ts';
import type { Memory } from '../memory/memory.ts';
import { recordType } from '../memory/record-type.ts';
import { certificateRecord } from './certificate-store.ts';
import { type Comparison, RegisteredPassword } from './registered-password.ts';
import type { ReleasePermission } from './release-permission.ts';
import type { HashCost } from './secret-hash.ts';

/** Assertions made so far. Outlives a reset of the application: the counter of an eUICC never goes back. */
const assertionsRecord = recordType('local-authentication-assertions', sequence(0x30, { made: integer(0x80, 0) }));

/** What an assertion is bound to. */
export interface AssertionBinding {
  /** UUID, 16 octets */
  readonly contractId: Uint8Array;
  /** nonce of the contract, 32 octets */
  readonly nonce: Uint8Array;
  /** object identifier of the carrier, dotted */
  readonly carrierOid: string;
}

/** Frames that a terminal has captured for one prompt of an ID photo. */
export interface CapturedSegment {
  /** UUID, 16 octets */
  readonly contractId: Uint8Array;
  /** UUID, 16 octets */
  readonly identityProofRequestId: Uint8Array;
  readonly promptNumber: number;
  /** 32 octets */
  readonly promptNonce: Uint8Array;
  readonly frameCount: number;
  /** head of the hash chain after the last frame, 32 octets */
  readonly chainHead: Uint8Array;
}

/** An attempt, as the eUICC asserts it. */
export interface AssertedAttempt extends Comparison {
  /** DER, tag FF54 */
  readonly assertion: Uint8Array;
}

/** A certificate that is to move to the eUICC of another device. */
export interface Transfer {
  /** UUID, 16 octets */
  readonly transferId: Uint8Array;
  /** of the other eUICC, 32 digits */
  readonly successorEid: string;
}

/** An attempt to transfer, and the statement where the password was right. */
export interface TransferAttempt extends Comparison {
  /** DER, tag FF58; empty without success */
  readonly transferStatement: Uint8Array;
}

/** What the local-authentication application works with. */
export interface LocalAuthenticationContext {
  readonly memory: Memory;
  readonly ecasd: Ecasd;
  readonly random: RandomSource;
  /** what one guess at a password costs */
  readonly hashCost: HashCost;
  readonly permission: ReleasePermission;
}

/**
 * The local-authentication application (S4, S9, S45): compares in the eUICC what the user presents with what is
 * registered, and signs the outcome with the key of the eUICC. Not for concurrent calls.
 */
export class LocalAuthentication {
  private readonly password: RegisteredPassword;

  constructor(private readonly context: LocalAuthenticationContext) {
    this.password = new RegisteredPassword(context.memory, context.random, context.hashCost);
  }

  getStatus(): { readonly passwordRegistered: boolean; readonly triesLeft: number } {
    return { passwordRegistered: this.password.registered, triesLeft: this.password.triesLeft };
  }

  /**
   * S4: registers a password; answers the reset code, 16 digits, which is told this one time.
   *
   * @param current the password registered now; not looked at when there is none
   * @throws EuiccError `LOCAL_AUTHENTICATION_LOCKED`, `LOCAL_AUTHENTICATION_FAILED`
   */
  async registerPassword(password: string, current: string): Promise<string> {
    this.context.permission.revoke();
    return this.password.register(password, current);
  }

  /**
   * S9, S45: compares a password and signs the outcome, whichever it is, for one contract. Success allows the identity
   * certificate to be put out once, for this contract.
   *
   * @param time the terminal's: an eUICC has no clock
   * @throws EuiccError `LOCAL_AUTHENTICATION_NOT_REGISTERED`, `LOCAL_AUTHENTICATION_LOCKED`, `MESSAGE_MALFORMED`
   */
  async authenticate(password: string, binding: AssertionBinding, time: Date): Promise<AssertedAttempt> {
    const { memory, ecasd, permission } = this.context;
    permission.revoke();
    const made = memory.get(assertionsRecord)?.made ?? 0;
    const octetsFor = (outcome: 'success' | 'failure'): Uint8Array =>
      asserted({ ...binding, eid: ecasd.eid, counter: made, time }, outcome);
    // Before the comparison, so that values with no place in an assertion cost no try.
    const signedFor = { success: octetsFor('success'), failure: octetsFor('failure') };
    // Counted before the comparison: no number is on two assertions, whenever the power goes.
    const comparison = await this.password.compare(password, (t) => t.put(assertionsRecord, '', { made: made + 1 }));
    const signed = comparison.success ? signedFor.success : signedFor.failure;
    const [credential] = ecasd.credentials;
    const { signer, euiccCertificate, eumCertificate } = credential;
    const assertion = assembleAssertion(signed, signer(signed), euiccCertificate, eumCertificate);
    if (comparison.success) permission.grant(binding.contractId);
    return { ...comparison, assertion };
  }

  /**
   * S18: signs what was captured for one prompt of an ID photo; answers the statement, DER with the tag FF56. Changes nothing in
   * the memory, and needs no password: it says that this eUICC was in the device, not that its user was.
   *
   * @param time the terminal's: an eUICC has no clock
   * @throws EuiccError `MESSAGE_MALFORMED`
   */
  signCapture(segment: CapturedSegment, time: Date): Uint8Array {
    const { ecasd } = this.context;
    const { contractId, identityProofRequestId, ...captured } = segment;
    let stated: Uint8Array;
    try {
      const ids = { contractId: uuidText(contractId), identityProofRequestId: uuidText(identityProofRequestId) };
      stated = captureStatementOctets({ ...captured, ...ids, eid: ecasd.eid, time });
    } catch (cause) {
      throw new EuiccError('MESSAGE_MALFORMED', 'this can not be stated', { cause });
    }
    return assembleCaptureStatement(stated, ecasd.credentials[0].signer(stated));
  }

  /**
   * Compares a password and, when it is right, signs that the identity certificate is to move to another eUICC. The certificate
   * may then be put out once, under the transfer's identifier. Nothing is signed about a failure, which counts.
   *
   * @param time the terminal's: an eUICC has no clock
   * @throws EuiccError `NO_CERTIFICATE`, `LOCAL_AUTHENTICATION_NOT_REGISTERED`, `LOCAL_AUTHENTICATION_LOCKED`, `MESSAGE_MALFORMED`
   */
  async signTransfer(password: string, { transferId, successorEid }: Transfer, time: Date): Promise<TransferAttempt> {
    const { memory, ecasd, permission } = this.context;
    permission.revoke();
    if (memory.get(certificateRecord) === undefined) throw new EuiccError('NO_CERTIFICATE', 'none is stored');
    const counter = memory.get(assertionsRecord)?.made ?? 0;
    let stated: Uint8Array;
    try {
      // Before the comparison, so that values with no place in a statement cost no try.
      const statement = { transferId: uuidText(transferId), successorEid, eid: ecasd.eid, counter, time };
      stated = transferStatementOctets(statement);
    } catch (cause) {
      throw new EuiccError('MESSAGE_MALFORMED', 'this can not be stated', { cause });
    }
    const comparison = await this.password.compare(password, (t) => t.put(assertionsRecord, '', { made: counter + 1 }));
    if (!comparison.success) return { ...comparison, transferStatement: new Uint8Array(0) };
    const transferStatement = assembleTransferStatement(stated, ecasd.credentials[0].signer(stated));
    permission.grant(transferId);
    return { ...comparison, transferStatement };
  }

  /**
   * Compares a password without a contract; nothing is signed, and a failure counts.
   *
   * @throws EuiccError `LOCAL_AUTHENTICATION_NOT_REGISTERED`, `LOCAL_AUTHENTICATION_LOCKED`
   */
  async verifyPassword(password: string): Promise<Comparison> {
    this.context.permission.revoke();
    return this.password.compare(password);
  }

  /**
   * Unlocks with the reset code and registers a new password; answers the new reset code.
   *
   * @throws EuiccError `LOCAL_AUTHENTICATION_NOT_REGISTERED`, `RESET_CODE_WRONG`, `RESET_CODE_LOCKED`
   */
  async unlockWithResetCode(resetCode: string, newPassword: string): Promise<string> {
    this.context.permission.revoke();
    return this.password.unlock(resetCode, newPassword);
  }

  /** Forgets registration and identity certificate together: the certificate is nobody else's to use. */
  async resetMemory(): Promise<void> {
    this.context.permission.revoke();
    await this.context.memory.commit((t) => {
      this.password.forget(t);
      t.delete(certificateRecord, '');
    });
  }
}

function asserted(
  { contractId, ...about }: AssertionBinding & { readonly eid: string; readonly counter: number; readonly time: Date },
  outcome: 'success' | 'failure',
): Uint8Array {
  try {
    return assertedOctets({
      ...about,
      contractId: uuidText(contractId),
      method: 'password',
      outcome,
      verifiedIn: 'eUICC',
    });
  } catch (cause) {
    throw new EuiccError('MESSAGE_MALFORMED', 'this can not be asserted', { cause });
  }
}

function uuidText(octets: Uint8Array): string {
  const hex = Buffer.from(octets).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

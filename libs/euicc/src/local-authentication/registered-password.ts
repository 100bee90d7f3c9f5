import { integer, sequence } from '@tegata/der';
import type { RandomSource } from '@tegata/rsp';
import { EuiccError } from '../euicc-error.ts';
import type { Memory, Transaction } from '../memory/memory.ts';
import { recordType } from '../memory/record-type.ts';
import { newResetCode } from './reset-code.ts';
import { type HashCost, hashSecret, isSecret, SecretHashSchema } from './secret-hash.ts';

/** Failures in a row after which the password is locked. */
export const PASSWORD_TRIES = 5;
/** Wrong reset codes in a row after which only a memory reset of the application helps. */
export const RESET_CODE_TRIES = 10;

const registration = recordType(
  'local-authentication',
  sequence(0x30, { password: SecretHashSchema.withTag(0xa0), resetCode: SecretHashSchema.withTag(0xa1) }),
);
const failures = recordType(
  'local-authentication-failures',
  sequence(0x30, { password: integer(0x80, 0, PASSWORD_TRIES), resetCode: integer(0x81, 0, RESET_CODE_TRIES) }),
);

/** Whether there is a password that local authentication could succeed with. */
export function isPasswordRegistered(memory: Memory): boolean {
  return memory.get(registration) !== undefined;
}

/** Outcome of a comparison. */
export interface Comparison {
  readonly success: boolean;
  /** failures that are still allowed; 0 when locked */
  readonly triesLeft: number;
}

/**
 * The password of local authentication and the code that unlocks it.
 *
 * A try is counted as failed, durably, before the comparison begins, and the count is taken back when it succeeds:
 * cutting the power at the right moment gains no tries.
 */
export class RegisteredPassword {
  constructor(
    private readonly memory: Memory,
    private readonly random: RandomSource,
    private readonly cost: HashCost,
  ) {}

  get registered(): boolean {
    return isPasswordRegistered(this.memory);
  }

  /** Failures that are still allowed; 0 when locked, all of them when nothing is registered. */
  get triesLeft(): number {
    return PASSWORD_TRIES - this.failed.password;
  }

  /**
   * Registers a password; answers the reset code, which is not kept in clear.
   *
   * @param current the password registered now; not looked at when there is none
   * @throws EuiccError `LOCAL_AUTHENTICATION_LOCKED`, `LOCAL_AUTHENTICATION_FAILED` (which counts)
   */
  async register(password: string, current: string): Promise<string> {
    if (this.registered && !(await this.compare(current)).success) {
      throw new EuiccError('LOCAL_AUTHENTICATION_FAILED', 'the current password is another one');
    }
    return this.keep(password);
  }

  /**
   * Compares a password.
   *
   * @param also what else must be durable before the comparison begins, in the same transaction
   * @throws EuiccError `LOCAL_AUTHENTICATION_NOT_REGISTERED`, `LOCAL_AUTHENTICATION_LOCKED`
   */
  async compare(password: string, also: (transaction: Transaction) => void = () => {}): Promise<Comparison> {
    const kept = this.require();
    const { failed } = this;
    if (failed.password >= PASSWORD_TRIES) {
      throw new EuiccError('LOCAL_AUTHENTICATION_LOCKED', 'too many failures; the reset code unlocks');
    }
    await this.memory.commit((t) => {
      t.put(failures, '', { ...failed, password: failed.password + 1 });
      also(t);
    });
    const success = await isSecret(password, kept.password);
    if (success) await this.memory.commit((t) => t.put(failures, '', { ...failed, password: 0 }));
    return { success, triesLeft: this.triesLeft };
  }

  /**
   * Unlocks with the reset code and registers a new password; answers the new reset code.
   *
   * @throws EuiccError `LOCAL_AUTHENTICATION_NOT_REGISTERED`, `RESET_CODE_WRONG` (which counts), `RESET_CODE_LOCKED`
   */
  async unlock(resetCode: string, newPassword: string): Promise<string> {
    const kept = this.require();
    const { failed } = this;
    if (failed.resetCode >= RESET_CODE_TRIES) {
      throw new EuiccError('RESET_CODE_LOCKED', 'too many wrong reset codes; only a memory reset helps');
    }
    await this.memory.commit((t) => t.put(failures, '', { ...failed, resetCode: failed.resetCode + 1 }));
    if (!(await isSecret(resetCode, kept.resetCode))) {
      throw new EuiccError('RESET_CODE_WRONG', 'the reset code is another one');
    }
    return this.keep(newPassword);
  }

  /** Forgets password, reset code and failures, as part of a transaction. */
  forget(transaction: Transaction): void {
    transaction.delete(registration, '');
    transaction.delete(failures, '');
  }

  private async keep(password: string): Promise<string> {
    const code = newResetCode(this.random);
    const value = {
      password: await hashSecret(password, this.random, this.cost),
      resetCode: await hashSecret(code, this.random, this.cost),
    };
    await this.memory.commit((t) => {
      t.put(registration, '', value);
      t.delete(failures, '');
    });
    return code;
  }

  private get failed(): { readonly password: number; readonly resetCode: number } {
    return this.memory.get(failures) ?? { password: 0, resetCode: 0 };
  }

  private require() {
    const kept = this.memory.get(registration);
    if (kept === undefined) {
      throw new EuiccError('LOCAL_AUTHENTICATION_NOT_REGISTERED', 'no password is registered');
    }
    return kept;
  }
}

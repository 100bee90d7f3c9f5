import { TerminalError } from '../../terminal-error.ts';
import type { RecordIn } from '../contract-record.ts';
import type { Run, StepLog } from '../run.ts';

/**
 * S7-S9, S43-S45: asks for local authentication, takes the password the user has given, and has the eUICC compare it and
 * sign the outcome for this contract. Returns the assertion of a success.
 *
 * Errors: LOCAL_AUTHENTICATION_NOT_REGISTERED, LOCAL_AUTHENTICATION_LOCKED, PASSWORD_NEEDED, LOCAL_AUTHENTICATION_FAILED.
 * After a failure nothing goes to the carrier and no certificate is taken out; its nonce stays good for the next try.
 */
export async function authenticateLocally(record: RecordIn<'informing'>, run: Run, log: StepLog): Promise<Uint8Array> {
  await log.time('askForAuthentication', async () => requireUsable(await run.localAuthenticator.status()));
  const password = await log.time('presentAuthentication', () => requirePassword(run.password));
  const { contractId, nonce, carrierOid } = record;
  const outcome = await log.time('authenticateLocally', () =>
    run.localAuthenticator.authenticate({ password, contractId, nonce, carrierOid, time: run.now() }),
  );
  if (outcome.success) return outcome.assertion;
  throw outcome.triesLeft === 0 ? locked() : wrongPassword(outcome.triesLeft);
}

/** Refuses a local authentication that can't succeed. LOCAL_AUTHENTICATION_NOT_REGISTERED, LOCAL_AUTHENTICATION_LOCKED. */
export function requireUsable(status: { readonly registered: boolean; readonly triesLeft: number }): void {
  if (!status.registered) {
    throw new TerminalError(
      'precondition',
      'LOCAL_AUTHENTICATION_NOT_REGISTERED',
      'No password for local authentication is registered in this terminal.',
    );
  }
  if (status.triesLeft === 0) throw locked();
}

/** LOCAL_AUTHENTICATION_FAILED, with the tries that are left. */
export function wrongPassword(triesLeft: number): TerminalError {
  const left = triesLeft === 1 ? 'one try is left' : `${triesLeft} tries are left`;
  return new TerminalError('denied', 'LOCAL_AUTHENTICATION_FAILED', `The password is wrong; ${left}.`);
}

/** LOCAL_AUTHENTICATION_LOCKED. */
export function locked(): TerminalError {
  return new TerminalError(
    'precondition',
    'LOCAL_AUTHENTICATION_LOCKED',
    'Local authentication is locked after too many wrong passwords.',
  );
}

function requirePassword(password: string | undefined): string {
  if (password !== undefined && password !== '') return password;
  throw new TerminalError('precondition', 'PASSWORD_NEEDED', 'The password is needed to go on with this contract.');
}

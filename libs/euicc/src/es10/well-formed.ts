import { DerError } from '@tegata/der';
import { EuiccError } from '../euicc-error.ts';

/** Runs a function that takes DER. @throws EuiccError `MESSAGE_MALFORMED` for a request that is not the object it should be */
export async function wellFormed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new EuiccError('MESSAGE_MALFORMED', `the request is not well-formed: ${cause.message}`, { cause });
  }
}

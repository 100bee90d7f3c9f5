import { refusal, type ServiceError } from '@tegata/service-kit';
import { EuiccError } from '../euicc-error.ts';
import { MemoryError } from '../memory/memory-error.ts';

/** What a caller is told of an error of the eUICC; undefined for one that is nobody's but ours. */
export function euiccRefusal(error: unknown): ServiceError | undefined {
  if (error instanceof EuiccError) return refusal(error.code, { cause: error });
  if (error instanceof MemoryError && error.code === 'MEMORY_FULL')
    return refusal('EUICC_MEMORY_FULL', { cause: error });
  return undefined;
}

/** Runs a function of the eUICC for a handler. @throws ServiceError */
export async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw euiccRefusal(error) ?? error;
  }
}

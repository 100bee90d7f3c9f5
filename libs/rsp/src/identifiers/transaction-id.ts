import { IdentifierError } from './identifier-error.ts';
import { fromHex, toHex } from './nibbles.ts';

/** Most octets of a transactionId, and what this system uses. */
export const TRANSACTION_ID_OCTETS = 16;

/**
 * The octets of a transactionId in JSON: 2 to 32 hexadecimal digits of either case.
 *
 * @throws IdentifierError `BAD_TRANSACTION_ID`
 */
export function parseTransactionId(text: string): Uint8Array {
  if (!/^(?:[0-9A-Fa-f]{2}){1,16}$/.test(text)) {
    throw new IdentifierError('BAD_TRANSACTION_ID', 'a transactionId has 2 to 32 hexadecimal digits');
  }
  return fromHex(text);
}

/** A transactionId as JSON has it, and as sessions are indexed by: upper-case hexadecimal digits. */
export function printTransactionId(transactionId: Uint8Array): string {
  return toHex(transactionId);
}

/** Whether two transactionIds are the same octets. They are no secret. */
export function isSameTransactionId(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

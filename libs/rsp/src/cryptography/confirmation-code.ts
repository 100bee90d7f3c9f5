import { hash, timingSafeEqual } from 'node:crypto';

/** SHA256 of a confirmation code, 32 octets: what an SM-DP+ may store of it (SGP.22 section 5.3.2). */
export function confirmationCodeHash(confirmationCode: string): Uint8Array {
  return hash('sha256', Buffer.from(confirmationCode, 'utf8'), 'buffer');
}

/**
 * hashCc of a session: SHA256( SHA256(code) | transactionId ), the transactionId as octets (SGP.22 section 3.1.3).
 *
 * @param codeHash SHA256 of the confirmation code
 */
export function hashCcOf(codeHash: Uint8Array, transactionId: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([codeHash, transactionId]), 'buffer');
}

/** Whether the hashCc that an eUICC signed is the one of the code, compared in constant time. */
export function isHashCc(received: Uint8Array, codeHash: Uint8Array, transactionId: Uint8Array): boolean {
  const expected = hashCcOf(codeHash, transactionId);
  return received.length === expected.length && timingSafeEqual(received, expected);
}

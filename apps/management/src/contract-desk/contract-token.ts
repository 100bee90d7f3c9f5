import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The secret by which a terminal shows that a contract is its own: 32 octets, derived from the contract's identifier, so
 * that repeating an application gives the same token and no table holds it.
 * @param key 32 octets of this carrier.
 */
export function contractToken(key: Uint8Array, contractId: string): Buffer {
  return createHmac('sha256', key).update(`contract token ${contractId}`).digest();
}

/** Compares a received token in constant time. */
export function isContractToken(key: Uint8Array, contractId: string, received: Uint8Array): boolean {
  return received.length === 32 && timingSafeEqual(contractToken(key, contractId), received);
}

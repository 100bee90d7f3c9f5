import { createCipheriv } from 'node:crypto';

const block = 8;

/** The three keys of triple DES with two: the first again as the third. */
export const tripleDesKey = (key: Uint8Array): Uint8Array => Buffer.concat([key, key.subarray(0, block)]);

/**
 * MAC algorithm 3 of ISO/IEC 9797-1 with DES, the "retail MAC": CBC with the first key, the last block with both.
 *
 * @param key 16 octets
 * @param message whole blocks, padded already
 * @returns 8 octets
 */
export function desRetailMac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const last = message.length - block;
  // Triple DES with one key three times is DES, which OpenSSL no longer offers by itself.
  const single = Buffer.concat([key.subarray(0, block), tripleDesKey(key.subarray(0, block))]);
  const chained = createCipheriv('des-ede3-cbc', single, Buffer.alloc(block))
    .setAutoPadding(false)
    .update(message.subarray(0, last));
  const chaining = last === 0 ? Buffer.alloc(block) : chained.subarray(-block);
  return createCipheriv('des-ede3-cbc', tripleDesKey(key), chaining)
    .setAutoPadding(false)
    .update(message.subarray(last));
}

import { createCipheriv } from 'node:crypto';

const block = 16;
/** Constant of the subkeys for blocks of 128 bits (RFC 4493 section 2.3). */
const rb = 0x87;

/**
 * AES-CMAC (RFC 4493), also with the longer keys of AES: the last block of one CBC pass over the prepared message.
 *
 * @param key 16, 24 or 32 octets
 * @returns 16 octets
 */
export function aesCmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const cbc = (blocks: Uint8Array) =>
    createCipheriv(`aes-${key.length * 8}-cbc`, key, Buffer.alloc(block))
      .setAutoPadding(false)
      .update(blocks);
  const whole = message.length > 0 && message.length % block === 0;
  const k1 = doubled(cbc(Buffer.alloc(block)));
  const subkey = whole ? k1 : doubled(k1);
  const prepared = Buffer.alloc(whole ? message.length : (Math.floor(message.length / block) + 1) * block);
  prepared.set(message);
  if (!whole) prepared[message.length] = 0x80;
  const last = prepared.length - block;
  for (let at = 0; at < block; at++) prepared[last + at]! ^= subkey[at]!;
  return cbc(prepared).subarray(last);
}

/** Multiplication by x in GF(2^128). */
function doubled(octets: Uint8Array): Uint8Array {
  const result = Uint8Array.from(octets, (octet, at) => (octet << 1) | ((octets[at + 1] ?? 0) >> 7));
  if (octets[0]! >= 0x80) result[block - 1]! ^= rb;
  return result;
}

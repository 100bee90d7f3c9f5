import { createCipheriv, createDecipheriv } from 'node:crypto';

/** Octets of an AES block. */
export const BLOCK = 16;
const ZERO: Uint8Array = new Uint8Array(BLOCK);

/**
 * AES-CBC without padding, many messages with one key of 16, 24 or 32 octets.
 *
 * To make a cipher object in node:crypto takes longer than to encrypt a segment with it. One object serves for all
 * messages here: CBC adds the last ciphertext block to the next plaintext block, so adding that same block once more, and
 * the initialisation vector of the new message, makes the object start afresh.
 */
export class AesCbcEncryption {
  readonly #cipher: ReturnType<typeof createCipheriv>;
  readonly #last = new Uint8Array(BLOCK);

  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv(`aes-${8 * key.length}-cbc`, key, ZERO).setAutoPadding(false);
  }

  /**
   * The ciphertext of whole blocks; the first block of `blocks` is overwritten.
   *
   * @param blocks at least one block
   */
  encrypt(initialisationVector: Uint8Array, blocks: Uint8Array): Uint8Array {
    addTo(blocks, this.#last, initialisationVector);
    const ciphertext = this.#cipher.update(blocks);
    this.#last.set(ciphertext.subarray(ciphertext.length - BLOCK));
    return ciphertext;
  }

  /** One block in ECB mode. */
  encryptBlock(block: Uint8Array): Uint8Array {
    return this.encrypt(ZERO, Uint8Array.from(block));
  }
}

/** The reverse of `AesCbcEncryption`, by the same means. */
export class AesCbcDecryption {
  readonly #decipher: ReturnType<typeof createDecipheriv>;
  readonly #last = new Uint8Array(BLOCK);

  constructor(key: Uint8Array) {
    this.#decipher = createDecipheriv(`aes-${8 * key.length}-cbc`, key, ZERO).setAutoPadding(false);
  }

  /**
   * The plaintext of whole blocks.
   *
   * @param blocks at least one block
   */
  decrypt(initialisationVector: Uint8Array, blocks: Uint8Array): Uint8Array {
    const plaintext = this.#decipher.update(blocks);
    addTo(plaintext, this.#last, initialisationVector);
    this.#last.set(blocks.subarray(blocks.length - BLOCK));
    return plaintext;
  }
}

function addTo(block: Uint8Array, one: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < BLOCK; i++) block[i] = (block[i] as number) ^ (one[i] as number) ^ (other[i] as number);
}

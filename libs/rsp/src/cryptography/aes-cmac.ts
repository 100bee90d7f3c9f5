import { AesCbcEncryption, BLOCK } from './aes-cbc.ts';

/** Constant of the subkey derivation for blocks of 128 bits (RFC 4493 section 2.3). */
const RB = 0x87;
const ZERO: Uint8Array = new Uint8Array(BLOCK);

/** AES-CMAC (RFC 4493) of many messages with one key of 16, 24 or 32 octets. */
export class AesCmac {
  readonly #cbc: AesCbcEncryption;
  /** added to the last block when it is whole */
  readonly #k1: Uint8Array;
  /** added to the last block when it had to be padded */
  readonly #k2: Uint8Array;

  constructor(key: Uint8Array) {
    this.#cbc = new AesCbcEncryption(key);
    this.#k1 = doubled(this.#cbc.encryptBlock(ZERO));
    this.#k2 = doubled(this.#k1);
  }

  /** The MAC, 16 octets, over parts one after the other: the last block of one CBC pass. */
  compute(...parts: readonly Uint8Array[]): Uint8Array {
    let length = 0;
    for (const part of parts) length += part.length;
    const blocks = Buffer.allocUnsafe(Math.max(BLOCK, Math.ceil(length / BLOCK) * BLOCK));
    let at = 0;
    for (const part of parts) {
      blocks.set(part, at);
      at += part.length;
    }
    if (at < blocks.length) {
      blocks.fill(0, at);
      blocks[at] = 0x80;
    }
    const subkey = at < blocks.length ? this.#k2 : this.#k1;
    const lastBlock = blocks.length - BLOCK;
    for (let i = 0; i < BLOCK; i++) blocks[lastBlock + i] = (blocks[lastBlock + i] as number) ^ (subkey[i] as number);
    return this.#cbc.encrypt(ZERO, blocks).subarray(lastBlock);
  }
}

/** Multiplication by x in GF(2^128). */
function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(BLOCK);
  for (let i = 0; i < BLOCK; i++) result[i] = ((block[i] as number) << 1) | ((block[i + 1] ?? 0) >> 7);
  if ((block[0] as number) >= 0x80) result[BLOCK - 1] = (result[BLOCK - 1] as number) ^ RB;
  return result;
}

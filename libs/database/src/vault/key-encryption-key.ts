import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { VaultError } from './vault-error.ts';

/**
 * A key that encrypts data keys and never leaves its place: this process today, a key management service or an HSM
 * where there is one.
 */
export interface KeyEncryptionKey {
  /** Names the key in what it has wrapped: printable, at most 64 characters. */
  readonly id: string;
  /**
   * Encrypt a data key.
   *
   * @param dataKey 32 octets.
   * @param context octets that have to be the same at unwrapping.
   */
  wrap(dataKey: Uint8Array, context: Uint8Array): Promise<Uint8Array>;
  /** Decrypt a data key. @throws VaultError `TAMPERED` when key or context are not those of the wrapping. */
  unwrap(wrapped: Uint8Array, context: Uint8Array): Promise<Uint8Array>;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;

/** Octets from a cryptographically secure source. */
export type Random = (octets: number) => Uint8Array;

/** A key-encryption key in this process's memory: AES-256-GCM, nonce (12 octets), ciphertext, tag (16 octets). */
export class LocalKeyEncryptionKey implements KeyEncryptionKey {
  readonly id: string;
  readonly #key: KeyObject;
  readonly #random: Random;

  /** @param key 32 octets, or a secret key of that length. */
  constructor(id: string, key: Uint8Array | KeyObject, random: Random = randomBytes) {
    this.id = id;
    this.#key = key instanceof Uint8Array ? createSecretKey(key) : key;
    this.#random = random;
    if (this.#key.symmetricKeySize !== 32) throw new RangeError('a key-encryption key has 32 octets');
  }

  async wrap(dataKey: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
    return encrypt(this.#key, dataKey, context, this.#random);
  }

  async unwrap(wrapped: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
    return decrypt(this.#key, wrapped, context);
  }
}

/** AES-256-GCM under a random nonce: nonce, ciphertext, tag. */
export function encrypt(key: KeyObject, plaintext: Uint8Array, context: Uint8Array, random: Random): Uint8Array {
  const nonce = random(NONCE_OCTETS);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(context);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Inverse of {@link encrypt}. @throws VaultError `TAMPERED` */
export function decrypt(key: KeyObject, sealed: Uint8Array, context: Uint8Array): Uint8Array {
  if (sealed.length < NONCE_OCTETS + TAG_OCTETS) throw new VaultError('MALFORMED');
  const tagStart = sealed.length - TAG_OCTETS;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_OCTETS), { authTagLength: TAG_OCTETS });
  decipher.setAAD(context).setAuthTag(sealed.subarray(tagStart));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_OCTETS, tagStart)), decipher.final()]);
  } catch {
    throw new VaultError('TAMPERED');
  }
}

import { createSecretKey, randomBytes } from 'node:crypto';
import { decrypt, encrypt, type KeyEncryptionKey, type Random } from './key-encryption-key.ts';
import {
  decodeWrappedKey,
  encodeWrappedKey,
  joinSealed,
  type Octets,
  splitSealed,
  type WrappedKey,
} from './sealed-form.ts';
import { VaultError } from './vault-error.ts';

const DATA_KEY_OCTETS = 32;

/** Sealed data whose key is stored in a column of its own. */
export interface SealedApart {
  /** Setting this column to null erases the value, however large that is. */
  readonly wrappedKey: Octets;
  readonly ciphertext: Octets;
}

/** What a vault is made of. */
export interface VaultOptions {
  /** Key under which new data is sealed. */
  readonly current: KeyEncryptionKey;
  /** Keys of the past, for data sealed before the last change of keys. */
  readonly former?: readonly KeyEncryptionKey[];
  /** Source of data keys and nonces. */
  readonly random?: Random;
}

/**
 * Encrypts personal data for the row it stands in.
 *
 * Every value has a data key of its own (AES-256-GCM), wrapped by a key-encryption key that the database never sees. Key
 * and value are bound to a place, so that a value copied to another row or column does not open. Deleting the wrapped
 * key erases the value, wherever its ciphertext is.
 *
 * A place is a string that names row and column and cannot mean another, such as `verification:<id>:documents`.
 */
export class Vault {
  readonly #current: KeyEncryptionKey;
  readonly #keys: ReadonlyMap<string, KeyEncryptionKey>;
  readonly #random: Random;

  /** @throws RangeError when two keys have the same name, or one has none that can be stored. */
  constructor({ current, former = [], random = randomBytes }: VaultOptions) {
    this.#current = current;
    this.#random = random;
    const keys = [current, ...former];
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    if (this.#keys.size !== keys.length) throw new RangeError('two key-encryption keys have the same name');
    if (keys.some(({ id }) => !/^[\x21-\x7e]{1,64}$/.test(id)))
      throw new RangeError('a key name is 1 to 64 characters');
  }

  /** Encrypt a value for one place, its wrapped key included: for a single column. */
  async seal(place: string, plaintext: Uint8Array): Promise<Octets> {
    const { wrappedKey, ciphertext } = await this.sealApart(place, plaintext);
    return joinSealed(wrappedKey, ciphertext);
  }

  /**
   * Inverse of {@link seal}.
   *
   * @throws VaultError `TAMPERED`, `MALFORMED`, `UNKNOWN_KEY`; `ERASED` for null.
   */
  async open(place: string, sealed: Uint8Array | null): Promise<Octets> {
    if (sealed === null) throw new VaultError('ERASED');
    const { wrappedKey, ciphertext } = splitSealed(sealed);
    return this.openApart(place, wrappedKey, ciphertext);
  }

  /** Encrypt a value for one place, with its wrapped key apart: for two columns. */
  async sealApart(place: string, plaintext: Uint8Array): Promise<SealedApart> {
    const dataKey = this.#random(DATA_KEY_OCTETS);
    try {
      const ciphertext = encrypt(createSecretKey(dataKey), plaintext, contextOf('value', place), this.#random);
      return { wrappedKey: await this.#wrap(place, dataKey), ciphertext: new Uint8Array(ciphertext) };
    } finally {
      dataKey.fill(0);
    }
  }

  /**
   * Inverse of {@link sealApart}.
   *
   * @throws VaultError `ERASED` when the wrapped key is null; otherwise as {@link open}.
   */
  async openApart(place: string, wrappedKey: Uint8Array | null, ciphertext: Uint8Array): Promise<Octets> {
    if (wrappedKey === null) throw new VaultError('ERASED');
    const dataKey = await this.#unwrap(place, decodeWrappedKey(wrappedKey));
    try {
      return new Uint8Array(decrypt(createSecretKey(dataKey), ciphertext, contextOf('value', place)));
    } finally {
      dataKey.fill(0);
    }
  }

  /**
   * Wrap the key of a sealed value again under the current key-encryption key; the value itself stays as it is.
   *
   * @returns the same octets when they are under that key already.
   * @throws VaultError as {@link open}.
   */
  async rewrap(place: string, sealed: Uint8Array): Promise<Octets> {
    const { wrappedKey, ciphertext } = splitSealed(sealed);
    return joinSealed(await this.rewrapKey(place, wrappedKey), ciphertext);
  }

  /** The same for a wrapped key that is stored apart. */
  async rewrapKey(place: string, wrappedKey: Uint8Array): Promise<Octets> {
    const old = decodeWrappedKey(wrappedKey);
    if (old.keyId === this.#current.id) return new Uint8Array(wrappedKey);
    const dataKey = await this.#unwrap(place, old);
    try {
      return await this.#wrap(place, dataKey);
    } finally {
      dataKey.fill(0);
    }
  }

  async #wrap(place: string, dataKey: Uint8Array): Promise<Octets> {
    const wrapped = await this.#current.wrap(dataKey, contextOf('key', place));
    return encodeWrappedKey({ keyId: this.#current.id, wrapped });
  }

  async #unwrap(place: string, { keyId, wrapped }: WrappedKey): Promise<Uint8Array> {
    const key = this.#keys.get(keyId);
    if (key === undefined) throw new VaultError('UNKNOWN_KEY');
    return key.unwrap(wrapped, contextOf('key', place));
  }
}

/** Associated data: what it is, and where it stands. */
function contextOf(what: 'key' | 'value', place: string): Uint8Array {
  return Buffer.from(`tegata vault 1\0${what}\0${place}`, 'utf8');
}

import { VaultError } from './vault-error.ts';

/** Octets in the form in which Prisma stores them. */
export type Octets = Uint8Array<ArrayBuffer>;

/** A wrapped data key and the name of the key that wrapped it. */
export interface WrappedKey {
  readonly keyId: string;
  readonly wrapped: Uint8Array;
}

const VERSION = 1;

/** Version (1), length of the key's name, the name, the wrapped key. */
export function encodeWrappedKey({ keyId, wrapped }: WrappedKey): Octets {
  const name = Buffer.from(keyId, 'latin1');
  return join(Uint8Array.of(VERSION, name.length), name, wrapped);
}

/** @throws VaultError `MALFORMED` */
export function decodeWrappedKey(octets: Uint8Array): WrappedKey {
  const [version, nameLength = 0] = octets;
  if (version !== VERSION || nameLength === 0 || octets.length <= 2 + nameLength) throw new VaultError('MALFORMED');
  const name = Buffer.from(octets.subarray(2, 2 + nameLength));
  return { keyId: name.toString('latin1'), wrapped: octets.subarray(2 + nameLength) };
}

/** Wrapped key and ciphertext as one value: length of the key (two octets), the key, the ciphertext. */
export function joinSealed(wrappedKey: Uint8Array, ciphertext: Uint8Array): Octets {
  const length = new Uint8Array(2);
  new DataView(length.buffer).setUint16(0, wrappedKey.length);
  return join(length, wrappedKey, ciphertext);
}

/** Inverse of {@link joinSealed}. @throws VaultError `MALFORMED` */
export function splitSealed(sealed: Uint8Array): { wrappedKey: Uint8Array; ciphertext: Uint8Array } {
  if (sealed.length < 2) throw new VaultError('MALFORMED');
  const end = 2 + new DataView(sealed.buffer, sealed.byteOffset).getUint16(0);
  if (sealed.length < end) throw new VaultError('MALFORMED');
  return { wrappedKey: sealed.subarray(2, end), ciphertext: sealed.subarray(end) };
}

function join(...parts: readonly Uint8Array[]): Octets {
  const octets = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    octets.set(part, offset);
    offset += part.length;
  }
  return octets;
}

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { AesCmac } from '@tegata/rsp';

/** Algorithms of KIc and KID, and the last four bits that name them there (ETSI TS 102 225 sections 5.1.2, 5.1.3.1). */
export const KEY_ALGORITHMS = { aes: 0x02, 'triple-des-2': 0x05, 'triple-des-3': 0x09 } as const;
export type KeyAlgorithm = keyof typeof KEY_ALGORITHMS;

/** Octets that the keys of an algorithm may have. */
export const KEY_OCTETS: Readonly<Record<KeyAlgorithm, readonly number[]>> = {
  aes: [16, 24, 32],
  'triple-des-2': [16],
  'triple-des-3': [24],
};

/** A key of a key set. */
export interface PacketKey {
  readonly algorithm: KeyAlgorithm;
  readonly value: Uint8Array;
  /** octets of a cryptographic checksum with this key: 4 or 8 for AES, 8 for triple DES */
  readonly checksumOctets: number;
}

/** Octets of a block. */
export function blockOctets({ algorithm }: PacketKey): number {
  return algorithm === 'aes' ? 16 : 8;
}

/** CBC with an initial chaining value of zero. @param blocks whole blocks */
export function encipher(key: PacketKey, blocks: Uint8Array): Uint8Array {
  return createCipheriv(cipherName(key), cipherKey(key), Buffer.alloc(blockOctets(key)))
    .setAutoPadding(false)
    .update(blocks);
}

/** The reverse of `encipher`. */
export function decipher(key: PacketKey, blocks: Uint8Array): Uint8Array {
  return createDecipheriv(cipherName(key), cipherKey(key), Buffer.alloc(blockOctets(key)))
    .setAutoPadding(false)
    .update(blocks);
}

/** The cryptographic checksum: the beginning of the CMAC for AES, the last block of CBC over zero-padded octets for triple DES. */
export function checksum(key: PacketKey, octets: Uint8Array): Uint8Array {
  if (key.algorithm === 'aes') return new AesCmac(key.value).compute(octets).subarray(0, key.checksumOctets);
  const padded = Buffer.alloc(Math.ceil(octets.length / 8) * 8);
  padded.set(octets);
  return encipher(key, padded).subarray(-8);
}

function cipherName({ algorithm, value }: PacketKey): string {
  return algorithm === 'aes' ? `aes-${8 * value.length}-cbc` : 'des-ede3-cbc';
}

/** With two keys the first serves as the third again. */
function cipherKey({ algorithm, value }: PacketKey): Uint8Array {
  return algorithm === 'triple-des-2' ? Buffer.concat([value, value.subarray(0, 8)]) : value;
}

import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { aesCmac } from './aes-cmac.ts';
import { desRetailMac, tripleDesKey } from './des-retail-mac.ts';

/** What a key is for: the counter of the key derivation function (ICAO 9303-11 section 9.7.1). */
export const keyPurposes = { encryption: 1, mac: 2, password: 3 } as const;
export type KeyPurpose = (typeof keyPurposes)[keyof typeof keyPurposes];

/** Octets of a MAC, of either kind. */
export const macOctets = 8;

/** A block cipher with the MAC and key derivation that go with it. */
export interface CipherSuite {
  readonly blockOctets: 8 | 16;
  /** a key of this suite from a shared secret */
  deriveKey(secret: Uint8Array, purpose: KeyPurpose): Uint8Array;
  /** CBC over whole blocks */
  encrypt(key: Uint8Array, initialisationVector: Uint8Array, blocks: Uint8Array): Uint8Array;
  decrypt(key: Uint8Array, initialisationVector: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** MAC of an authentication, 8 octets, of a message as it is */
  mac(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** MAC of secure messaging, 8 octets: there the message is always padded (section 9.8.6) */
  messagingMac(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** initialisation vector for a message with this send sequence counter (section 9.8.6.1, .2) */
  initialisationVector(key: Uint8Array, counter: Uint8Array): Uint8Array;
}

/** Padding method 2 of ISO/IEC 9797-1: at least one octet. */
export function pad(message: Uint8Array, blockOctets: number): Uint8Array {
  const padded = Buffer.alloc((Math.floor(message.length / blockOctets) + 1) * blockOctets);
  padded.set(message);
  padded[message.length] = 0x80;
  return padded;
}

/** Takes the padding away; undefined where there is none. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  const end = Buffer.from(padded).lastIndexOf(0x80);
  if (end < 0 || padded.subarray(end + 1).some((octet) => octet !== 0)) return undefined;
  return padded.subarray(0, end);
}

const kdf = (digest: 'sha1' | 'sha256', secret: Uint8Array, purpose: KeyPurpose): Uint8Array =>
  createHash(digest)
    .update(secret)
    .update(Buffer.of(0, 0, 0, purpose))
    .digest();

/** Triple DES with two keys and the retail MAC: BAC, and the oldest PACE. */
export const tripleDes: CipherSuite = {
  blockOctets: 8,
  deriveKey: (secret, purpose) => withOddParity(kdf('sha1', secret, purpose).subarray(0, 16)),
  encrypt: (key, iv, blocks) =>
    createCipheriv('des-ede3-cbc', tripleDesKey(key), iv).setAutoPadding(false).update(blocks),
  decrypt: (key, iv, blocks) =>
    createDecipheriv('des-ede3-cbc', tripleDesKey(key), iv).setAutoPadding(false).update(blocks),
  mac: (key, message) => desRetailMac(key, pad(message, 8)),
  messagingMac: (key, message) => desRetailMac(key, pad(message, 8)),
  initialisationVector: () => new Uint8Array(8),
};

/** AES with CMAC. Keys of 128 bits are derived with SHA-1, longer ones with SHA-256 (section 9.7.1.1, .2). */
export function aes(bits: 128 | 192 | 256): CipherSuite {
  const cipher = `aes-${bits}-cbc`;
  const suite: CipherSuite = {
    blockOctets: 16,
    deriveKey: (secret, purpose) => kdf(bits === 128 ? 'sha1' : 'sha256', secret, purpose).subarray(0, bits / 8),
    encrypt: (key, iv, blocks) => createCipheriv(cipher, key, iv).setAutoPadding(false).update(blocks),
    decrypt: (key, iv, blocks) => createDecipheriv(cipher, key, iv).setAutoPadding(false).update(blocks),
    mac: (key, message) => aesCmac(key, message).subarray(0, macOctets),
    messagingMac: (key, message) => suite.mac(key, pad(message, 16)),
    initialisationVector: (key, counter) => suite.encrypt(key, new Uint8Array(16), counter),
  };
  return suite;
}

/** DES keys have octets with an odd number of ones. */
function withOddParity(key: Uint8Array): Uint8Array {
  return key.map((octet) => {
    let ones = 0;
    for (let bits = octet & 0xfe; bits > 0; bits >>= 1) ones += bits & 1;
    return (octet & 0xfe) | (ones % 2 === 0 ? 1 : 0);
  });
}

import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  ECDH,
  timingSafeEqual,
} from 'node:crypto';
import { AkaError } from './aka-error.ts';

/** Protection schemes of a SUPI (3GPP TS 33.501 annex C.3). */
export const PROTECTION_SCHEME = { null: 0, profileA: 1, profileB: 2 } as const;
export type EciesProfile = 'profileA' | 'profileB';

/** A key pair for one concealment. */
export interface EphemeralKeyPair {
  /** scalar, 32 octets */
  readonly privateKey: Uint8Array;
  /** X25519: 32 octets; P-256: the point compressed, 33 octets */
  readonly publicKey: Uint8Array;
}

const SCALAR_OCTETS = 32;
const CURVE = 'prime256v1';
/** What stands before the key in its DER (RFC 8410). */
const X25519_PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const X25519_PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');
/** Octets of keys and MAC (annex C.3.4: AES-128 in CTR mode, HMAC-SHA-256 cut to 64 bits). */
const KEY_OCTETS = 16;
const COUNTER_OCTETS = 16;
const MAC_OCTETS = 8;
const DERIVED_OCTETS = 64;

/** A new ephemeral key pair. @param random octets of a cryptographic source */
export function newEphemeralKeyPair(profile: EciesProfile, random: (octets: number) => Uint8Array): EphemeralKeyPair {
  for (;;) {
    const privateKey = random(SCALAR_OCTETS);
    const publicKey = tryPublicKey(profile, privateKey);
    // P-256 has scalars of 32 octets that are no key: one in 2^32.
    if (publicKey !== undefined) return { privateKey, publicKey };
  }
}

/** The public key of a private one. @throws AkaError `BAD_KEY` */
export function publicKeyOf(profile: EciesProfile, privateKey: Uint8Array): Uint8Array {
  const publicKey = tryPublicKey(profile, privateKey);
  if (publicKey === undefined) throw new AkaError('BAD_KEY', 'no private key of the curve');
  return publicKey;
}

/**
 * Conceals the scheme input, for an IMSI the digits of the MSIN two to an octet, with the home network's public key (annex C.3.2).
 *
 * @param homeNetworkKey X25519: 32 octets; P-256: the point, compressed or not
 * @returns scheme output: ephemeral public key, ciphertext as long as the input, MAC of 8 octets
 * @throws AkaError `BAD_KEY` for a key that is no point of the curve, or one that every secret is the same with
 */
export function conceal(
  profile: EciesProfile,
  schemeInput: Uint8Array,
  homeNetworkKey: Uint8Array,
  ephemeral: EphemeralKeyPair,
): Uint8Array {
  const secret = agree(profile, ephemeral.privateKey, homeNetworkKey);
  const keys = derive(secret, ephemeral.publicKey);
  const cipher = createCipheriv('aes-128-ctr', keys.encryption, keys.counter);
  const ciphertext = Buffer.concat([cipher.update(schemeInput), cipher.final()]);
  return Buffer.concat([ephemeral.publicKey, ciphertext, macOf(keys.mac, ciphertext)]);
}

/**
 * What the home network does with a scheme output (annex C.3.3): the scheme input, or undefined when the MAC is wrong.
 *
 * @throws AkaError `BAD_SIZE`, `BAD_KEY`
 */
export function reveal(
  profile: EciesProfile,
  schemeOutput: Uint8Array,
  homeNetworkPrivateKey: Uint8Array,
): Uint8Array | undefined {
  const keyOctets = profile === 'profileA' ? SCALAR_OCTETS : SCALAR_OCTETS + 1;
  if (schemeOutput.length < keyOctets + MAC_OCTETS) throw new AkaError('BAD_SIZE', 'the scheme output is too short');
  const publicKey = schemeOutput.subarray(0, keyOctets);
  const ciphertext = schemeOutput.subarray(keyOctets, -MAC_OCTETS);
  const keys = derive(agree(profile, homeNetworkPrivateKey, publicKey), publicKey);
  if (!timingSafeEqual(macOf(keys.mac, ciphertext), schemeOutput.subarray(-MAC_OCTETS))) return undefined;
  const decipher = createDecipheriv('aes-128-ctr', keys.encryption, keys.counter);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

/** Shared secret, 32 octets. */
function agree(profile: EciesProfile, privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    if (profile === 'profileB') {
      const ecdh = createECDH(CURVE);
      ecdh.setPrivateKey(privateKey);
      return ecdh.computeSecret(publicKey);
    }
    if (publicKey.length !== SCALAR_OCTETS) throw new AkaError('BAD_KEY', 'a key of X25519 has 32 octets');
    const der = { format: 'der', type: 'spki', key: Buffer.concat([X25519_PUBLIC, publicKey]) } as const;
    return diffieHellman({ privateKey: x25519Key(privateKey), publicKey: createPublicKey(der) });
  } catch (cause) {
    if (cause instanceof AkaError) throw cause;
    throw new AkaError('BAD_KEY', 'no secret can be agreed on with the key', { cause });
  }
}

function tryPublicKey(profile: EciesProfile, privateKey: Uint8Array): Uint8Array | undefined {
  if (privateKey.length !== SCALAR_OCTETS) return undefined;
  try {
    if (profile === 'profileA') {
      const der = createPublicKey(x25519Key(privateKey)).export({ format: 'der', type: 'spki' });
      return der.subarray(X25519_PUBLIC.length);
    }
    const ecdh = createECDH(CURVE);
    ecdh.setPrivateKey(privateKey);
    return Buffer.from(ECDH.convertKey(ecdh.getPublicKey(), CURVE, undefined, undefined, 'compressed') as Buffer);
  } catch {
    return undefined;
  }
}

function x25519Key(privateKey: Uint8Array) {
  return createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.concat([X25519_PRIVATE, privateKey]) });
}

/** ANSI X9.63 with SHA-256; the shared information is the ephemeral public key as it travels. */
function derive(secret: Uint8Array, sharedInfo: Uint8Array) {
  const blocks = [1, 2].map((counter) =>
    createHash('sha256')
      .update(secret)
      .update(Uint8Array.of(0, 0, 0, counter))
      .update(sharedInfo)
      .digest(),
  );
  const derived = Buffer.concat(blocks).subarray(0, DERIVED_OCTETS);
  return {
    encryption: derived.subarray(0, KEY_OCTETS),
    counter: derived.subarray(KEY_OCTETS, KEY_OCTETS + COUNTER_OCTETS),
    mac: derived.subarray(KEY_OCTETS + COUNTER_OCTETS),
  };
}

function macOf(key: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(ciphertext).digest().subarray(0, MAC_OCTETS);
}

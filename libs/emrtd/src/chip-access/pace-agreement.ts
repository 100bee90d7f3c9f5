import { encodeObjectIdentifier, encodeTlv } from '@tegata/der';
import { type CipherSuite, keyPurposes } from './cipher-suite.ts';
import type { DomainParameters, Point } from './domain-parameters.ts';
import type { SessionKeys } from './secure-messaging.ts';
import type { PaceProtocol } from './security-infos.ts';

/** Octets of the nonce that a chip encrypts with the password. */
export const nonceOctets = 16;

/** A key pair for one run of PACE. */
export interface EphemeralKey {
  readonly scalar: bigint;
  readonly publicKey: Point;
}

/** A fresh key pair. Eight octets more than the order has leave no bias worth the name. */
export function ephemeralKey(
  { order, coordinateOctets }: DomainParameters,
  generator: Point,
  random: (octets: number) => Uint8Array,
): EphemeralKey {
  const scalar = (toNumber(random(coordinateOctets + 8)) % (order - 1n)) + 1n;
  return { scalar, publicKey: generator.multiply(scalar) };
}

/**
 * Generic mapping (ICAO 9303-11 section 4.4.3.3.1): another generator, which only those can know who know the nonce and one
 * of the private keys.
 * @returns undefined in the case that would make it the point at infinity
 */
export function mapNonce(
  { generator, order }: DomainParameters,
  nonce: Uint8Array,
  { scalar }: EphemeralKey,
  theirs: Point,
): Point | undefined {
  const s = toNumber(nonce) % order;
  const shared = theirs.multiply(scalar);
  const mapped = s === 0n ? shared : generator.multiply(s).add(shared);
  return mapped.is0() ? undefined : mapped;
}

/** The keys of a session from the agreed point, whose x coordinate is the secret. */
export function paceSession(suite: CipherSuite, agreed: Point): SessionKeys {
  const { length } = agreed.toBytes(false);
  const secret = agreed.toBytes(false).subarray(1, 1 + (length - 1) / 2);
  return {
    suite,
    encryption: suite.deriveKey(secret, keyPurposes.encryption),
    mac: suite.deriveKey(secret, keyPurposes.mac),
    counter: new Uint8Array(suite.blockOctets),
  };
}

/** Authentication token: a MAC over the public key of the other side (section 4.4.3.4). */
export function authenticationToken({ oid }: PaceProtocol, { suite, mac }: SessionKeys, theirs: Point): Uint8Array {
  const object = encodeTlv(
    0x7f49,
    encodeTlv(0x06, encodeObjectIdentifier(oid)),
    encodeTlv(0x86, theirs.toBytes(false)),
  );
  return suite.mac(mac, object);
}

export const passwordKey = (suite: CipherSuite, password: Uint8Array): Uint8Array =>
  suite.deriveKey(password, keyPurposes.password);

const toNumber = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex')}`);

import { createECDH, ECDH } from 'node:crypto';
import { type Curve, nodeCurveNames } from '@tegata/x509';
import { POINT_OCTETS } from '../objects/elements.ts';
import type { RandomSource } from './random-source.ts';
import { wipe } from './wipe.ts';

/** Octets of a private key, and of the shared secret, on both curves. */
const SCALAR_OCTETS = 32;

/** Order of the base point of each curve (SEC 2; RFC 5639): private keys are below it. */
const orders: Readonly<Record<Curve, Uint8Array>> = {
  'P-256': Buffer.from('FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551', 'hex'),
  brainpoolP256r1: Buffer.from('A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7', 'hex'),
};

/** A public key that is no uncompressed point on the curve. */
export class KeyAgreementError extends Error {
  readonly code = 'BAD_POINT';

  constructor(options?: { cause?: unknown }) {
    super('public key is no uncompressed point on the curve', options);
    this.name = 'KeyAgreementError';
  }
}

/** A one-time key as it is used: its public point, and what it agrees on with another one. */
export interface OneTimeKey {
  readonly curve: Curve;
  /** point, 65 octets */
  readonly publicKey: Uint8Array;
  /**
   * The shared secret with the other side: x-coordinate, 32 octets (ECKA-EG, BSI TR-03111). Secret: wipe it.
   *
   * @throws KeyAgreementError when the other side's key is no uncompressed point on this curve
   */
  agree(publicKey: Uint8Array): Uint8Array;
}

/**
 * One-time key pair of a key agreement (otSK/otPK.DP.ECKA, otSK/otPK.EUICC.ECKA; SGP.22 section 2.6.4).
 *
 * The private key lives in OpenSSL, which clears it when the pair is collected. An eUICC that has to survive a reset takes
 * it out with `privateKey` and forgets it when the package is installed.
 */
export class OneTimeKeyPair implements OneTimeKey {
  readonly curve: Curve;
  readonly publicKey: Uint8Array;
  readonly #ecdh: ECDH;

  private constructor(curve: Curve, ecdh: ECDH) {
    this.curve = curve;
    this.publicKey = ecdh.getPublicKey();
    this.#ecdh = ecdh;
  }

  /** A new pair. */
  static generate(curve: Curve, random: RandomSource): OneTimeKeyPair {
    const scalar = Buffer.alloc(SCALAR_OCTETS);
    // Rejection, not reduction: every private key is equally likely. On brainpool a third of the draws is too large.
    do scalar.set(random(SCALAR_OCTETS));
    while (!isPrivateKey(curve, scalar));
    const pair = OneTimeKeyPair.of(curve, scalar);
    wipe(scalar);
    return pair;
  }

  /**
   * The pair of a private key of 32 octets.
   *
   * @throws RangeError for a number that is no private key on the curve
   */
  static of(curve: Curve, privateKey: Uint8Array): OneTimeKeyPair {
    if (privateKey.length !== SCALAR_OCTETS || !isPrivateKey(curve, privateKey)) {
      throw new RangeError('not a private key on the curve');
    }
    const ecdh = createECDH(nodeCurveNames[curve]);
    ecdh.setPrivateKey(privateKey);
    return new OneTimeKeyPair(curve, ecdh);
  }

  /** A copy of the private key, 32 octets. Secret: wipe it. */
  privateKey(): Uint8Array {
    const minimal = this.#ecdh.getPrivateKey();
    const scalar = new Uint8Array(SCALAR_OCTETS);
    scalar.set(minimal, SCALAR_OCTETS - minimal.length);
    wipe(minimal);
    return scalar;
  }

  agree(publicKey: Uint8Array): Uint8Array {
    if (!isUncompressed(publicKey)) throw new KeyAgreementError();
    try {
      return this.#ecdh.computeSecret(publicKey);
    } catch (cause) {
      throw new KeyAgreementError({ cause });
    }
  }
}

/** Whether octets are an uncompressed point on the curve. */
export function isPointOnCurve(curve: Curve, point: Uint8Array): boolean {
  if (!isUncompressed(point)) return false;
  try {
    ECDH.convertKey(point, nodeCurveNames[curve]);
    return true;
  } catch {
    return false;
  }
}

function isUncompressed(point: Uint8Array): boolean {
  return point.length === POINT_OCTETS && point[0] === 0x04;
}

function isPrivateKey(curve: Curve, scalar: Uint8Array): boolean {
  return Buffer.compare(scalar, orders[curve]) < 0 && scalar.some((octet) => octet !== 0);
}

import { createPublicKey, diffieHellman, type KeyObject, sign } from 'node:crypto';

/**
 * A private key that signs, wherever it is kept. Asynchronous, so that a PKCS#11 token or a key service can stand behind it.
 */
export interface SigningKey {
  readonly publicKey: KeyObject;
  /** ECDSA with SHA-256 over `data`. `der` is for X.509; `ieee-p1363`, r | s in 64 octets, for SGP.22 objects. */
  sign(data: Uint8Array, encoding: SignatureEncoding): Promise<Uint8Array>;
}

/** Form of an ECDSA signature value. */
export type SignatureEncoding = 'der' | 'ieee-p1363';

/** A private key that agrees on secrets (ECDH), as HPKE needs it. */
export interface AgreementKey {
  readonly publicKey: KeyObject;
  /** for libraries that do the agreement themselves; a key that can't leave its token has none */
  readonly privateKey?: KeyObject;
  /** x-coordinate of the shared point, 32 octets for the curves in use */
  deriveSharedSecret(peer: KeyObject): Promise<Uint8Array>;
}

/** A private key in this process. */
export class InProcessKey implements SigningKey, AgreementKey {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;

  constructor(privateKey: KeyObject) {
    this.privateKey = privateKey;
    this.publicKey = createPublicKey(privateKey);
  }

  async sign(data: Uint8Array, encoding: SignatureEncoding): Promise<Uint8Array> {
    return sign('sha256', data, { key: this.privateKey, dsaEncoding: encoding });
  }

  async deriveSharedSecret(peer: KeyObject): Promise<Uint8Array> {
    return diffieHellman({ privateKey: this.privateKey, publicKey: peer });
  }
}

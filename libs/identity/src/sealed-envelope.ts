import type { KeyObject } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { type Certificate, curveOf, subjectPublicKeyInfo } from '@tegata/x509';

/** What a sealed message is for; the HPKE info. A message sealed for one purpose does not open for another. */
export const sealPurposes = {
  /** terminal to authentication (S12): IdentityDocuments; bound to the contract id */
  identityDocuments: 'tegata identity documents v1',
  /** terminal to authentication (S19): CaptureSegment; bound to the contract id */
  captureSegment: 'tegata capture segment v1',
  /** management to authentication (S14): the EID, 32 ASCII digits; bound to the contract id */
  eid: 'tegata eid v1',
  /** authentication to relay (S29): IssuedCertificate; bound to the digest of the data acquisition key */
  identityCertificate: 'tegata identity certificate v1',
} as const;

export type SealPurpose = (typeof sealPurposes)[keyof typeof sealPurposes];

/** A sealed message; the members of `tegata.authentication.v1.SealedEnvelope`. */
export interface SealedEnvelope {
  /** HPKE enc: ephemeral point, 65 octets */
  readonly encapsulatedKey: Buffer;
  /** ciphertext and tag: 16 octets longer than the message */
  readonly ciphertext: Buffer;
}

/** Why sealing or opening failed. Stable. */
export type SealedEnvelopeErrorCode =
  /** not sealed to this key, for this purpose and binding, or changed on the way; which of these is not told */
  | 'ENVELOPE_UNREADABLE'
  /** the recipient's key is no P-256 key that may agree on secrets, or its private part is not at hand */
  | 'RECIPIENT_UNSUITABLE';

/** A message that can't be sealed or opened. */
export class SealedEnvelopeError extends Error {
  readonly code: SealedEnvelopeErrorCode;

  constructor(code: SealedEnvelopeErrorCode, reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.name = 'SealedEnvelopeError';
    this.code = code;
  }
}

/** RFC 9180, base mode. */
const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** Keys in the form the HPKE library takes, by the KeyObject they were made of. */
const imported = new WeakMap<KeyObject, Promise<CryptoKey>>();

type CryptoKey = Awaited<ReturnType<typeof suite.kem.importKey>>;

/**
 * Seals a message to a public key.
 *
 * @param recipient key, or the certificate over it, which must allow key agreement; verify it before (`verifyEncryptionCertificate`)
 * @param binding what the message belongs to, ASCII: contract id in text form, or digest of the data acquisition key in hex; the
 * HPKE AAD
 * @throws SealedEnvelopeError `RECIPIENT_UNSUITABLE`
 */
export async function sealEnvelope({
  recipient,
  purpose,
  binding,
  plaintext,
}: {
  readonly recipient: KeyObject | Certificate;
  readonly purpose: SealPurpose;
  readonly binding: string;
  readonly plaintext: Uint8Array;
}): Promise<SealedEnvelope> {
  const recipientPublicKey = await importOnce(publicKeyOf(recipient), (key) => {
    const point = subjectPublicKeyInfo(key).subarray(-65);
    return suite.kem.deserializePublicKey(point);
  });
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: ascii(purpose) }, plaintext, ascii(binding));
  return { encapsulatedKey: Buffer.from(enc), ciphertext: Buffer.from(ct) };
}

/**
 * Opens a message that was sealed to a key, for a purpose and a binding.
 *
 * @param key an agreement key of `@tegata/pki` whose private part is at hand
 * @throws SealedEnvelopeError
 */
export async function openEnvelope({
  key,
  purpose,
  binding,
  envelope,
}: {
  readonly key: { readonly privateKey?: KeyObject };
  readonly purpose: SealPurpose;
  readonly binding: string;
  readonly envelope: { readonly encapsulatedKey: Uint8Array; readonly ciphertext: Uint8Array };
}): Promise<Uint8Array> {
  const { privateKey } = key;
  if (privateKey === undefined) throw new SealedEnvelopeError('RECIPIENT_UNSUITABLE', 'private key is not at hand');
  requireP256(privateKey);
  const recipientKey = await importOnce(privateKey, (secret) =>
    suite.kem.importKey('jwk', { ...secret.export({ format: 'jwk' }), key_ops: ['deriveBits'] }, false),
  );
  try {
    const context = { recipientKey, enc: envelope.encapsulatedKey, info: ascii(purpose) };
    return new Uint8Array(await suite.open(context, envelope.ciphertext, ascii(binding)));
  } catch (cause) {
    throw new SealedEnvelopeError('ENVELOPE_UNREADABLE', 'sealed message can not be opened', { cause });
  }
}

function publicKeyOf(recipient: KeyObject | Certificate): KeyObject {
  const isCertificate = 'tbs' in recipient;
  if (isCertificate && recipient.keyUsage?.has('keyAgreement') !== true)
    throw new SealedEnvelopeError('RECIPIENT_UNSUITABLE', 'certificate is not for key agreement');
  const key = isCertificate ? recipient.publicKey : recipient;
  requireP256(key);
  return key;
}

function requireP256(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'ec' || curveOf(key) !== 'P-256')
    throw new SealedEnvelopeError('RECIPIENT_UNSUITABLE', 'key is not on P-256');
}

async function importOnce(key: KeyObject, importKey: (key: KeyObject) => Promise<CryptoKey>): Promise<CryptoKey> {
  const known = imported.get(key);
  if (known !== undefined) return known;
  const made = importKey(key);
  imported.set(key, made);
  return made;
}

const ascii = (text: string): Uint8Array => Buffer.from(text, 'ascii');

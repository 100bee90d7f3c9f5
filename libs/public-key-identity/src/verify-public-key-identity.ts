import { createHash } from 'node:crypto';
import { EmrtdRefusal, signatureHolds } from '@tegata/emrtd/certificates';
import { PublicKeyRefusal } from './identity-refusal.ts';
import type { PersonCaTrust } from './person-ca-trust.ts';
import { type PersonAttributes, type PersonCertificate, readPersonCertificate } from './person-certificate.ts';
import { type IdentityStatement, statementOctets } from './statement.ts';

/** What a card gives: its certificate for signatures, and a signature with SHA-256 (PKCS #1 v1.5, or ECDSA in DER). */
export interface PublicKeyEvidence {
  readonly certificate: Uint8Array;
  readonly signature: Uint8Array;
}

export interface VerifiedPerson {
  readonly attributes: PersonAttributes;
  /** SHA-256 of the certificate, hex: for the audit record */
  readonly fingerprint: string;
}

/**
 * Verifies that the holder of a trusted certificate has signed the statement.
 * @throws PublicKeyRefusal
 */
export async function verifyPublicKeyIdentity(
  { certificate: raw, signature }: PublicKeyEvidence,
  statement: IdentityStatement,
  trust: PersonCaTrust,
  at: Date,
): Promise<VerifiedPerson> {
  const certificate = readPersonCertificate(raw);
  const issuer = trust.requireTrusted(certificate, at);
  if (!holds(certificate, statementOctets(statement), signature)) {
    throw new PublicKeyRefusal('PERSON_SIGNATURE_INVALID', 'the signature over the statement does not hold');
  }
  await trust.requireNotRevoked(certificate, issuer, at);
  const { attributes } = certificate;
  if (!attributes)
    throw new PublicKeyRefusal('PERSON_ATTRIBUTES_MISSING', 'the certificate has no name or date of birth');
  return { attributes, fingerprint: createHash('sha256').update(raw).digest('hex') };
}

function holds({ publicKey }: PersonCertificate, signed: Uint8Array, signature: Uint8Array): boolean {
  const key = publicKey.asymmetricKeyType === 'ec' ? 'ec' : 'rsa';
  try {
    return signatureHolds({ key, digest: 'sha256' }, publicKey, signed, signature);
  } catch (error) {
    // A key that is for RSASSA-PSS alone.
    if (error instanceof EmrtdRefusal) return false;
    throw error;
  }
}

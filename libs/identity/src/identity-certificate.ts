import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import {
  DerError,
  generalizedTime,
  integer,
  octets,
  type Primitive,
  type Schema,
  sequence,
  sequenceOf,
  Universal,
  utf8String,
} from '@tegata/der';
import {
  attributeValues,
  type Certificate,
  CertificateError,
  type CertificateSigner,
  issueCertificate,
  parseCertificate,
  subjectPublicKeyInfo,
} from '@tegata/x509';
import { type AttributeOpening, attributeDigest } from './attribute-disclosure.ts';
import { eidElement } from './eid-octets.ts';
import { IdentityCertificateError } from './identity-certificate-error.ts';
import { identityOids } from './object-identifiers.ts';

/** How, how well and when an identity was verified. */
export interface IdentityVerification {
  /** procedure, for example `document-and-id-photo` */
  readonly method: string;
  /** class of the evidence, for example `document-image` */
  readonly evidenceClass: string;
  /** 1 to 4; what each level asks for is in docs/certificate-profile.md */
  readonly assuranceLevel: number;
  /** to the second */
  readonly verifiedAt: Date;
}

/**
 * An identity certificate: X.509 over the eUICC's own key, saying that the identity of the holder of this EID was verified.
 */
export interface IdentityCertificate extends IdentityVerification {
  readonly raw: Uint8Array;
  readonly certificate: Certificate;
  /** 32 digits */
  readonly eid: string;
  /** SHA-256 of the eUICC's SubjectPublicKeyInfo, 32 octets */
  readonly euiccKeyThumbprint: Uint8Array;
  /** SHA-256 digests of the verified attributes by name, for `checkDisclosure` */
  readonly attributeDigests: ReadonlyMap<string, Uint8Array>;
}

/** Terms of method and evidence class: lower-case words joined by hyphens. */
function term(tag: number): Primitive<string> {
  const check = (text: string): string => {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) throw new DerError('BAD_VALUE', 'not a term of the profile');
    return text;
  };
  return utf8String(tag, 1, 64).as(check, check);
}

const EidSchema = eidElement(Universal.OCTET_STRING);
const ThumbprintSchema = octets(Universal.OCTET_STRING, 32);
const VerificationSchema = sequence(Universal.SEQUENCE, {
  method: term(Universal.UTF8_STRING),
  evidenceClass: term(Universal.UTF8_STRING),
  assuranceLevel: integer(Universal.INTEGER, 1, 4),
  verifiedAt: generalizedTime(Universal.GENERALIZED_TIME),
});
const AttributeDigestsSchema = sequenceOf(
  Universal.SEQUENCE,
  sequence(Universal.SEQUENCE, {
    name: utf8String(Universal.UTF8_STRING, 1, 64),
    digest: octets(Universal.OCTET_STRING, 32),
  }),
  0,
  32,
);

/** SHA-256 of a key's SubjectPublicKeyInfo, 32 octets. */
export function euiccKeyThumbprint(publicKey: KeyObject): Uint8Array {
  return createHash('sha256').update(subjectPublicKeyInfo(publicKey)).digest();
}

/**
 * Issues an identity certificate (S22).
 *
 * The same arguments give the same certificate but for the signature value: with serial number and dates stored before, an
 * issue that was interrupted can be repeated without a second certificate.
 *
 * @throws DerError or CertificateError for contents that make no identity certificate
 */
export async function buildIdentityCertificate(
  issue: IdentityVerification & {
    /** certificate of the issuing CA */
    readonly issuer: Certificate;
    /** key of the issuing CA */
    readonly key: CertificateSigner;
    /** 1 to 20 octets, or the same in hex */
    readonly serialNumber: Uint8Array | string;
    readonly notBefore: Date;
    readonly notAfter: Date;
    readonly eid: string;
    /** the eUICC's public key, or the DER of its SubjectPublicKeyInfo */
    readonly euiccPublicKey: KeyObject | Uint8Array;
    readonly attributes: readonly AttributeOpening[];
  },
): Promise<IdentityCertificate> {
  const { issuer, key, eid, serialNumber, notBefore, notAfter, verifiedAt } = issue;
  const publicKey = keyOf(issue.euiccPublicKey);
  const attributes = [...issue.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const extension = (id: string, value: Uint8Array) => ({ id, critical: false, value });
  const certificate = await issueCertificate({
    issuer,
    key,
    serialNumber: typeof serialNumber === 'string' ? Buffer.from(serialNumber, 'hex') : serialNumber,
    notBefore: wholeSeconds(notBefore),
    notAfter: wholeSeconds(notAfter),
    subject: [
      { type: 'serialNumber', value: eid },
      { type: 'CN', value: 'Tegata identity' },
    ],
    subjectPublicKey: publicKey,
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [identityOids.identityKeyPurpose],
    policies: [identityOids.identityPolicy],
    furtherExtensions: [
      extension(identityOids.eid, EidSchema.encode(eid)),
      extension(identityOids.euiccKeyThumbprint, ThumbprintSchema.encode(euiccKeyThumbprint(publicKey))),
      extension(
        identityOids.verification,
        VerificationSchema.encode({
          method: issue.method,
          evidenceClass: issue.evidenceClass,
          assuranceLevel: issue.assuranceLevel,
          verifiedAt: wholeSeconds(verifiedAt),
        }),
      ),
      extension(
        identityOids.attributeDigests,
        AttributeDigestsSchema.encode(
          attributes.map((opening) => ({ name: opening.name, digest: attributeDigest(opening) })),
        ),
      ),
    ],
  });
  return readProfile(certificate);
}

/**
 * Parses an identity certificate and checks it against the profile (docs/certificate-profile.md). Nothing about its issuer
 * is verified.
 *
 * @throws IdentityCertificateError `CERTIFICATE_MALFORMED`
 */
export function parseIdentityCertificate(received: Uint8Array): IdentityCertificate {
  try {
    return readProfile(parseCertificate(received));
  } catch (cause) {
    if (!(cause instanceof CertificateError || cause instanceof DerError)) throw cause;
    throw new IdentityCertificateError('CERTIFICATE_MALFORMED', { cause });
  }
}

function readProfile(certificate: Certificate): IdentityCertificate {
  const eid = extensionValue(certificate, identityOids.eid, EidSchema);
  const thumbprint = extensionValue(certificate, identityOids.euiccKeyThumbprint, ThumbprintSchema);
  const verification = extensionValue(certificate, identityOids.verification, VerificationSchema);
  const digests = extensionValue(certificate, identityOids.attributeDigests, AttributeDigestsSchema);
  const { method, evidenceClass, assuranceLevel, verifiedAt } = verification;
  const attributeDigests = new Map(digests.map(({ name, digest }) => [name, digest]));
  const conforms =
    attributeDigests.size === digests.length &&
    certificate.policies.includes(identityOids.identityPolicy) &&
    certificate.extendedKeyUsage?.length === 1 &&
    certificate.extendedKeyUsage[0] === identityOids.identityKeyPurpose &&
    attributeValues(certificate.subject, 'serialNumber').join() === eid &&
    Buffer.compare(thumbprint, euiccKeyThumbprint(certificate.publicKey)) === 0;
  if (!conforms) throw new CertificateError('MALFORMED', 'not as the profile has it', 'identity');
  return Object.freeze({
    raw: certificate.raw,
    certificate,
    eid,
    euiccKeyThumbprint: thumbprint,
    method,
    evidenceClass,
    assuranceLevel,
    verifiedAt,
    attributeDigests,
  });
}

function extensionValue<T>({ extensions }: Certificate, id: string, schema: Schema<T, never>): T {
  const extension = extensions.get(id);
  if (extension === undefined) throw new CertificateError('MALFORMED', `extension ${id} is absent`, 'identity');
  return schema.decode(extension.value);
}

function keyOf(key: KeyObject | Uint8Array): KeyObject {
  return key instanceof Uint8Array ? createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' }) : key;
}

function wholeSeconds(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000);
}

import type { KeyObject } from 'node:crypto';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type BasicConstraints, type KeyUsage, keyUsages } from './certificate-extensions.ts';
import { encodeName, type NameAttribute, nameElement } from './distinguished-name.ts';
import {
  bitString,
  booleanTrue,
  context,
  type Element,
  embedded,
  integer,
  namedBits,
  octetString,
  oid,
  sequence,
  time,
  toDer,
  unsigned,
} from './element-building.ts';
import { type GeneralNames, generalNames } from './general-names.ts';
import { oids } from './object-identifiers.ts';
import { keyIdentifier, subjectPublicKeyInfo } from './public-key.ts';

/** A private key that signs certificates and CRLs. Keys of `@tegata/pki` are such ones. */
export interface CertificateSigner {
  readonly publicKey: KeyObject;
  /** ECDSA with SHA-256 over `data`; `der` is the DER of (r, s), `ieee-p1363` is r | s, 64 octets */
  sign(data: Uint8Array, encoding: 'der' | 'ieee-p1363'): Promise<Uint8Array>;
}

/** What a certificate shall say. Extensions not given are left out; key identifiers are added always. */
export interface CertificateContents {
  readonly subject: readonly NameAttribute[];
  readonly subjectPublicKey: KeyObject;
  /** critical when the certificate is a CA's, as RFC 5280 wants; left out for others */
  readonly basicConstraints?: BasicConstraints;
  /** critical */
  readonly keyUsage?: readonly KeyUsage[];
  /** key purposes, dotted; critical */
  readonly extendedKeyUsage?: readonly string[];
  /** policies, dotted; critical */
  readonly policies?: readonly string[];
  readonly subjectAltName?: Partial<GeneralNames>;
  /** permitted subtrees; critical */
  readonly permittedDirectoryNames?: readonly (readonly NameAttribute[])[];
  /** extensions of the caller's own; `value` is the DER inside the OCTET STRING */
  readonly furtherExtensions?: readonly {
    readonly id: string;
    readonly critical: boolean;
    readonly value: Uint8Array;
  }[];
}

/** How it is to be issued. */
export interface CertificateIssue extends CertificateContents {
  /** the issuer's certificate; absent: self-signed */
  readonly issuer?: Certificate;
  /** the issuer's key */
  readonly key: CertificateSigner;
  /** 1 to 20 octets, big-endian, not zero; random ones from `randomSerialNumber` */
  readonly serialNumber: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Issues a certificate: ecdsa-with-SHA256, EC keys on P-256 or brainpoolP256r1.
 *
 * The result has gone through `parseCertificate`, so that nothing is issued that Tegata would not read.
 *
 * @throws CertificateError `MALFORMED` for contents that make no valid certificate, `UNSUPPORTED_CURVE`
 * @throws RangeError for names that have no encoding
 */
export async function issueCertificate(issue: CertificateIssue): Promise<Certificate> {
  const { issuer, key, notBefore, notAfter } = issue;
  const algorithm = (): Element => sequence(oid(oids.ecdsaWithSha256));
  const tbs = toDer(
    sequence(
      context(0, [integer(2)]),
      unsigned(issue.serialNumber),
      algorithm(),
      issuer === undefined ? nameElement(issue.subject) : embedded(issuer.subject.raw),
      sequence(time(notBefore), time(notAfter)),
      nameElement(issue.subject),
      embedded(subjectPublicKeyInfo(issue.subjectPublicKey)),
      context(3, [sequence(...extensionElements(issue, issuer, key))]),
    ),
  );
  const signature = await key.sign(tbs, 'der');
  return parseCertificate(toDer(sequence(embedded(tbs), algorithm(), bitString(signature))));
}

/**
 * Whether an existing certificate says what an issue would say (subject, key, extensions, issuer), dates and serial number
 * apart: then it need not be issued again.
 */
export function saysTheSame(existing: Certificate, contents: CertificateContents, issuer?: Certificate): boolean {
  const wanted = toDer(
    sequence(...extensionElements(contents, issuer, issuer ?? { publicKey: contents.subjectPublicKey })),
  );
  const present = toDer(
    sequence(...[...existing.extensions].map(([id, { critical, value }]) => extension(id, critical, embedded(value)))),
  );
  const subject = encodeName(contents.subject);
  return (
    Buffer.compare(existing.subject.raw, subject) === 0 &&
    Buffer.compare(existing.issuer.raw, issuer?.subject.raw ?? subject) === 0 &&
    existing.publicKey.equals(contents.subjectPublicKey) &&
    Buffer.compare(present, wanted) === 0
  );
}

/** 16 random octets that make a positive number of full length. */
export function randomSerialNumber(random: (size: number) => Uint8Array): Uint8Array {
  const octets = Uint8Array.from(random(16));
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return octets;
}

/** One `Extension` element. */
export function extension(id: string, critical: boolean, value: Element): Element {
  return sequence(oid(id), ...(critical ? [booleanTrue()] : []), octetString(toDer(value)));
}

/** AuthorityKeyIdentifier extension that names a key. */
export function authorityKeyIdentifier(identifier: Uint8Array): Element {
  return extension(oids.authorityKeyIdentifier, false, sequence(context(0, identifier)));
}

function extensionElements(
  contents: CertificateContents,
  issuer: Certificate | undefined,
  key: { readonly publicKey: KeyObject },
): Element[] {
  const { basicConstraints, keyUsage, extendedKeyUsage, policies, subjectAltName, permittedDirectoryNames } = contents;
  const elements: Element[] = [];
  if (issuer !== undefined)
    elements.push(authorityKeyIdentifier(issuer.subjectKeyIdentifier ?? keyIdentifier(key.publicKey)));
  elements.push(extension(oids.subjectKeyIdentifier, false, octetString(keyIdentifier(contents.subjectPublicKey))));
  if (keyUsage !== undefined)
    elements.push(extension(oids.keyUsage, true, namedBits(keyUsage.map((usage) => keyUsages.indexOf(usage)))));
  if (policies !== undefined)
    elements.push(extension(oids.certificatePolicies, true, sequence(...policies.map((id) => sequence(oid(id))))));
  if (subjectAltName !== undefined) elements.push(extension(oids.subjectAltName, false, generalNames(subjectAltName)));
  if (basicConstraints?.ca === true) {
    const { pathLength } = basicConstraints;
    const members = pathLength === undefined ? [booleanTrue()] : [booleanTrue(), integer(pathLength)];
    elements.push(extension(oids.basicConstraints, true, sequence(...members)));
  }
  if (extendedKeyUsage !== undefined)
    elements.push(extension(oids.extendedKeyUsage, true, sequence(...extendedKeyUsage.map((id) => oid(id)))));
  if (permittedDirectoryNames !== undefined) {
    const subtrees = permittedDirectoryNames.map((name) => sequence(context(4, [nameElement(name)])));
    elements.push(extension(oids.nameConstraints, true, sequence(context(0, subtrees))));
  }
  for (const { id, critical, value } of contents.furtherExtensions ?? [])
    elements.push(extension(id, critical, embedded(value)));
  return elements;
}

import { createHash } from 'node:crypto';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { malformed, readFile } from '../reading.ts';
import { digestName, signatureAlgorithm, signatureHolds } from './algorithms.ts';
import { type DocumentCertificate, readDocumentCertificate } from './certificate.ts';
import type { CscaTrust } from './csca-trust.ts';
import { Attributes, DocumentSecurityObject, LdsSecurityObject, type SignerInfo } from './document-security-object.ts';
import { oids } from './object-identifiers.ts';

/** The digests that a trusted document signer has signed. */
export interface AuthenticatedDigests {
  readonly algorithm: string;
  /** by number of the data group */
  readonly values: ReadonlyMap<number, Uint8Array>;
  readonly signer: DocumentCertificate;
}

/**
 * Passive authentication, first half (ICAO 9303-11 section 5.1, inspection steps 1 to 3): EF.SOD is signed by a document
 * signer that a trusted CSCA has issued. All signatures are checked over received octets.
 *
 * @throws EmrtdRefusal
 */
export function authenticateSecurityObject(file: Uint8Array, trust: CscaTrust, at: Date): AuthenticatedDigests {
  const { contentType, content, extensions } = readFile('EF.SOD', file, (octets) =>
    DocumentSecurityObject.decode(octets),
  );
  if (contentType !== oids.signedData || extensions || content.extensions) throw malformed('EF.SOD', 'no SignedData');
  const { encapsulatedContent, certificates } = content;
  const signerInfo = content.signerInfos[0]!;
  const digestAlgorithm = content.digestAlgorithms[0]!;
  if (digestName(digestAlgorithm) !== digestName(signerInfo.digestAlgorithm))
    throw malformed('EF.SOD', 'two digest algorithms');
  if (encapsulatedContent.contentType !== oids.ldsSecurityObject) throw malformed('EF.SOD', 'no LDS security object');
  if (signerInfo.extensions) throw malformed('EF.SOD', 'unsigned attributes');
  const signer = signerAmong(certificates, signerInfo);
  requireSigned(encapsulatedContent.content, signerInfo, signer);
  trust.requireTrusted(signer, at);
  return { ...digestsOf(encapsulatedContent.content), signer };
}

/**
 * Passive authentication, second half (step 4): a data group is the one that was signed.
 *
 * @throws EmrtdRefusal `DATA_GROUP_NOT_SIGNED`, `DATA_GROUP_ALTERED`
 */
export function requireSignedDataGroup(
  { algorithm, values }: Omit<AuthenticatedDigests, 'signer'>,
  number: number,
  file: Uint8Array,
): void {
  const signed = values.get(number);
  if (!signed) throw new EmrtdRefusal('DATA_GROUP_NOT_SIGNED', `EF.SOD has no digest of DG${number}`);
  if (!same(createHash(algorithm).update(file).digest(), signed)) {
    throw new EmrtdRefusal('DATA_GROUP_ALTERED', `DG${number} is not the one that was signed`);
  }
}

/**
 * The digests in EF.SOD. Nothing about it is verified: a reader learns from it what a chip should have.
 * @throws EmrtdRefusal `CHIP_FILE_MALFORMED`, `CHIP_ALGORITHM_UNSUPPORTED`
 */
export function digestsIn(file: Uint8Array): Omit<AuthenticatedDigests, 'signer'> {
  const { content } = readFile('EF.SOD', file, (octets) => DocumentSecurityObject.decode(octets));
  return digestsOf(content.encapsulatedContent.content);
}

function digestsOf(octets: Uint8Array): Omit<AuthenticatedDigests, 'signer'> {
  const { hashAlgorithm, dataGroupHashes } = readFile('EF.SOD', octets, (content) => LdsSecurityObject.decode(content));
  const values = new Map(dataGroupHashes.map(({ number, value }) => [number, value]));
  if (values.size < dataGroupHashes.length) throw malformed('EF.SOD', 'two digests of one data group');
  return { algorithm: digestName(hashAlgorithm), values };
}

/** The certificate that signerInfo names, and the version it has to have for that way of naming (RFC 5652 section 5.3). */
function signerAmong(certificates: readonly Uint8Array[], signerInfo: SignerInfo): DocumentCertificate {
  const { version, issuerAndSerialNumber: named, subjectKeyIdentifier } = signerInfo;
  if ((named !== undefined) === (subjectKeyIdentifier !== undefined) || version !== (named ? 1 : 3)) {
    throw malformed('EF.SOD', 'signer is not named in one way');
  }
  const all = certificates.map((octets) => readDocumentCertificate('document signer certificate', octets));
  const signer = all.find((certificate) =>
    named
      ? same(certificate.issuer, named.issuer) && same(certificate.serialNumber, named.serialNumber)
      : certificate.subjectKeyIdentifier !== undefined && same(certificate.subjectKeyIdentifier, subjectKeyIdentifier!),
  );
  return signer ?? refuse('DOCUMENT_SIGNER_UNKNOWN', 'EF.SOD lacks the certificate of its signer');
}

/** The signature is over the attributes, and they are about this content (RFC 5652 section 5.4). */
function requireSigned(content: Uint8Array, signerInfo: SignerInfo, signer: DocumentCertificate): void {
  const digest = digestName(signerInfo.digestAlgorithm);
  const algorithm = signatureAlgorithm(signerInfo.signatureAlgorithm, digest);
  // Signed as SET OF, carried under an implicit tag: only the first octet differs.
  const signedAttributes = Buffer.concat([Buffer.of(0x31), signerInfo.signedAttributes.subarray(1)]);
  if (!signatureHolds(algorithm, signer.publicKey, signedAttributes, signerInfo.signature)) {
    refuse('CHIP_SIGNATURE_INVALID', 'the signature over EF.SOD does not hold');
  }
  const attributes = readFile('EF.SOD', signedAttributes, (octets) => Attributes.decode(octets));
  const only = (type: string) => {
    const found = attributes.filter((attribute) => attribute.type === type);
    const value = found.length === 1 && found[0]!.values.length === 1 ? found[0]!.values[0] : undefined;
    return value ?? refuse('CHIP_CONTENT_ALTERED', 'EF.SOD lacks a signed attribute');
  };
  const messageDigest = createHash(digest).update(content).digest();
  const expected = Buffer.concat([Buffer.of(0x04, messageDigest.length), messageDigest]);
  if (!same(only(oids.messageDigest), expected))
    refuse('CHIP_CONTENT_ALTERED', 'EF.SOD was signed over another content');
  if (!same(only(oids.contentType), contentTypeValue))
    refuse('CHIP_CONTENT_ALTERED', 'EF.SOD was signed as something else');
}

/** DER of the object identifier of an LDS security object. */
const contentTypeValue = Buffer.from('0606678108010101', 'hex');

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);

function refuse(code: EmrtdRefusal['code'], message: string): never {
  throw new EmrtdRefusal(code, message);
}

import { type Certificate, isSignedBy, readSerialNumber, readSigned, requireEcdsaWithSha256 } from './certificate.ts';
import { CertificateError, naming } from './certificate-error.ts';
import { readAuthorityKeyIdentifier, readExtension } from './certificate-extensions.ts';
import { type DistinguishedName, readName, sameName } from './distinguished-name.ts';
import {
  bitString,
  context,
  embedded,
  enumerated,
  integer,
  oid,
  sequence,
  time,
  toDer,
  unsigned,
} from './element-building.ts';
import { authorityKeyIdentifier, type CertificateSigner, extension } from './issue-certificate.ts';
import { oids } from './object-identifiers.ts';
import { keyIdentifier } from './public-key.ts';
import {
  ElementReader,
  expectTag,
  malformed,
  type ReceivedElement,
  readElement,
  readSmallInteger,
  readTime,
  readUnsigned,
  tags,
} from './received-element.ts';

/** Largest list that is looked at, in octets: some 400 000 entries. */
const MAXIMUM_OCTETS = 16 * 1024 * 1024;

/** Reasons of RFC 5280 section 5.3.1, with their numbers. */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;

export type RevocationReason = keyof typeof revocationReasons;

/** One revoked certificate. */
export interface RevokedCertificate {
  /** upper-case hex, as in `Certificate` */
  readonly serialNumber: string;
  readonly revokedAt: Date;
  /** absent in the list when `unspecified` */
  readonly reason: RevocationReason;
  /** when the certificate ends anyway (SGP.22 id-rsp-expDate): an eUICC may forget it then */
  readonly expiresAt?: Date;
}

/** Which part of a list this is, where an issuer gives a long one out in parts (SGP.22 Annex H). */
export interface PartialCrl {
  /** 1..total */
  readonly number: number;
  /** how many parts there are */
  readonly total: number;
}

/** A full CRL or a part of one, version 2, signed with ecdsa-with-SHA256 (RFC 5280 section 5). */
export interface CertificateRevocationList {
  readonly raw: Uint8Array;
  /** TBSCertList as received */
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly authorityKeyIdentifier?: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** CRL number: grows with every list of an issuer */
  readonly number: bigint;
  /** absent: the list is whole */
  readonly part?: PartialCrl;
  /** revoked certificates by serial number */
  readonly revoked: ReadonlyMap<string, RevokedCertificate>;
}

/**
 * Issues a CRL. Times are written to the second.
 *
 * @throws CertificateError `MALFORMED` for contents that make no valid list
 */
export async function issueRevocationList(issue: {
  readonly issuer: Certificate;
  readonly key: CertificateSigner;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** not negative, at most 20 octets, larger than that of the list before */
  readonly number: bigint;
  readonly revoked: readonly RevokedCertificate[];
  readonly part?: PartialCrl;
}): Promise<CertificateRevocationList> {
  const { issuer, key, revoked, part } = issue;
  const entries = revoked.map(({ serialNumber, revokedAt, reason, expiresAt }) => {
    const number = unsigned(
      Buffer.from(serialNumber.padStart(serialNumber.length + (serialNumber.length % 2), '0'), 'hex'),
    );
    const extensions = [
      ...(reason === 'unspecified' ? [] : [extension(oids.reasonCode, false, enumerated(revocationReasons[reason]))]),
      ...(expiresAt === undefined ? [] : [extension(oids.expirationDate, false, time(expiresAt))]),
    ];
    return sequence(number, time(revokedAt), ...(extensions.length === 0 ? [] : [sequence(...extensions)]));
  });
  const hex = issue.number.toString(16);
  const crlNumber = unsigned(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'));
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const tbs = toDer(
    sequence(
      unsigned(Uint8Array.of(1)),
      algorithm,
      embedded(issuer.subject.raw),
      time(issue.thisUpdate),
      time(issue.nextUpdate),
      ...(entries.length === 0 ? [] : [sequence(...entries)]),
      context(0, [
        sequence(
          authorityKeyIdentifier(issuer.subjectKeyIdentifier ?? keyIdentifier(key.publicKey)),
          extension(oids.crlNumber, false, crlNumber),
          ...(part === undefined
            ? []
            : [
                extension(oids.totalPartialCrlNumber, false, integer(part.total)),
                extension(oids.partialCrlNumber, false, integer(part.number)),
              ]),
        ),
      ]),
    ),
  );
  const signature = await key.sign(tbs, 'der');
  return parseRevocationList(toDer(sequence(embedded(tbs), algorithm, bitString(signature))));
}

/**
 * Parses a DER CRL, strictly. The octets are copied. Delta and indirect lists are refused.
 *
 * @throws CertificateError about `CRL`: `MALFORMED`, `UNSUPPORTED_ALGORITHM`, `UNKNOWN_CRITICAL_EXTENSION`
 */
export function parseRevocationList(der: Uint8Array): CertificateRevocationList {
  return naming('CRL', () => {
    if (der.length > MAXIMUM_OCTETS) throw malformed('larger than 16 MiB');
    const raw = Uint8Array.from(der);
    const { tbs, signature, reader } = readSigned(readElement(raw), 'certificate list');
    if (readSmallInteger(reader.take(tags.integer, 'version'), 'version') !== 1) throw malformed('not version 2');
    requireEcdsaWithSha256(reader.take(tags.sequence, 'signature algorithm'));
    const issuer = readName(reader.take(tags.sequence, 'issuer'));
    const thisUpdate = readTime(reader.takeAny('thisUpdate'), 'thisUpdate');
    const nextUpdate = readTime(reader.takeAny('nextUpdate'), 'nextUpdate');
    const revoked = new Map<string, RevokedCertificate>();
    for (const element of reader.takeIf(tags.sequence)?.elements ?? []) {
      const entry = readEntry(element);
      if (revoked.has(entry.serialNumber)) throw malformed('a serial number is there twice');
      revoked.set(entry.serialNumber, entry);
    }
    const [extensions, ...others] = reader.take(0xa0, 'extensions').elements;
    if (others.length > 0) throw malformed('extensions');
    reader.end();
    const list = { raw, tbs, signature, issuer, thisUpdate, nextUpdate, revoked };
    return Object.freeze({ ...list, ...readListExtensions(expectTag(extensions, tags.sequence, 'extensions')) });
  });
}

function readEntry(element: ReceivedElement): RevokedCertificate {
  const reader = new ElementReader(element, 'revoked certificate');
  const serialNumber = readSerialNumber(reader.take(tags.integer, 'serial number'));
  const revokedAt = readTime(reader.takeAny('revocation date'), 'revocation date');
  let reason: RevocationReason = 'unspecified';
  let expiresAt: Date | undefined;
  for (const extensionElement of reader.takeIf(tags.sequence)?.elements ?? []) {
    const { id, critical, value } = readExtension(extensionElement);
    if (id === oids.reasonCode) reason = readReason(readElement(value));
    else if (id === oids.expirationDate) expiresAt = readTime(readElement(value), 'expiration date');
    else if (critical) throw new CertificateError('UNKNOWN_CRITICAL_EXTENSION', `critical entry extension ${id}`);
  }
  reader.end();
  return Object.freeze({ serialNumber, revokedAt, reason, ...(expiresAt !== undefined && { expiresAt }) });
}

function readReason(element: ReceivedElement): RevocationReason {
  const number = readSmallInteger(element, 'reason', tags.enumerated);
  const [reason] = Object.entries(revocationReasons).find(([, value]) => value === number) ?? [];
  if (reason === undefined) throw malformed('reason is not one of RFC 5280');
  return reason as RevocationReason;
}

/** Extensions that are understood whether or not they are critical. */
const OF_PARTS: ReadonlySet<string> = new Set([oids.totalPartialCrlNumber, oids.partialCrlNumber]);

function readListExtensions(
  element: ReceivedElement,
): Pick<CertificateRevocationList, 'number' | 'authorityKeyIdentifier' | 'part'> {
  const seen = new Map<string, ReceivedElement>();
  for (const entry of element.elements) {
    const { id, critical, value } = readExtension(entry);
    if (seen.has(id)) throw malformed('an extension is there twice');
    if (critical && !OF_PARTS.has(id)) {
      throw new CertificateError('UNKNOWN_CRITICAL_EXTENSION', `critical extension ${id}`);
    }
    seen.set(id, readElement(value));
  }
  const digits = readUnsigned(seen.get(oids.crlNumber), 'CRL number');
  if (digits.length > 20) throw malformed('CRL number is too large');
  const authority = seen.get(oids.authorityKeyIdentifier);
  return {
    number: BigInt(`0x${Buffer.from(digits).toString('hex')}`),
    ...(authority !== undefined && readAuthorityKeyIdentifier(authority)),
    ...readPart(seen.get(oids.totalPartialCrlNumber), seen.get(oids.partialCrlNumber)),
  };
}

function readPart(total?: ReceivedElement, number?: ReceivedElement): { readonly part?: PartialCrl } {
  if (total === undefined && number === undefined) return {};
  const part = {
    number: readSmallInteger(number, 'number of the part'),
    total: readSmallInteger(total, 'number of parts'),
  };
  if (part.number < 1 || part.number > part.total) throw malformed('there is no such part');
  return { part: Object.freeze(part) };
}

/**
 * Verifies that a CRL is the issuer's and current: name, key identifier, right to sign lists, signature, dates.
 *
 * @throws CertificateError about `CRL`: `ISSUER_NAME_MISMATCH`, `UNKNOWN_ISSUER`, `WRONG_KEY_USAGE`, `BAD_SIGNATURE`,
 * `NOT_YET_VALID`, `EXPIRED` (nextUpdate is past)
 */
export function verifyRevocationList(list: CertificateRevocationList, issuer: Certificate, at: Date): void {
  const refuse = (code: CertificateError['code'], reason: string): never => {
    throw new CertificateError(code, reason, 'CRL');
  };
  if (!sameName(list.issuer, issuer.subject)) refuse('ISSUER_NAME_MISMATCH', 'issuer has another name');
  const { authorityKeyIdentifier: wanted } = list;
  const { subjectKeyIdentifier: present } = issuer;
  if (wanted !== undefined && (present === undefined || Buffer.compare(wanted, present) !== 0))
    refuse('UNKNOWN_ISSUER', 'signed with another key of its issuer');
  if (issuer.keyUsage?.has('cRLSign') !== true) refuse('WRONG_KEY_USAGE', 'issuer may not sign lists');
  if (!isSignedBy(list, issuer.publicKey)) refuse('BAD_SIGNATURE', 'signature does not hold');
  if (at < list.thisUpdate) refuse('NOT_YET_VALID', 'thisUpdate is in the future');
  if (at > list.nextUpdate) refuse('EXPIRED', 'nextUpdate is past');
}

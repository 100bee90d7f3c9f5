import { decodeNamedBits } from '@tegata/der';
import { type DistinguishedName, readName } from './distinguished-name.ts';
import { type GeneralNames, generalNameTags, readGeneralName, readGeneralNames } from './general-names.ts';
import { oids } from './object-identifiers.ts';
import {
  ElementReader,
  expectTag,
  malformed,
  type ReceivedElement,
  readBoolean,
  readElement,
  readOid,
  readSmallInteger,
  tags,
} from './received-element.ts';

/** Bits of keyUsage, RFC 5280 section 4.2.1.3, by number. */
export const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof keyUsages)[number];

export interface BasicConstraints {
  readonly ca: boolean;
  /** how many CA certificates may follow below; absent: any number */
  readonly pathLength?: number;
}

/** What the extensions of a certificate say. */
export interface CertificateExtensions {
  readonly subjectKeyIdentifier?: Uint8Array;
  /** keyIdentifier of the authority key identifier */
  readonly authorityKeyIdentifier?: Uint8Array;
  readonly keyUsage?: ReadonlySet<KeyUsage>;
  readonly basicConstraints?: BasicConstraints;
  /** policy identifiers, dotted; empty when the extension is absent */
  readonly policies: readonly string[];
  readonly subjectAltName?: GeneralNames;
  /** key purpose identifiers, dotted */
  readonly extendedKeyUsage?: readonly string[];
  /** directory names of the permitted subtrees: what an EUM is limited to */
  readonly permittedDirectoryNames?: readonly DistinguishedName[];
  /** issuer identification numbers of the SGP.22 v3 extension with the same meaning */
  readonly permittedEins?: readonly string[];
  /** URIs where CRLs of the issuer are published */
  readonly crlDistributionPoints: readonly string[];
  /** every extension by identifier, as received */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** identifiers of critical extensions that nothing above tells about; verifiers refuse the certificate for them */
  readonly unrecognisedCritical: readonly string[];
}

/** One extension; `value` is the content of its OCTET STRING. */
export interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

type Parsed = Partial<CertificateExtensions>;

/** How each known extension is read. A reader that answers undefined has met a form it can't apply. */
const readers: Readonly<Record<string, (value: ReceivedElement) => Parsed | undefined>> = {
  [oids.subjectKeyIdentifier]: (value) => ({
    subjectKeyIdentifier: expectTag(value, tags.octetString, 'subjectKeyIdentifier').content,
  }),
  [oids.authorityKeyIdentifier]: readAuthorityKeyIdentifier,
  [oids.keyUsage]: (value) => ({ keyUsage: readKeyUsage(value) }),
  [oids.basicConstraints]: (value) => ({ basicConstraints: readBasicConstraints(value) }),
  [oids.certificatePolicies]: (value) => ({
    policies: list(value, 'certificatePolicies').map((policy) =>
      readOid(expectTag(policy, tags.sequence, 'policy').elements[0], 'policy'),
    ),
  }),
  [oids.subjectAltName]: (value) => ({ subjectAltName: readGeneralNames(value) }),
  [oids.extendedKeyUsage]: (value) => ({
    extendedKeyUsage: list(value, 'extKeyUsage').map((purpose) => readOid(purpose, 'key purpose')),
  }),
  [oids.nameConstraints]: readNameConstraints,
  [oids.permittedEins]: (value) => ({
    permittedEins: list(value, 'permitted EINs').map((ein) =>
      Buffer.from(expectTag(ein, tags.printableString, 'EIN').content).toString('latin1'),
    ),
  }),
  [oids.crlDistributionPoints]: (value) => ({ crlDistributionPoints: readDistributionPoints(value) }),
};

/**
 * Reads `Extensions` (RFC 5280 section 4.2). Each kind at most once.
 *
 * @throws CertificateError `MALFORMED`
 */
export function readExtensions(element: ReceivedElement | undefined): CertificateExtensions {
  const extensions = new Map<string, Extension>();
  const unrecognisedCritical: string[] = [];
  const parsed: Parsed = {};
  for (const entry of element === undefined ? [] : list(element, 'extensions')) {
    const { id, critical, value } = readExtension(entry);
    if (extensions.has(id)) throw malformed('an extension is there twice');
    extensions.set(id, Object.freeze({ critical, value }));
    const reader = Object.hasOwn(readers, id) ? readers[id] : undefined;
    const meaning = reader?.(readElement(value));
    if (meaning !== undefined) Object.assign(parsed, meaning);
    else if (critical) unrecognisedCritical.push(id);
  }
  return { policies: [], crlDistributionPoints: [], ...parsed, extensions, unrecognisedCritical };
}

/** One `Extension`. @throws CertificateError `MALFORMED` */
export function readExtension(entry: ReceivedElement): Extension & { readonly id: string } {
  const reader = new ElementReader(entry, 'extension');
  const id = readOid(reader.take(tags.oid, 'extension identifier'), 'extension identifier');
  const flag = reader.takeIf(tags.boolean);
  const critical = flag !== undefined && readBoolean(flag, 'critical');
  if (flag !== undefined && !critical) throw malformed('critical spells its default out');
  const value = reader.take(tags.octetString, 'extension value').content;
  reader.end();
  return { id, critical, value };
}

/** Elements of a SEQUENCE OF that may not be empty. */
function list(element: ReceivedElement, what: string): readonly ReceivedElement[] {
  const { elements } = expectTag(element, tags.sequence, what);
  if (elements.length === 0) throw malformed(`${what} is empty`);
  return elements;
}

/** Reads AuthorityKeyIdentifier; its other two members (issuer and serial number) are not used to find issuers. */
export function readAuthorityKeyIdentifier(
  value: ReceivedElement,
): Pick<CertificateExtensions, 'authorityKeyIdentifier'> {
  const reader = new ElementReader(value, 'authorityKeyIdentifier');
  const identifier = reader.takeIf(0x80);
  reader.takeIf(0xa1);
  reader.takeIf(0x82);
  reader.end();
  return identifier === undefined ? {} : { authorityKeyIdentifier: identifier.content };
}

function readKeyUsage(value: ReceivedElement): ReadonlySet<KeyUsage> {
  const { content } = expectTag(value, tags.bitString, 'keyUsage');
  const usages = new Set<KeyUsage>();
  try {
    for (const bit of decodeNamedBits(content)) {
      const usage = keyUsages[bit];
      if (usage === undefined) throw malformed('keyUsage has an unknown bit');
      usages.add(usage);
    }
  } catch (cause) {
    throw malformed('keyUsage has no valid value', cause);
  }
  return usages;
}

function readBasicConstraints(value: ReceivedElement): BasicConstraints {
  const reader = new ElementReader(value, 'basicConstraints');
  const flag = reader.takeIf(tags.boolean);
  const ca = flag !== undefined && readBoolean(flag, 'cA');
  const length = reader.takeIf(tags.integer);
  reader.end();
  if (flag !== undefined && !ca) throw malformed('cA spells its default out');
  if (length === undefined) return { ca };
  if (!ca) throw malformed('path length without cA');
  return { ca, pathLength: readSmallInteger(length, 'path length') };
}

/** Only permitted directory names, without bounds, can be applied; everything else counts as not recognised. */
function readNameConstraints(value: ReceivedElement): Parsed | undefined {
  const reader = new ElementReader(value, 'nameConstraints');
  const permitted = reader.takeIf(0xa0);
  const excluded = reader.takeIf(0xa1);
  reader.end();
  if (permitted === undefined || excluded !== undefined) return undefined;
  const names: DistinguishedName[] = [];
  for (const subtree of permitted.elements) {
    const [base, ...bounds] = expectTag(subtree, tags.sequence, 'subtree').elements;
    if (base?.tag !== generalNameTags.directoryName || bounds.length > 0) return undefined;
    const [name, ...others] = base.elements;
    if (name === undefined || others.length > 0) throw malformed('directory name');
    names.push(readName(name));
  }
  return names.length === 0 ? undefined : { permittedDirectoryNames: names };
}

function readDistributionPoints(value: ReceivedElement): string[] {
  return list(value, 'cRLDistributionPoints').flatMap((point) => {
    const reader = new ElementReader(point, 'distribution point');
    const name = reader.takeIf(0xa0);
    const full = name?.elements[0];
    return full?.tag !== 0xa0 ? [] : full.elements.flatMap((entry) => readGeneralName(entry).uris ?? []);
  });
}

import { isIPv4, isIPv6 } from 'node:net';
import { encodeObjectIdentifier } from '@tegata/der';
import { context, type Element, sequence } from './element-building.ts';
import { expectTag, malformed, type ReceivedElement, readOid, tags } from './received-element.ts';

/** Identifier octets of the GeneralName alternatives that are read (RFC 5280 section 4.2.1.6). */
export const generalNameTags = {
  dnsName: 0x82,
  directoryName: 0xa4,
  uri: 0x86,
  ipAddress: 0x87,
  registeredId: 0x88,
} as const;

/** Alternative names of a subject; kinds that are absent have empty lists. */
export interface GeneralNames {
  readonly dnsNames: readonly string[];
  readonly uris: readonly string[];
  /** dotted decimal, or the eight groups of IPv6 in full */
  readonly ipAddresses: readonly string[];
  /** object identifiers, dotted; SGP.22 servers are named by one */
  readonly registeredIds: readonly string[];
}

/** Reads GeneralNames; kinds not listed above are passed over. @throws CertificateError `MALFORMED` */
export function readGeneralNames(element: ReceivedElement): GeneralNames {
  const { elements } = expectTag(element, tags.sequence, 'subjectAltName');
  if (elements.length === 0) throw malformed('subjectAltName is empty');
  const names = elements.map(readGeneralName);
  return Object.freeze({
    dnsNames: names.flatMap((name) => name.dnsNames ?? []),
    uris: names.flatMap((name) => name.uris ?? []),
    ipAddresses: names.flatMap((name) => name.ipAddresses ?? []),
    registeredIds: names.flatMap((name) => name.registeredIds ?? []),
  });
}

/** Reads one GeneralName into the list of its kind. @throws CertificateError `MALFORMED` */
export function readGeneralName(element: ReceivedElement): Partial<GeneralNames> {
  switch (element.tag) {
    case generalNameTags.dnsName:
      return { dnsNames: [visibleText(element)] };
    case generalNameTags.uri:
      return { uris: [visibleText(element)] };
    case generalNameTags.ipAddress:
      return { ipAddresses: [addressText(element.content)] };
    case generalNameTags.registeredId:
      return { registeredIds: [readOid(element, 'registeredID', generalNameTags.registeredId)] };
    default:
      return {};
  }
}

/** IA5String without control characters or spaces, so that no name can end early in somebody's comparison. */
function visibleText({ content }: ReceivedElement): string {
  const text = Buffer.from(content).toString('latin1');
  if (!/^[\x21-\x7e]+$/.test(text)) throw malformed('alternative name is no visible ASCII text');
  return text;
}

function addressText(content: Uint8Array): string {
  if (content.length === 4) return content.join('.');
  if (content.length !== 16) throw malformed('IP address is not of 4 or 16 octets');
  return (Buffer.from(content).toString('hex').match(/.{4}/g) ?? []).join(':');
}

/**
 * GeneralNames to be encoded.
 *
 * @throws RangeError for an address that is not IPv4 or IPv6 in full, or a name that is no visible ASCII text
 */
export function generalNames(names: Partial<GeneralNames>): Element {
  const { dnsNames = [], uris = [], ipAddresses = [], registeredIds = [] } = names;
  return sequence(
    ...dnsNames.map((name) => context(2, ascii(name))),
    ...uris.map((uri) => context(6, ascii(uri))),
    ...ipAddresses.map((address) => context(7, addressOctets(address))),
    ...registeredIds.map((id) => context(8, encodeObjectIdentifier(id))),
  );
}

function ascii(text: string): Uint8Array {
  if (!/^[\x21-\x7e]+$/.test(text)) throw new RangeError('alternative name must be visible ASCII text');
  return Buffer.from(text, 'latin1');
}

function addressOctets(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  const groups = address.split(':');
  if (!isIPv6(address) || groups.length !== 8 || groups.includes('')) throw new RangeError('IP address is not in full');
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

import { encodeTlv } from '@tegata/der';

/** Tag and length of an object of a BER-TLV file (ETSI TS 102 221 section 8.3), whose value need not be there yet. */
export interface ObjectHeader {
  readonly tag: number;
  /** octets of tag and length */
  readonly valueAt: number;
  readonly length: number;
}

const MAXIMUM_TAG_OCTETS = 3;
const MAXIMUM_LENGTH_OCTETS = 4;

/** Reads tag and length; the length need not be the shortest. Undefined for what is no object, or cut off. */
export function headerOf(octets: Uint8Array): ObjectHeader | undefined {
  let at = 0;
  let tag = octets[at++] ?? 0;
  if (tag === 0 || tag === 0xff) return undefined;
  if ((tag & 0x1f) === 0x1f) {
    let octet: number | undefined;
    do {
      octet = octets[at++];
      if (octet === undefined || at > MAXIMUM_TAG_OCTETS) return undefined;
      tag = tag * 0x100 + octet;
    } while (octet >= 0x80);
  }
  const initial = octets[at++];
  if (initial === undefined) return undefined;
  if (initial < 0x80) return { tag, valueAt: at, length: initial };
  const count = initial & 0x7f;
  const digits = octets.subarray(at, at + count);
  if (count === 0 || count > MAXIMUM_LENGTH_OCTETS || digits.length < count) return undefined;
  return { tag, valueAt: at + count, length: Buffer.from(digits).readUIntBE(0, count) };
}

/** The objects of a file by their tags, each with tag and length, up to what is no object. */
export function objectsIn(content: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const objects = new Map<number, Uint8Array>();
  for (let rest = content; rest.length > 0; ) {
    const header = headerOf(rest);
    if (header === undefined || rest.length < header.valueAt + header.length) break;
    const { tag, valueAt, length } = header;
    objects.set(tag, encodeTlv(tag, rest.subarray(valueAt, valueAt + length)));
    rest = rest.subarray(valueAt + length);
  }
  return objects;
}

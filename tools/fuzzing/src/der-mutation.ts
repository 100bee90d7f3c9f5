import { DerError, encodeTlv, parseChildren, parseTlv, type Tlv } from '@tegata/der';
import type { Choose } from './mutation.ts';

/** OCTET STRING: what it holds is often DER again. */
const octetString = 0x04;

/**
 * An object in which one of the objects is left out, twice there, in another's place, or has another length, all lengths around it being right: so a
 * reader comes past them to what it makes of the content. Undefined for what is no DER.
 */
export function objectChanged(octets: Uint8Array, choose: Choose): Uint8Array | undefined {
  try {
    const { tag, value } = parseTlv(octets);
    return encodeTlv(tag, contentChanged(value, choose));
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

function contentChanged(value: Uint8Array, choose: Choose): Uint8Array {
  const children = parseChildren(value, 256);
  const at = choose(children.length);
  const child = children[at];
  if (child === undefined) return value;
  if (choose(4) > 0) {
    const inside = changedInside(child, choose);
    if (inside !== undefined) return joined(children, at, inside);
  }
  switch (choose(5)) {
    case 0:
      return joined(children, at, new Uint8Array());
    case 1:
      return joined(children, at, Buffer.concat([child.raw, child.raw]));
    case 2:
      return joined(children, at, children[choose(children.length)]!.raw);
    case 3:
      return joined(children, at, encodeTlv(child.tag, child.value.subarray(0, choose(child.value.length + 1))));
    default:
      return joined(children, at, encodeTlv(child.tag, child.value, child.value.subarray(0, 1 + choose(8))));
  }
}

function changedInside({ tag, constructed, value }: Tlv, choose: Choose): Uint8Array | undefined {
  if (value.length === 0 || (!constructed && tag !== octetString)) return undefined;
  try {
    return encodeTlv(tag, contentChanged(value, choose));
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

const joined = (children: readonly Tlv[], at: number, replaced: Uint8Array): Uint8Array =>
  Buffer.concat(children.map(({ raw }, k) => (k === at ? replaced : raw)));

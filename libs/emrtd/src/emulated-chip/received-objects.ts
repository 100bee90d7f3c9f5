import { DerError, decodeObjectIdentifier, parseChildren, type Tlv } from '@tegata/der';

/** The objects that a terminal sent, at most 8; undefined for what is no series of objects. */
export const objectsOf = (octets: Uint8Array): readonly Tlv[] | undefined =>
  orUndefined(() => parseChildren(octets, 8));

/** An object identifier in dotted form; undefined for what is none. */
export const dotted = (content: Uint8Array): string | undefined => orUndefined(() => decodeObjectIdentifier(content));

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

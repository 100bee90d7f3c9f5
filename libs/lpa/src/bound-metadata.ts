import { parseChildren, parseTlv } from '@tegata/der';
import { SegmentSeriesTag } from '@tegata/rsp';

/** Octets of the MAC at the end of a segment. */
const MAC_OCTETS = 8;

/**
 * The StoreMetadataRequest in a bound profile package, so that it can be compared with what the user was shown: its
 * segments (88) carry a MAC but are not encrypted. Empty where the package has none.
 *
 * @throws DerError when the package is no object of objects
 */
export function boundMetadata(boundProfilePackage: Uint8Array): Uint8Array {
  const series = parseChildren(parseTlv(boundProfilePackage).value);
  const clear = series.find(({ tag }) => tag === SegmentSeriesTag.sequenceOf88);
  const texts = parseChildren(clear?.value ?? new Uint8Array(0)).map(({ value }) => value.subarray(0, -MAC_OCTETS));
  return Buffer.concat(texts);
}

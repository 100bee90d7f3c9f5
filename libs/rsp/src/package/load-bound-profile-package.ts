import { DerError, parseTlv, readTlv, type Tlv } from '@tegata/der';
import { SegmentSeriesTag } from '../objects/es8plus.ts';

/**
 * A bound profile package cut into the pieces of ES10b.LoadBoundProfilePackage, each for a STORE DATA script of its own (SGP.22
 * section 2.5.5): BF36 header with BF23; A0; A1 header; each 88; A2 where there is one; A3 header; each 86.
 *
 * The pieces are views on `bpp` and make it up without gaps. Their content is for the eUICC to check.
 *
 * @throws DerError when the frame is not that of a bound profile package
 */
export function splitBoundProfilePackage(bpp: Uint8Array): Uint8Array[] {
  const whole = parseTlv(bpp);
  if (whole.tag !== 0xbf36) throw new DerError('UNEXPECTED_TAG', 'not a bound profile package');
  const [channel, ...series] = whole.children(5);
  if (channel === undefined) throw new DerError('MISSING_ELEMENT', 'bound profile package is empty');
  requireTags(channel, series);
  const first = bpp.subarray(0, channel.raw.byteOffset - bpp.byteOffset + channel.raw.length);
  return [first, ...series.flatMap(piecesOf)];
}

function requireTags(channel: Tlv, series: readonly Tlv[]): void {
  const { firstSequenceOf87, sequenceOf88, secondSequenceOf87, sequenceOf86 } = SegmentSeriesTag;
  const rekeyed = series.some(({ tag }) => tag === secondSequenceOf87) ? [secondSequenceOf87] : [];
  const expected = [0xbf23, firstSequenceOf87, sequenceOf88, ...rekeyed, sequenceOf86];
  const actual = [channel, ...series].map(({ tag }) => tag);
  if (actual.length !== expected.length || actual.some((tag, index) => tag !== expected[index])) {
    throw new DerError('UNEXPECTED_TAG', 'series of segments are missing or out of order');
  }
}

function piecesOf(series: Tlv): Uint8Array[] {
  const { tag, raw, value } = series;
  // The commands of 87 segments are short: header and segment go together.
  if (tag === SegmentSeriesTag.firstSequenceOf87 || tag === SegmentSeriesTag.secondSequenceOf87) return [raw];
  const pieces = [raw.subarray(0, raw.length - value.length)];
  for (let offset = 0; offset < value.length; ) {
    const segment = readTlv(value, offset);
    pieces.push(segment.raw);
    offset += segment.raw.length;
  }
  return pieces;
}

import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { malformed } from '../reading.ts';

/** A picture in one of the two forms that ICAO 9303-10 allows. */
export interface FacialImage {
  readonly format: 'jpeg' | 'jpeg2000';
  /** the picture file; a view on the record */
  readonly octets: Uint8Array;
}

/** Octets before the records, of a record's own information, of a feature point, and of what is said of the image. */
const sizes = { header: 14, information: 20, featurePoint: 8, image: 12 } as const;
const jpegStart = [0xff, 0xd8, 0xff];
/** A JP2 file, or a bare code stream. */
const jpeg2000Starts = [
  [0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20],
  [0xff, 0x4f, 0xff, 0x51],
];

/**
 * The first image of a facial record (ISO/IEC 19794-5:2005 section 5, as ICAO 9303-10 section 4.7.2 has it).
 *
 * @throws EmrtdRefusal `CHIP_FILE_MALFORMED`, `CHIP_PORTRAIT_UNSUPPORTED`
 */
export function readFacialImage(record: Uint8Array): FacialImage {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  if (record.length < sizes.header + sizes.information + sizes.image)
    throw malformed('DG2', 'facial record is cut off');
  const magic = Buffer.from(record.subarray(0, 8)).toString('latin1');
  if (magic !== 'FAC\x00010\x00') {
    throw new EmrtdRefusal('CHIP_PORTRAIT_UNSUPPORTED', 'DG2 has no facial record of ISO/IEC 19794-5:2005');
  }
  if (view.getUint32(8) !== record.length) throw malformed('DG2', 'facial record is not as long as it says');
  if (view.getUint16(12) < 1) throw malformed('DG2', 'facial record without an image');
  const length = view.getUint32(14);
  const featurePoints = view.getUint16(18);
  const start = sizes.header + sizes.information + featurePoints * sizes.featurePoint + sizes.image;
  const end = sizes.header + length;
  if (end > record.length || start >= end) throw malformed('DG2', 'facial image is cut off');
  const octets = record.subarray(start, end);
  return { format: formatOf(octets), octets };
}

/** By the first octets of the picture itself; the record's own data type is not believed. */
function formatOf(octets: Uint8Array): FacialImage['format'] {
  const begins = (start: readonly number[]) => start.every((octet, at) => octets[at] === octet);
  if (begins(jpegStart)) return 'jpeg';
  if (jpeg2000Starts.some(begins)) return 'jpeg2000';
  throw new EmrtdRefusal('CHIP_PORTRAIT_UNSUPPORTED', 'portrait is neither JPEG nor JPEG 2000');
}

/**
 * A picture without what it says about where and with what it was taken: EXIF, XMP, IPTC, colour profiles, comments, thumbnails,
 * and whatever follows its end. Nothing is decoded or encoded again: JPEG, PNG and WebP are taken apart into their segments or
 * chunks, and those that pixels are made of are kept as they are.
 *
 * Octets that are no such picture, or can't be taken apart, come back as their first 12: enough to be refused by their format.
 */
export function stripMetadata(octets: Uint8Array): Uint8Array {
  const kept = isJpeg(octets)
    ? jpegParts(octets)
    : isPng(octets)
      ? pngParts(octets)
      : isWebp(octets)
        ? webpParts(octets)
        : undefined;
  return kept === undefined ? octets.subarray(0, 12) : Buffer.concat(kept);
}

const startsWith = (octets: Uint8Array, text: string, at = 0): boolean =>
  octets.length >= at + text.length && Buffer.from(octets.subarray(at, at + text.length)).toString('latin1') === text;
const isJpeg = (octets: Uint8Array) => startsWith(octets, '\xff\xd8\xff');
const isPng = (octets: Uint8Array) => startsWith(octets, '\x89PNG\r\n\x1a\n');
const isWebp = (octets: Uint8Array) => startsWith(octets, 'RIFF') && startsWith(octets, 'WEBP', 8);

/** JFIF header with neither density nor thumbnail: it says that three components are YCbCr. */
const jfif = Buffer.from('ffe000104a46494600010200000100010000', 'hex');
/** Octets of an Adobe segment that say how colours are transformed: `Adobe`, version, two flags, transform. */
const adobeOctets = 12;

/** ITU-T T.81 annex B. Entropy-coded data goes from a scan's header to the next marker that is no restart. */
function jpegParts(octets: Uint8Array): Uint8Array[] | undefined {
  const kept: Uint8Array[] = [octets.subarray(0, 2)];
  for (let at = 2; at + 2 <= octets.length; ) {
    // Decoders skip what is no marker, and fill octets before one.
    if (octets[at] !== 0xff || octets[at + 1] === 0xff || octets[at + 1] === 0x00) {
      at++;
      continue;
    }
    const marker = octets[at + 1]!;
    if (marker === 0xd9) return [...kept, octets.subarray(at, at + 2)];
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    const length = ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0);
    let end = at + 2 + length;
    if (length < 2 || end > octets.length) return undefined;
    if (marker === 0xda) end = endOfScan(octets, end);
    const segment = keptSegment(marker, octets.subarray(at, end));
    if (segment !== undefined) kept.push(segment);
    at = end;
  }
  // Without its end a picture is damaged, which is for the decoder to say.
  return kept;
}

function endOfScan(octets: Uint8Array, from: number): number {
  let at = from;
  for (; at + 1 < octets.length; at++) {
    if (octets[at] !== 0xff) continue;
    const next = octets[at + 1]!;
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return octets.length;
}

/** A segment as it is kept, with its marker; undefined for what no pixel needs. */
function keptSegment(marker: number, segment: Uint8Array): Uint8Array | undefined {
  if (marker === 0xfe) return undefined;
  if (marker < 0xe0 || marker > 0xef) return segment;
  if (marker === 0xe0 && startsWith(segment, 'JFIF\0', 4)) return jfif;
  if (marker !== 0xee || !startsWith(segment, 'Adobe', 4) || segment.length < 4 + adobeOctets) return undefined;
  return Buffer.concat([Buffer.of(0xff, 0xee, 0, 2 + adobeOctets), segment.subarray(4, 4 + adobeOctets)]);
}

/** Of an animation acTL stays, so that it is refused as one. */
const pngChunks = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'acTL'];

/** PNG (ISO/IEC 15948) chunks: length, type, data, CRC. */
function pngParts(octets: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const kept: Uint8Array[] = [octets.subarray(0, 8)];
  for (let at = 8; at + 12 <= octets.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > octets.length) return undefined;
    const type = Buffer.from(octets.subarray(at + 4, at + 8)).toString('latin1');
    if (pngChunks.includes(type)) kept.push(octets.subarray(at, end));
    if (type === 'IEND') return kept;
    at = end;
  }
  return undefined;
}

/** Of an animation its chunks stay, so that it is refused as one. */
const webpChunks = ['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF'];
/** Flags of VP8X that announce a colour profile, EXIF and XMP. */
const announced = 0x20 | 0x08 | 0x04;

/** WebP (RFC 9649): RIFF chunks of type, length and data, padded to an even length. */
function webpParts(octets: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const end = Math.min(octets.length, 8 + view.getUint32(4, true));
  const kept: Uint8Array[] = [];
  for (let at = 12; at + 8 <= end; ) {
    const length = view.getUint32(at + 4, true);
    const next = at + 8 + length + (length % 2);
    if (at + 8 + length > end) return undefined;
    const type = Buffer.from(octets.subarray(at, at + 4)).toString('latin1');
    if (webpChunks.includes(type)) {
      const chunk = Uint8Array.from(octets.subarray(at, next));
      if (type === 'VP8X' && length > 0) chunk[8]! &= ~announced;
      kept.push(chunk);
    }
    at = next;
  }
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(4 + kept.reduce((sum, { length }) => sum + length, 0), 4);
  return [head, ...kept];
}

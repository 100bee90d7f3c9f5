/** What the code stream says of itself before anything of it is decoded (ISO/IEC 15444-1 annex A.5.1: the SIZ marker). */
export interface Jpeg2000Header {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: colour */
  readonly components: number;
}

/** Boxes that a file of a portrait may have before its code stream. */
const boxesMaximum = 64;
const startOfCodestream = 0xff4f;
const imageAndTileSize = 0xff51;
/** Tiles of a picture at most: each costs the decoder memory, whatever is in it. */
const tilesMaximum = 256;

/**
 * Reads size and components of a JP2 file or a bare code stream.
 * @returns undefined for another format, and for what no portrait has: other depths than 8 bits, signed or subsampled
 *   components, a picture that does not begin at the corner of its grid, very many tiles
 */
export function readJpeg2000Header(octets: Uint8Array): Jpeg2000Header | undefined {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const start = codestreamStart(view);
  // SOC, SIZ, its length, capabilities, four sizes of the grid, four of the tiles, number of components
  const fixed = 2 + 2 + 2 + 2 + 8 * 4 + 2;
  if (start === undefined || view.byteLength < start + fixed) return undefined;
  if (view.getUint16(start) !== startOfCodestream || view.getUint16(start + 2) !== imageAndTileSize) return undefined;
  const size = (place: number) => view.getUint32(start + 8 + 4 * place);
  const [width, height, left, top, tileWidth, tileHeight, tileLeft, tileTop] = Array.from({ length: 8 }, (_, at) =>
    size(at),
  ) as [number, number, number, number, number, number, number, number];
  const components = view.getUint16(start + fixed - 2);
  if (left + top + tileLeft + tileTop > 0 || Math.min(width, height, tileWidth, tileHeight) === 0) return undefined;
  if (Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight) > tilesMaximum) return undefined;
  if (components !== 1 && components !== 3) return undefined;
  const described = start + fixed;
  if (view.byteLength < described + 3 * components) return undefined;
  for (let at = described; at < described + 3 * components; at += 3) {
    const [depth, across, down] = [view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2)];
    if (depth !== 7 || across !== 1 || down !== 1) return undefined;
  }
  return { width, height, components };
}

/** Whether octets begin as a JP2 file or a code stream does. */
export function beginsAsJpeg2000(octets: Uint8Array): boolean {
  const begin = Buffer.from(octets.subarray(0, 12)).toString('hex');
  return begin.startsWith('ff4fff51') || begin === '0000000c6a5020200d0a870a';
}

/** Where the code stream begins: at once, or in the first box of type jp2c (annex I.4). */
function codestreamStart(view: DataView): number | undefined {
  if (view.byteLength >= 2 && view.getUint16(0) === startOfCodestream) return 0;
  let at = 0;
  for (let box = 0; box < boxesMaximum && at + 8 <= view.byteLength; box++) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x6a703263) return at + 8;
    // Lengths of 64 bits (1) and to the end of the file (0) are for the last box.
    if (length < 8) return undefined;
    at += length;
  }
  return undefined;
}

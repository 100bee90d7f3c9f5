import fc from 'fast-check';
import { decodeImage, type ImageLimits, ImageRefusedError, type RgbImage } from './decode-image.ts';
import { readJpeg2000Header } from './jpeg2000-header.ts';
import { encodeJpeg2000, jp2File } from './testing/encode-jpeg2000.ts';

const limits: ImageLimits = {
  ...{ maxOctets: 400_000, maxPixels: 200_000, minSide: 64, workingSide: 256 },
  jpeg2000: true,
};
const picture = (width: number, height: number): RgbImage => ({
  ...{ width, height },
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 7) % 251),
});
const outcome = async (octets: Uint8Array, within = limits): Promise<string> => {
  try {
    const { width, height } = await decodeImage(octets, within);
    return `${width} x ${height}`;
  } catch (error) {
    if (error instanceof ImageRefusedError) return error.refusal;
    throw error;
  }
};
/** Place of the octets of the SIZ marker in a code stream. */
const siz = { width: 8, tileWidth: 24, components: 40, depth: 42, subsampling: 43 } as const;
const changed = (octets: Uint8Array, place: number, values: readonly number[]) =>
  Uint8Array.from(octets, (octet, at) => values[at - place] ?? octet);

describe('a portrait in JPEG 2000', () => {
  const original = picture(120, 90);
  let codestream: Uint8Array;
  beforeAll(async () => {
    codestream = await encodeJpeg2000(original);
  });

  it('is decoded, as a code stream and in a JP2 file', async () => {
    for (const octets of [codestream, jp2File(codestream, original)]) {
      const { width, height, rgb } = await decodeImage(octets, limits);
      expect([width, height]).toEqual([120, 90]);
      expect(Buffer.compare(rgb, original.rgb)).toBe(0);
    }
  });

  it('may be grey', async () => {
    const { rgb } = await decodeImage(await encodeJpeg2000(original, 1), limits);
    expect([...rgb.subarray(0, 6)]).toEqual([0, 0, 0, 21, 21, 21]);
  });

  it('is brought down to the working size', async () => {
    const large = picture(500, 300);
    expect(await outcome(await encodeJpeg2000(large))).toBe('256 x 154');
  });

  it('is taken where portraits are, and nowhere else', async () => {
    expect(await outcome(codestream, { ...limits, jpeg2000: false })).toBe('FORMAT');
    expect(await outcome(jp2File(codestream, original), { ...limits, jpeg2000: false })).toBe('FORMAT');
  });

  it('is refused by its header when it has too many pixels or tiles, is too small, or is no portrait', async () => {
    const word = (value: number) => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [changed(codestream, siz.width, [...word(0x7fffffff), ...word(0x7fffffff)]), 'FORMAT'],
      [changed(changed(codestream, siz.width, word(100_000)), siz.tileWidth, word(100_000)), 'TOO_LARGE'],
      [changed(codestream, siz.tileWidth, [...word(1), ...word(1)]), 'FORMAT'],
      [changed(codestream, siz.tileWidth, word(0)), 'FORMAT'],
      [changed(codestream, siz.components, [0x40, 0x00]), 'FORMAT'],
      [changed(codestream, siz.depth, [0x25]), 'FORMAT'],
      [changed(codestream, siz.subsampling, [2]), 'FORMAT'],
      [await encodeJpeg2000(picture(50, 90)), 'TOO_SMALL'],
      [codestream.subarray(0, 30), 'FORMAT'],
      [codestream.subarray(0, codestream.length >> 1), 'UNREADABLE'],
    ];
    for (const [octets, expected] of cases) expect(await outcome(octets)).toBe(expected);
  });

  it('with any octet of its headers changed, cut off anywhere, or made of any octets, is a picture or a refusal', async () => {
    const file = jp2File(codestream, original);
    for (let at = 0; at < 190; at += 3) {
      expect(await outcome(changed(file, at, [(file[at] ?? 0) ^ 0x41]))).toMatch(
        /^(\d+ x \d+|FORMAT|TOO_\w+|UNREADABLE)$/,
      );
    }
    const cut = fc.nat(file.length - 1);
    const garbage = fc.uint8Array({ minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(cut, garbage, async (end, octets) => {
        await outcome(Buffer.concat([file.subarray(0, end), octets]));
      }),
      { numRuns: 60 },
    );
    await expect(outcome(file)).resolves.toBe('120 x 90');
  });

  it('has a header that is read without an error from any octets', () => {
    const begin = Buffer.from('ff4fff51', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (octets) => {
        readJpeg2000Header(octets);
        readJpeg2000Header(Buffer.concat([begin, octets]));
        readJpeg2000Header(Buffer.concat([Buffer.from('0000000c6a5020200d0a870a', 'hex'), octets]));
      }),
    );
  });
});

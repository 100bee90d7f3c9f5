import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { decodeImage, type ImageLimits, ImageRefusedError } from './decode-image.ts';
import { FRAME_LIMITS } from './picture-limits.ts';
import { stripMetadata } from './strip-metadata.ts';
import { encodedFrames } from './testing/index.ts';

const limits: ImageLimits = { maxOctets: 200_000, maxPixels: 1_000_000, minSide: 64, workingSide: 256 };
const plain = (width = 200, height = 100) => sharp({ create: { width, height, channels: 3, background: '#3366aa' } });
const refusal = (octets: Uint8Array) =>
  decodeImage(octets, limits).then(
    () => 'taken',
    ({ refusal }) => refusal,
  );

/** A PNG with a chunk put in after its header. */
function withChunk(png: Uint8Array, type: string): Uint8Array {
  const header = png.subarray(0, 33);
  return Buffer.concat([header, Buffer.from([0, 0, 0, 0]), Buffer.from(type), Buffer.alloc(4), png.subarray(33)]);
}

describe('decoding a picture', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('takes a %s', async (format) => {
    const image = await decodeImage(await plain().toFormat(format).toBuffer(), limits);
    expect([image.width, image.height, image.rgb.length]).toEqual([200, 100, 200 * 100 * 3]);
  });

  it('brings large pictures down to the working size', async () => {
    const image = await decodeImage(await plain(900, 300).jpeg().toBuffer(), limits);
    expect([image.width, image.height]).toEqual([256, 85]);
  });

  it('makes grey, palette, 16-bit and opaque RGBA pictures RGB', async () => {
    const pictures = [
      await plain().greyscale().jpeg().toBuffer(),
      await plain().png({ palette: true }).toBuffer(),
      await plain().toColourspace('rgb16').png().toBuffer(),
      await plain().ensureAlpha().png().toBuffer(),
      await plain().ensureAlpha().webp().toBuffer(),
      await plain().greyscale().ensureAlpha().png().toBuffer(),
    ];
    for (const picture of pictures) expect((await decodeImage(picture, limits)).rgb.length).toBe(200 * 100 * 3);
  });

  it('takes a frame in any of its forms of file alike, and refuses the others', async () => {
    // dark above, bright below
    const rgb = new Uint8Array(3 * 480 * 480).fill(60).fill(200, 3 * 480 * 240);
    const forms = Object.entries(await encodedFrames({ width: 480, height: 480, rgb }));
    const seen = [];
    for (const [form, { octets }] of forms) {
      const decoded = await decodeImage(octets, FRAME_LIMITS).catch(({ refusal }: ImageRefusedError) => refusal);
      seen.push([
        form,
        typeof decoded === 'string' ? decoded : [decoded.rgb[3000]! < 110, decoded.rgb.at(-3000)! > 150],
      ]);
    }
    expect(seen).toEqual(forms.map(([form, { refusal }]) => [form, refusal ?? [true, true]]));
  });

  it('does not follow orientation metadata', async () => {
    const sideways = await plain().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await decodeImage(sideways, limits)).toMatchObject({ width: 200, height: 100 });
  });

  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['an SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"/>'), 'FORMAT'],
    ['a GIF', () => plain().gif().toBuffer(), 'FORMAT'],
    ['a TIFF', () => plain().tiff().toBuffer(), 'FORMAT'],
    ['no octets', async () => new Uint8Array(), 'FORMAT'],
    ['a transparent PNG', async () => translucent(0).png().toBuffer(), 'FORMAT'],
    ['a PNG that is transparent in one pixel', async () => oneClearPixel(), 'FORMAT'],
    ['a PNG with a colour that counts as transparent', async () => keyed(await plain().png().toBuffer()), 'FORMAT'],
    ['a WebP that something shines through', async () => translucent(0.9).webp().toBuffer(), 'FORMAT'],
    ['a JPEG in the colours of inks', () => plain().toColourspace('cmyk').jpeg().toBuffer(), 'FORMAT'],
    ['an animated PNG', async () => withChunk(await plain().png().toBuffer(), 'acTL'), 'FORMAT'],
    ['an animated WebP', animation, 'FORMAT'],
    [
      'a truncated JPEG',
      async () =>
        (
          await sharp(await noise())
            .jpeg()
            .toBuffer()
        ).subarray(0, 4000),
      'UNREADABLE',
    ],
    ['a JPEG signature and nothing more', async () => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'UNREADABLE'],
    ['a PNG with damaged data', async () => damaged(await noise()), 'UNREADABLE'],
    ['more octets than allowed', async () => new Uint8Array(200_001), 'TOO_LARGE'],
    ['a few pixels more than allowed', () => plain(1001, 1000).jpeg().toBuffer(), 'TOO_LARGE'],
    ['few octets of very many pixels', () => plain(3000, 3000).png().toBuffer(), 'TOO_LARGE'],
    ['a JPEG of 67 scans, each a pass over all pixels', manyScans, 'FORMAT'],
    ['a stamp', () => plain(63, 200).png().toBuffer(), 'TOO_SMALL'],
  ])('refuses %s', async (_, octets, expected) => {
    expect(await refusal(await octets())).toBe(expected);
  });

  it('gives a picture within the limits or a refusal, whatever octets of a good one are changed, taken away or put in', async () => {
    const good = await Promise.all(
      (['jpeg', 'png', 'webp'] as const).map(async (format) =>
        sharp(await noise())
          .toFormat(format)
          .toBuffer(),
      ),
    );
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const changes = fc.array(fc.tuple(share, fc.nat(4), fc.uint8Array({ maxLength: 4 }), fc.boolean()), {
      minLength: 1,
      maxLength: 3,
    });
    let pictures = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...good), changes, fc.boolean(), async (octets, spoiling, stripped) => {
        const spoilt = spoiling.reduce<Uint8Array>((before, [at, length, put, replaced]) => {
          const from = Math.floor(at * before.length);
          return Buffer.concat([
            before.subarray(0, from),
            put,
            before.subarray(from + (replaced ? put.length : length)),
          ]);
        }, octets);
        const decoded = await decodeImage(stripped ? stripMetadata(spoilt) : spoilt, limits).catch(
          (error: unknown) => error,
        );
        if (decoded instanceof ImageRefusedError) return;
        const { width, height, rgb } = decoded as Awaited<ReturnType<typeof decodeImage>>;
        expect(rgb.length).toBe(3 * width * height);
        expect(Math.max(width, height)).toBeLessThanOrEqual(limits.workingSide);
        pictures++;
      }),
      { numRuns: 300 },
    );
    expect(pictures).toBeGreaterThan(5);
  });
});

const translucent = (alpha: number) =>
  sharp({ create: { width: 200, height: 100, channels: 4, background: { r: 51, g: 102, b: 170, alpha } } });

/** Larger than what is worked with: the pixel is one of sixteen that become one. */
function oneClearPixel(): Promise<Uint8Array> {
  const rgba = new Uint8Array(4 * 1000 * 400).fill(0xff);
  rgba[4 * 123_456 + 3] = 0;
  return sharp(rgba, { raw: { width: 1000, height: 400, channels: 4 } })
    .png()
    .toBuffer();
}

/** A PNG in which the colour of `plain` is the transparent one (tRNS). */
function keyed(png: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from('tRNS'), Buffer.from('0033006600aa', 'hex')]);
  const chunk = Buffer.alloc(4 + body.length + 4);
  chunk.writeUInt32BE(6, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  const at = Buffer.from(png).indexOf('IDAT') - 4;
  return Buffer.concat([png.subarray(0, at), chunk, png.subarray(at)]);
}

function noise(): Promise<Buffer> {
  const values = Uint8Array.from({ length: 200 * 100 * 3 }, (_, k) => (k * 7919) % 251);
  return sharp(values, { raw: { width: 200, height: 100, channels: 3 } })
    .png()
    .toBuffer();
}

function damaged(png: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(png);
  copy.fill(0xaa, copy.length >> 1, (copy.length >> 1) + 200);
  return copy;
}

/** A scan of 58 frequencies as 58 scans of one, which is as good a JPEG. */
async function manyScans(): Promise<Uint8Array> {
  const jpeg = await plain().jpeg({ progressive: true }).toBuffer();
  const header = Buffer.from('ffda000801', 'hex');
  // component, tables, first and last frequency, approximation
  const isWanted = (at: number) =>
    jpeg[at + 5] === 1 && jpeg[at + 7] === 6 && jpeg[at + 8] === 63 && jpeg[at + 9] === 2;
  const from = jpeg.findIndex((_, at) => jpeg.subarray(at, at + 5).equals(header) && isWanted(at));
  const to = jpeg.findIndex((octet, at) => at > from + 10 && octet === 0xff && jpeg[at + 1] !== 0);
  const scans = Array.from({ length: 58 }, (_, k) => {
    const scan = Buffer.from(jpeg.subarray(from, to));
    scan.fill(6 + k, 7, 9);
    return scan;
  });
  return Buffer.concat([jpeg.subarray(0, from), ...scans, jpeg.subarray(to)]);
}

async function animation(): Promise<Uint8Array> {
  const frames = ['#000000', '#ffffff'].map((background) =>
    sharp({ create: { width: 200, height: 100, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(frames), { join: { animated: true } })
    .webp()
    .toBuffer();
}

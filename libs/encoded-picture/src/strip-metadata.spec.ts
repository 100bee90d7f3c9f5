import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { stripMetadata } from './strip-metadata.ts';

/** What nobody is to find. */
const place = 'Himitsu 35.6586N 139.7454E';
const exif = {
  IFD0: { Make: place, ImageDescription: place },
  IFD3: { GPSMapDatum: place, GPSLatitude: '35/1 39/1 31/1' },
};
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><place>${place}</place></x:xmpmeta>`;

const drawn = () =>
  sharp(Buffer.from(Array.from({ length: 3 * 64 * 48 }, (_, k) => (k * 37 + (k >> 5)) % 256)), {
    raw: { width: 64, height: 48, channels: 3 },
  });
const tagged = (image: Sharp) => image.withExif(exif).withXmp(xmp).withIccProfile('p3').toBuffer();
const pixels = (octets: Uint8Array) => sharp(octets, { ignoreIcc: true }).raw().toBuffer();

const pictures: [string, () => Promise<Uint8Array>][] = [
  ['JPEG', () => tagged(drawn().jpeg({ quality: 90 }))],
  ['progressive JPEG', () => tagged(drawn().jpeg({ progressive: true }))],
  ['grey JPEG', () => tagged(drawn().greyscale().jpeg())],
  ['PNG', () => tagged(drawn().png())],
  ['PNG with a palette', () => tagged(drawn().png({ palette: true }))],
  ['WebP', () => tagged(drawn().webp())],
  ['lossless WebP', () => tagged(drawn().webp({ lossless: true }))],
];

describe('a picture that is to be stored', () => {
  it.each(pictures)('as %s loses place, device and profile, and no pixel', async (_, make) => {
    const given = Buffer.concat([await make(), Buffer.from(place)]);
    const before = await sharp(given).metadata();
    expect([before.exif, before.xmp, before.icc].every((part) => part !== undefined)).toBe(true);
    const stripped = Buffer.from(stripMetadata(given));
    const { exif, xmp, icc, comments, format, width, height } = await sharp(stripped).metadata();
    expect([exif, xmp, icc, comments]).toEqual([undefined, undefined, undefined, undefined]);
    expect([format, width, height]).toEqual([before.format, before.width, before.height]);
    for (const mark of [place, 'Exif', 'adobe:ns', '<x:xmp']) expect(stripped.includes(mark)).toBe(false);
    expect((await pixels(stripped)).equals(await pixels(given))).toBe(true);
    expect(stripMetadata(stripped)).toEqual(stripped);
  });

  it('keeps how the colours of a JPEG are meant', async () => {
    const cmyk = await drawn().toColourspace('cmyk').jpeg().toBuffer();
    const stripped = Buffer.from(stripMetadata(cmyk));
    expect(stripped.includes('Adobe')).toBe(true);
    expect((await pixels(stripped)).equals(await pixels(cmyk))).toBe(true);
  });

  it('loses a comment, and a thumbnail in its JFIF header', async () => {
    const plain = Buffer.from(await drawn().jpeg().toBuffer());
    const text = Buffer.from(place);
    const comment = Buffer.concat([Buffer.of(0xff, 0xfe, 0, text.length + 2), text]);
    const thumbnail = Buffer.concat([
      Buffer.from('ffe0', 'hex'),
      Buffer.of(0, 16 + 27),
      Buffer.from('4a464946000102000001000103', 'hex'),
      Buffer.of(3),
      Buffer.alloc(27, 'H'),
    ]);
    const given = Buffer.concat([plain.subarray(0, 2), thumbnail, comment, plain.subarray(2)]);
    const stripped = Buffer.from(stripMetadata(given));
    for (const mark of [place, 'HHHHHHHHH']) expect(stripped.includes(mark)).toBe(false);
    expect((await pixels(stripped)).equals(await pixels(plain))).toBe(true);
  });

  it('that is no picture, or a broken one, is cut to what it can be refused by', async () => {
    const jpeg = Buffer.from(await pictures[0]![1]());
    const broken = Buffer.from(jpeg);
    broken.writeUInt16BE(0xffff, 4);
    expect(stripMetadata(broken.subarray(0, 4_000))).toHaveLength(12);
    for (const other of ['', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'GIF89a and more than that']) {
      expect(stripMetadata(Buffer.from(other)).length).toBeLessThanOrEqual(12);
    }
  });

  it('whatever was done to its octets, never fails and never grows', async () => {
    const given = await Promise.all(pictures.map(([, make]) => make()));
    fc.assert(
      fc.property(
        fc.constantFrom(...given),
        fc.array(fc.tuple(fc.nat(4_000), fc.nat(255)), { maxLength: 4 }),
        (octets, changes) => {
          const changed = Uint8Array.from(octets);
          for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
          expect(stripMetadata(changed).length).toBeLessThanOrEqual(changed.length);
        },
      ),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (junk) => expect(stripMetadata(junk).length).toBeLessThanOrEqual(junk.length + 18)),
    );
  });
});

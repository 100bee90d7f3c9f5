import { encodedFrames } from '@tegata/encoded-picture/testing';
import { drawFace } from '@tegata/face-mesh';
import sharp, { type Sharp } from 'sharp';
import { FrameDigester, type FrameDigests } from './frame-digests.ts';
import { drawnFrame } from './testing/index.ts';

describe('the digests of a frame', () => {
  const digester = new FrameDigester(Buffer.alloc(32, 1));
  let frame: Uint8Array;
  let digests: FrameDigests;

  beforeAll(async () => {
    frame = await drawnFrame('one view');
    digests = await of(frame);
  });

  const of = async (octets: Uint8Array, by = digester): Promise<FrameDigests> => {
    const found = await by.digest(octets);
    if (found === undefined) throw new Error('a frame that shows nothing');
    return found;
  };
  const sharedViews = ({ view }: FrameDigests) => view.filter((digest) => digests.view.includes(digest)).length;

  it('are the same whatever is said beside the pixels, and however these are packed', async () => {
    const comment = Buffer.concat([Buffer.of(0xff, 0xfe, 0, 11), Buffer.from('replayed!')]);
    const commented = Buffer.concat([frame.subarray(0, 2), comment, frame.subarray(2), Buffer.from('tail')]);
    expect(await of(commented)).toEqual(digests);
    expect(await of(await sharp(frame).png().toBuffer())).toEqual(digests);
  });

  it('are of all that is taken as a frame, by whoever decodes it, and of nothing else', async () => {
    const forms = Object.entries(await encodedFrames(drawFace(480)));
    const taken = [];
    for (const [form, { octets }] of forms) taken.push([form, (await digester.digest(octets)) !== undefined]);
    expect(taken).toEqual(forms.map(([form, { refusal }]) => [form, refusal === undefined]));
  });

  it('know a picture by every pixel, and a view when a pixel is another', async () => {
    const { data, info } = await sharp(frame).raw().toBuffer({ resolveWithObject: true });
    data[data.length >> 1]! ^= 1;
    const altered = await of(
      await sharp(data, { raw: { ...info, channels: 3 } })
        .png()
        .toBuffer(),
    );
    expect(altered.picture).not.toBe(digests.picture);
    expect(altered.view).toEqual(digests.view);
  });

  it.each<[string, (frame: Uint8Array) => Sharp]>([
    ['encoded again', (octets) => sharp(octets).jpeg({ quality: 82 })],
    ['made smaller', (octets) => sharp(octets).resize(270)],
    ['made darker', (octets) => sharp(octets).linear(0.9).jpeg({ quality: 82 })],
  ])('know most views that were %s', async (_, change) => {
    let known = 0;
    for (let k = 0; k < 10; k++) {
      const original = await drawnFrame(`view ${k}`);
      const before = await of(original);
      const after = await of(await change(original).toBuffer());
      expect(after.picture).not.toBe(before.picture);
      if (after.view.some((digest) => before.view.includes(digest))) known++;
    }
    expect(known).toBeGreaterThan(5);
  });

  it('of another view have nothing in common with them, nor have those under another key', async () => {
    const other = await of(await drawnFrame('another view'));
    const underOtherKey = await of(frame, new FrameDigester(Buffer.alloc(32, 2)));
    for (const foreign of [other, underOtherKey]) {
      expect(foreign.picture).not.toBe(digests.picture);
      expect(sharedViews(foreign)).toBe(0);
    }
  });

  it.each([
    [
      'a lens that is covered',
      () => sharp({ create: { width: 240, height: 240, channels: 3, background: '#000000' } }),
    ],
    [
      'a lamp before the lens',
      () => sharp({ create: { width: 240, height: 240, channels: 3, background: '#ffffee' } }),
    ],
  ])('are not made of %s, which looks the same to everybody', async (_, blank) => {
    expect(await digester.digest(await blank().jpeg().toBuffer())).toBeUndefined();
  });

  it('are not made of what is no picture', async () => {
    expect(await digester.digest(Buffer.from('no picture'))).toBeUndefined();
    expect(await digester.digest(frame.subarray(0, 400))).toBeUndefined();
  });
});

import sharp, { type Sharp } from 'sharp';
import type { Ask, FrameFault } from './camera.ts';
import { inspectFrames, measureFrame } from './frame-quality.ts';
import { facelessFrame } from './testing/faceless-frame.ts';

const frame = async (change: (image: Sharp) => Sharp = (image) => image) =>
  change(sharp(await facelessFrame()))
    .jpeg()
    .toBuffer();
const straight: Ask = { kind: 'straight' };
const lit = (subject: 'face' | 'document'): Ask => ({ kind: 'colours', subject, colours: ['red'] });
const taken = (...jpegs: Uint8Array[]) => jpegs.map((jpeg, k) => ({ jpeg, takenAtMs: 200 * k, colourNumber: 0 }));

describe('frames of a prompt', () => {
  it('can be used when something can be seen in them', async () => {
    expect(await inspectFrames(taken(await frame()), straight)).toBeUndefined();
  });

  it.each<[string, (image: Sharp) => Sharp, FrameFault]>([
    ['too dark', (image) => image.linear(0.1), 'FRAMES_TOO_DARK'],
    ['too bright', (image) => image.linear(0.2, 210), 'FRAMES_TOO_BRIGHT'],
    ['blurred', (image) => image.blur(14), 'FRAMES_BLURRED'],
    ['of a covered lens', (image) => image.linear(0.02, 90), 'FRAMES_EMPTY'],
  ])('are taken again when they are %s', async (_, change, fault) => {
    expect(await inspectFrames(taken(await frame(change)), straight)).toBe(fault);
  });

  it('can be used when something can be seen in them in strong light', async () => {
    const jpeg = await frame((image) => image.linear(0.4, 185));
    expect((await measureFrame(jpeg))?.mean).toBeGreaterThan(230);
    expect(await inspectFrames(taken(jpeg), straight)).toBeUndefined();
  });

  it('may be blurred in half of them, as a head in motion is', async () => {
    const [sharpOne, blurred] = [await frame(), await frame((image) => image.blur(14))];
    expect(await inspectFrames(taken(sharpOne, blurred), straight)).toBeUndefined();
    expect(await inspectFrames(taken(sharpOne, blurred, blurred), straight)).toBe('FRAMES_BLURRED');
  });

  it('have 480 pixels each way where a document is held before the camera, every one of them', async () => {
    const of = async (width: number, height: number) => frame((image) => image.resize(width, height));
    const [enough, narrow] = [await of(480, 480), await of(640, 479)];
    expect(await inspectFrames(taken(enough, enough), lit('document'))).toBeUndefined();
    expect(await inspectFrames(taken(enough, enough, narrow), lit('document'))).toBe('FRAMES_TOO_SMALL');
    expect(await inspectFrames(taken(narrow), lit('face'))).toBeUndefined();
  });

  it('are measured alike in any size, and not at all where they are no pictures', async () => {
    const [large, small] = [await frame((image) => image.resize(960)), await frame((image) => image.resize(300))];
    const [one, other] = [await measureFrame(large), await measureFrame(small)];
    expect(Math.abs((one?.mean ?? 0) - (other?.mean ?? 255))).toBeLessThan(3);
    expect(await measureFrame(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3))).toBeUndefined();
    expect(await inspectFrames(taken(Uint8Array.of(1, 2, 3)), straight)).toBeUndefined();
  });
});

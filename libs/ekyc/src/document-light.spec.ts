import { boxBlurred, type GreyPlane, resized } from '@tegata/document-picture';
import fc from 'fast-check';
import type { SeenDocument } from './document-view.ts';
import { checkDocumentLight } from './light-checks.ts';
import type { ShownDocument } from './observation.ts';
import { SCREEN_COLOURS, type ScreenColour } from './screen-light.ts';

const colours: readonly ScreenColour[] = ['cyan', 'red', 'yellow', 'blue', 'green', 'magenta'];
const [WIDTH, HEIGHT] = [80, 50];

/** What is printed: paper, and rows of letters in two inks. */
const ink = (at: number, channel: number) => {
  const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
  const isInk = y % 8 < 4 && (x * 7 + y) % 5 < 2;
  return isInk ? [0.08, 0.12, 0.3][channel]! : 0.75;
};

interface Held {
  /** light of the screen that it reflects, against the room's */
  readonly reflected?: number;
  /** light that lies over what is printed */
  readonly mirrored?: number;
  /** column from which on it does */
  readonly mirroredFrom?: number;
  readonly around?: number;
  /** how much of the difference of grey levels to their surroundings the camera adds */
  readonly sharpened?: number;
  /** what the camera makes of each channel */
  readonly gains?: readonly number[];
  readonly likeness?: number;
}

/** A document as the camera sees it while a screen shows a colour. */
function seen(
  colour: ScreenColour | undefined,
  {
    reflected = 0.2,
    mirrored = 0,
    mirroredFrom = 0,
    around = 0.02,
    gains = [1, 1, 1],
    likeness = 0.8,
    sharpened = 0,
  }: Held = {},
): SeenDocument {
  const on = colour === undefined ? [0, 0, 0] : SCREEN_COLOURS[colour];
  const light = [0, 1, 2].map((c): GreyPlane => {
    const values = Float32Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
      const mirror = at % WIDTH >= mirroredFrom ? mirrored * on[c]! : 0;
      return 0.6 * gains[c]! * (ink(at, c) * (1 + reflected * on[c]!) + mirror);
    });
    return { width: WIDTH, height: HEIGHT, values };
  });
  const beside = [0, 1, 2].map((c) => 0.2 * gains[c]! * (1 + around * on[c]!));
  const taken = sharpened === 0 ? light : sharpenedBy(sharpened, light);
  return { likeness, light: taken as never, around: beside as never };
}

/** What a camera with pixels a third as wide makes of it, that sharpens brightness, in grey levels. */
function sharpenedBy(share: number, light: readonly GreyPlane[]): GreyPlane[] {
  const fine = { width: 3 * WIDTH, height: 3 * HEIGHT };
  const greys = light.map((plane) => {
    const lens = boxBlurred(boxBlurred(resized(plane, fine.width, fine.height), 1), 1).values;
    return lens.map((value) => value ** (1 / 2.2));
  });
  const bright = greys[0]!.map((red, at) => 0.3 * red + 0.59 * greys[1]![at]! + 0.11 * greys[2]![at]!);
  const soft = boxBlurred({ ...fine, values: bright }, 1).values;
  return greys.map((grey) => {
    const values = grey.map((value, at) => Math.max(0, value + share * (bright[at]! - soft[at]!)) ** 2.2);
    return resized({ ...fine, values }, WIDTH, HEIGHT);
  });
}

const shown = (of: (colour: ScreenColour, k: number) => SeenDocument | undefined): ShownDocument[] =>
  colours.map((colour, k) => ({ colourIndex: k, seen: of(colour, k) }));

const reasons = (frames: readonly ShownDocument[]) =>
  checkDocumentLight(frames, { colours, promptIndex: 5 }).checks.flatMap(({ held, reason }) => (held ? [] : [reason]));

describe('the light of a screen on a document', () => {
  it('is seen on one that reflects it, glossy or not, whatever the camera does to the whole picture', () => {
    const gain = fc.double({ min: 0.8, max: 1.2, noNaN: true });
    const cameras = fc.array(fc.tuple(gain, gain, gain), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(cameras, fc.double({ min: 0, max: 0.08, noNaN: true }), (gains, mirrored) => {
        expect(reasons(shown((colour, k) => seen(colour, { mirrored, gains: gains[k]! })))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('is not seen on a screen that mirrors it, however strongly: it lies over what is printed', () => {
    for (const mirrored of [0, 0.01, 0.05, 0.2]) {
      expect(reasons(shown((colour) => seen(colour, { reflected: 0, mirrored })))).toContain('DOCUMENT_LIGHT_NOT_SEEN');
    }
  });

  it('is not seen in the edge of what a screen mirrors, however strongly, though that is no print', () => {
    for (const mirrored of [0.05, 0.2, 0.4]) {
      const held = { reflected: 0, around: 0, mirrored, mirroredFrom: 37 };
      expect(reasons(shown((colour) => seen(colour, held)))).toContain('DOCUMENT_LIGHT_NOT_SEEN');
    }
  });

  it('is not seen on a screen that mirrors it, where the camera sharpens what is lighter by more light', () => {
    for (const mirrored of [0.1, 0.3]) {
      const held = { reflected: 0, around: 0, mirrored, sharpened: 0.9 };
      expect(reasons(shown((colour) => seen(colour, held)))).toContain('DOCUMENT_LIGHT_NOT_SEEN');
    }
  });

  it('is not seen in frames that are lit by nothing, or in another order', () => {
    expect(reasons(shown(() => seen(undefined)))).toContain('DOCUMENT_LIGHT_NOT_SEEN');
    const late = shown((_, k) => seen(colours[(k + 3) % 6]));
    expect(reasons(late)).toContain('DOCUMENT_LIGHT_NOT_SEEN');
  });

  it('is not seen where it follows, but hardly, or strongly, but in nearly the right order', () => {
    expect(reasons(shown((colour) => seen(colour, { reflected: 0.015, around: 0 })))).toEqual([
      'DOCUMENT_LIGHT_NOT_SEEN',
    ]);
    const swapped = colours.toSpliced(0, 2, colours[1]!, colours[0]!);
    const nearly = checkDocumentLight(
      shown((_, k) => seen(swapped[k])),
      { colours, promptIndex: 5 },
    );
    expect(nearly.checks.flatMap(({ held, name }) => (held ? [] : [name]))).toEqual(['documentLight.correlation']);
  });

  it('is not judged where nothing beside the document is in the picture', () => {
    const alone = shown((colour) => ({ ...seen(colour), around: undefined }));
    expect(reasons(alone)).toContain('DOCUMENT_LIGHT_NOT_SEEN');
  });

  it('has to be seen for every colour, on the document of the picture', () => {
    expect(reasons(shown((colour, k) => (k === 4 ? undefined : seen(colour))))).toEqual(['DOCUMENT_NOT_SHOWN']);
    expect(reasons([])).toEqual(['DOCUMENT_NOT_SHOWN']);
    const swapped = shown((colour, k) => seen(colour, { likeness: k === 4 ? 0.5 : 0.8 }));
    expect(reasons(swapped)).toEqual(['DOCUMENT_CHANGED']);
  });

  it('counts no frame of another document beside one of the right one', () => {
    const right = shown((colour) => seen(colour));
    const other = shown(() => seen(undefined, { likeness: 0.4 }));
    expect(reasons([...right, ...other])).toEqual([]);
    const unlit = shown(() => seen(undefined));
    const otherLit = shown((colour) => seen(colour, { likeness: 0.4 }));
    expect(reasons([...unlit, ...otherLit])).toContain('DOCUMENT_LIGHT_NOT_SEEN');
  });
});

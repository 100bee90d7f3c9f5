import { millimetresAt } from '../document-lie.ts';
import { type Homography, homographyTo, type Quad } from '../homography.ts';
import { repeatedPattern } from '../repeated-pattern.ts';

// A program: how far patterns stand out in pictures of a card, one JSON object. It is one since the arithmetic takes ten times as long inside of a
// test's sandbox.

const { cos, PI, sin } = Math;
const [width, height] = [1500, 1060];
/** A card that leans backwards: 12 to 13 pixels a millimetre. */
const corners: Quad = [
  { x: 212, y: 170 },
  { x: 1290, y: 182 },
  { x: 1325, y: 888 },
  { x: 175, y: 880 },
];
const fromMillimetres = homographyTo(corners, 85.6, 54) as Homography;

/** A wave: where it is, so many lines a millimetre of the card, and how strong in red, green and blue. */
interface Wave {
  /** the card alone, what it lies on, or a screen that shows both */
  readonly on: 'card' | 'table' | 'screen';
  readonly frequency: number;
  readonly degrees: number;
  readonly strength: readonly [number, number, number];
  /** how far the line sways, in its own distances */
  readonly sway?: number;
}

/** A light card with rows of letters on something grey, seen by a camera with noise, and waves over it. */
function picture(waves: readonly Wave[]) {
  let state = 7;
  const noise = () => {
    let sum = 0;
    for (let k = 0; k < 4; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      sum += state / 2 ** 32 - 0.5;
    }
    return sum * 5;
  };
  const rgb = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { x: mx, y: my } = millimetresAt(fromMillimetres, { x, y });
      const inside = mx >= 0 && my >= 0 && mx <= 85.6 && my <= 54;
      const letter = y % 61 < 22 && isInk((x / 5) | 0, (y / 6) | 0);
      const light = inside ? (letter ? 60 : 205) : 120;
      const more = [0, 0, 0];
      for (const { on, frequency, degrees, strength, sway = 0 } of waves) {
        if (on === (inside ? 'table' : 'card')) continue;
        const angle = (degrees * PI) / 180;
        const along = my * cos(angle) - mx * sin(angle);
        const value = cos(2 * PI * (frequency * (mx * cos(angle) + my * sin(angle)) + sway * sin(along / 4)));
        for (let c = 0; c < 3; c++) more[c] = more[c]! + strength[c]! * value;
      }
      const grain = noise();
      for (let c = 0; c < 3; c++) rgb[3 * (y * width + x) + c] = Math.max(0, Math.min(255, light + more[c]! + grain));
    }
  }
  return { width, height, rgb };
}

/** Strokes that repeat nowhere. */
function isInk(column: number, row: number): boolean {
  const hash = Math.imul(Math.imul(column + 71 * row, 0x9e3779b1) ^ 0x5bd1e995, 0x85ebca6b) >>> 0;
  return hash % 5 < 2;
}

const net = (wave: Wave): Wave[] => [wave, { ...wave, degrees: wave.degrees + 90 }];
const grey = (strength: number): [number, number, number] => [strength, strength, strength];
const patternOf = (...waves: Wave[]) => repeatedPattern(picture(waves), { corners, fromMillimetres });

const small: Quad = [
  { x: 100, y: 100 },
  { x: 260, y: 100 },
  { x: 260, y: 200 },
  { x: 100, y: 200 },
];
const crossing: Wave[] = [
  { on: 'card', frequency: 3.1, degrees: 10, strength: [12, 6, 2] },
  { on: 'card', frequency: 2.2, degrees: 71, strength: [1, 6, 12] },
];
const printedNet = [
  ...net({ on: 'card', frequency: 3.4, degrees: 0, strength: [10, 8, 3] }),
  ...net({ on: 'card', frequency: 6.8, degrees: 0, strength: [8, 6, 2] }),
];
/** Coarse, and fine where the card happens to have lines just as fine. */
const cloth = [
  ...net({ on: 'table', frequency: 1.5, degrees: 20, strength: grey(30) }),
  { on: 'screen', frequency: 5.9, degrees: 9, strength: grey(1.3) } as const,
];
const inks = [
  ...net({ on: 'card', frequency: 5.2, degrees: 15, strength: [6, 2, 1] }),
  ...net({ on: 'card', frequency: 5.2, degrees: 75, strength: [1, 6, 2] }),
  ...net({ on: 'card', frequency: 5.2, degrees: 45, strength: grey(3) }),
];
console.log(
  JSON.stringify({
    text: patternOf(),
    linesOneWay: patternOf({ on: 'card', frequency: 3.1, degrees: 24, strength: [12, 6, 2] }),
    linesThatSway: patternOf({ on: 'card', frequency: 3.4, degrees: 70, strength: [2, 8, 12], sway: 1.5 }),
    linesThatCross: patternOf(...crossing),
    netOfLines: patternOf(...net({ on: 'card', frequency: 2.7, degrees: 33, strength: [10, 8, 3] })),
    netAlongSides: patternOf(...printedNet),
    cloth: patternOf(...cloth),
    oneInk: patternOf(...net({ on: 'card', frequency: 5.2, degrees: 15, strength: [6, 2, 1] })),
    pixels: patternOf({ on: 'screen', frequency: 5.9, degrees: 9, strength: grey(2) }),
    sensed: patternOf({ on: 'screen', frequency: 10.3, degrees: 12, strength: grey(2) }),
    colours: patternOf({ on: 'screen', frequency: 14.1, degrees: 31, strength: [3, -1.5, 0.1] }),
    inTheDark: patternOf(...net({ on: 'card', frequency: 7.4, degrees: 0, strength: grey(4) })),
    dots: patternOf(...inks),
    small: repeatedPattern(picture([]), {
      corners: small,
      fromMillimetres: homographyTo(small, 85.6, 54) as Homography,
    }),
  }),
);

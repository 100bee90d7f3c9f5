/** A colour of a screen that lights a face or a document; each channel is full or nothing, in sRGB. */
export type ScreenColour = 'red' | 'green' | 'blue' | 'cyan' | 'magenta' | 'yellow';

/** Every colour, and its channels. */
export const SCREEN_COLOURS: Readonly<Record<ScreenColour, readonly [number, number, number]>> = {
  red: [1, 0, 0],
  green: [0, 1, 0],
  blue: [0, 0, 1],
  cyan: [0, 1, 1],
  magenta: [1, 0, 1],
  yellow: [1, 1, 0],
};

const palette = Object.keys(SCREEN_COLOURS) as ScreenColour[];

/**
 * Draws an order of all six colours, each of the 720 with the same chance. `random` gives that many octets from a CSPRNG.
 */
export function drawColours(random: (octets: number) => Uint8Array): ScreenColour[] {
  const drawn = [...palette];
  for (let last = drawn.length - 1; last > 0; last--) {
    const other = below(last + 1, random);
    [drawn[last], drawn[other]] = [drawn[other]!, drawn[last]!];
  }
  return drawn;
}

/** A fair number from 0 up to, not including, `limit`. */
function below(limit: number, random: (octets: number) => Uint8Array): number {
  const fair = 256 - (256 % limit);
  for (;;) {
    const [octet] = random(1);
    if (octet === undefined) throw new RangeError('the source of randomness is empty');
    if (octet < fair) return octet % limit;
  }
}

/** Light of one frame: mean red, green and blue in linear light, 0..1, of what the screen is to light, a face or a document, and of what is around it. */
export interface FrameLight {
  readonly subject: readonly [number, number, number];
  readonly around: readonly [number, number, number];
}

/** How a face or a document answered the colours. */
export interface LightResponse {
  /** correlation of the change of colour with that of the screen, -1..1; 0 where nothing can be said */
  readonly correlation: number;
  /** change of the logarithm of its colour for a full change of the screen's */
  readonly gain: number;
}

/**
 * How the colour of what is lit, against that of its surroundings, follows the colours that the screen showed. The surroundings are
 * farther from the screen, so they answer less; what a camera does to the whole picture (exposure, white balance) does not
 * count. Brightness is left out: it changes with every motion.
 *
 * @param lights one list for each colour of the sequence
 */
export function lightResponse(
  colours: readonly ScreenColour[],
  lights: readonly (readonly FrameLight[])[],
): LightResponse {
  const none = { correlation: 0, gain: 0 };
  const seen: (readonly [number, number])[] = [];
  for (const [k] of colours.entries()) {
    const frames = (lights[k] ?? []).map(chroma);
    if (frames.length === 0) return none;
    seen.push([mean(frames.map(([u]) => u)), mean(frames.map(([, v]) => v))]);
  }
  const shown = colours.map((colour) => opponent(SCREEN_COLOURS[colour]));
  const [x, y] = [centred(shown), centred(seen)];
  const [xx, xy, yy] = [product(x, x), product(x, y), product(y, y)];
  if (!(xx > 0 && yy > 0)) return none;
  return { correlation: xy / Math.sqrt(xx * yy), gain: xy / xx };
}

/** Red against green, and blue against both. */
const opponent = ([r, g, b]: readonly [number, number, number]): [number, number] => [r - g, b - (r + g) / 2];

/** Opponent colours of what is lit against its surroundings, in logarithms: what multiplies both falls out. */
function chroma({ subject, around }: FrameLight): [number, number] {
  const ratio = subject.map((value, c) => Math.log((value + dark) / (around[c]! + dark)));
  return opponent(ratio as [number, number, number]);
}

/** Added to every light, so that a black channel says little instead of everything. */
const dark = 0.01;

/** Both columns with their means taken away, one after the other. */
function centred(rows: readonly (readonly [number, number])[]): number[] {
  return [0, 1].flatMap((column) => {
    const values = rows.map((row) => row[column]!);
    const middle = mean(values);
    return values.map((value) => value - middle);
  });
}

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

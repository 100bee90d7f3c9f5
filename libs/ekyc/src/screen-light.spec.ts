import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { drawColours, type FrameLight, lightResponse, SCREEN_COLOURS, type ScreenColour } from './screen-light.ts';
import { THRESHOLDS } from './thresholds.ts';

const palette = Object.keys(SCREEN_COLOURS) as ScreenColour[];
const orders = permutations(palette);

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((value, k) =>
    permutations([...values.slice(0, k), ...values.slice(k + 1)]).map((rest) => [value, ...rest]),
  );
}

/** Light of a face that answers a colour, by a camera that multiplies each channel by something. */
function lit(colour: ScreenColour | undefined, strength = 0.12, gains: readonly number[] = [1, 1, 1]): FrameLight {
  const channels = colour === undefined ? [0, 0, 0] : SCREEN_COLOURS[colour];
  const light = (share: number) =>
    channels.map((on, c) => [0.4, 0.25, 0.18][c]! * gains[c]! * (1 + share * on)) as [number, number, number];
  return { subject: light(strength), around: light(0.12 * strength) };
}

const passes = ({ correlation, gain }: { correlation: number; gain: number }) =>
  correlation >= THRESHOLDS.minLightCorrelation && gain >= THRESHOLDS.minLightGain;

describe('the light of a screen on a face', () => {
  it('is seen in whatever order the colours come, whatever the camera does to the whole picture', () => {
    const gain = fc.double({ min: 0.7, max: 1.4, noNaN: true });
    const gains = fc.array(fc.tuple(gain, gain, gain), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...orders), gains, (colours, camera) => {
        const response = lightResponse(
          colours,
          colours.map((colour, k) => [lit(colour, 0.12, camera[k])]),
        );
        expect(response.correlation).toBeGreaterThan(0.9);
        expect(passes(response)).toBe(true);
      }),
    );
  });

  it('is not seen where nothing answers, and says nothing where a colour has no face', () => {
    expect(
      passes(
        lightResponse(
          palette,
          palette.map(() => [lit(undefined)]),
        ),
      ),
    ).toBe(false);
    const missing = palette.map((colour, k) => (k === 3 ? [] : [lit(colour)]));
    expect(lightResponse(palette, missing)).toEqual({ correlation: 0, gain: 0 });
    expect(lightResponse(palette, [])).toEqual({ correlation: 0, gain: 0 });
  });

  it('in a recording of one order answers few others', () => {
    const [recorded = []] = orders;
    const answered = orders.filter((asked) =>
      passes(
        lightResponse(
          asked,
          recorded.map((colour) => [lit(colour)]),
        ),
      ),
    );
    expect(answered).toHaveLength(7);
  });
});

describe('colours to show', () => {
  it('are all six in any order, each order about as often', () => {
    const counts = new Map<string, number>();
    for (let k = 0; k < 7200; k++) {
      const drawn = drawColours(randomBytes);
      expect([...drawn].sort()).toEqual([...palette].sort());
      counts.set(drawn.join(), (counts.get(drawn.join()) ?? 0) + 1);
    }
    // 10 of each are expected; 720 of them with none would be a draw that never gives some
    expect(counts.size).toBeGreaterThan(710);
    expect(Math.max(...counts.values())).toBeLessThan(40);
  });

  it('cannot be drawn from a source that is empty', () => {
    expect(() => drawColours(() => new Uint8Array(0))).toThrow(RangeError);
  });
});

import { eyesSeen } from './eye-cover.ts';
import { type Point, vertex } from './landmarks.ts';
import { headLandmarks } from './testing/synthetic-head.ts';

const SIDE = 480;
const landmarks = headLandmarks({ x: 240, y: 240 });
const [right, left] = [eye(159, 145), eye(386, 374)];

/** Middle between the lids. */
function eye(upper: number, lower: number): Point {
  const [a, b] = [vertex(landmarks, upper), vertex(landmarks, lower)];
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

interface Drawn {
  readonly skin?: (x: number) => number;
  /** part of the light that comes through a lens before both eyes */
  readonly lens?: number;
  /** the side on which skin is before the eye */
  readonly hand?: Point;
}

/** A face of even skin with two eyes, each half white and half pupil. */
function face({ skin = () => 140, lens = 1, hand }: Drawn) {
  const rgb = new Uint8Array(3 * SIDE * SIDE);
  const within = (x: number, y: number, { x: cx, y: cy }: Point, rx: number, ry: number) =>
    Math.hypot((x - cx) / rx, (y - cy) / ry) < 1;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const near = [right, left].find((middle) => within(x, y, middle, 40, 40));
      let value = skin(x);
      if (near && near !== hand && within(x, y, near, 25, 12)) value *= Math.abs(x - near.x) < 8 ? 0.1 : 1.2;
      if (near) value *= lens;
      rgb.fill(value, 3 * (y * SIDE + x), 3 * (y * SIDE + x) + 3);
    }
  }
  return { width: SIDE, height: SIDE, rgb };
}

const seen = (drawn: Drawn) => eyesSeen(face(drawn), landmarks);

describe('what is seen of the eyes', () => {
  it('is the same of a bare face, dark skin or fair, in dim light or bright', () => {
    for (const skin of [30, 60, 140, 200]) {
      const { light, contrast } = seen({ skin: () => skin });
      expect(light).toBeCloseTo(1, 0);
      expect(contrast).toBeCloseTo(1.1, 1);
    }
  });

  it('is so much less as a lens lets less light through', () => {
    const { light } = seen({});
    for (const lens of [0.1, 0.3, 0.6]) expect(seen({ lens }).light / light).toBeCloseTo(lens, 1);
  });

  it('is the light of the brighter side where a lamp is beside the face', () => {
    expect(seen({ skin: (x) => (x < 240 ? 40 : 200) }).light).toBeGreaterThan(0.9);
  });

  it.each<[string, Point]>([
    ['right', right],
    ['left', left],
  ])('is nothing of the %s eye where a hand is before it', (_, hand) => {
    const { light, contrast } = seen({ hand });
    expect(contrast).toBeLessThan(0.05);
    expect(light).toBeGreaterThan(0.9);
  });

  it('can be looked for at the border of a picture, and beyond', () => {
    for (const at of [5, -900, 2000]) {
      const { light, contrast } = eyesSeen(face({}), headLandmarks({ x: at, y: at }));
      expect(light).toBeGreaterThanOrEqual(0);
      expect(contrast).toBeGreaterThanOrEqual(0);
    }
  });
});

import { type Homography, mapped, type Point } from './homography.ts';

/** What a millimetre to the right and one down of the document are in the picture, at a place of it, pixels. */
export type Steps = readonly [Point, Point];

export function stepsAt(fromMillimetres: Homography, at: Point): Steps {
  const { x, y } = millimetresAt(fromMillimetres, at);
  const here = mapped(fromMillimetres, x, y);
  return [mapped(fromMillimetres, x + 1, y), mapped(fromMillimetres, x, y + 1)].map((there) => ({
    x: there.x - here.x,
    y: there.y - here.y,
  })) as unknown as Steps;
}

/** The place on the document that is seen at one of the picture. */
export function millimetresAt([a, b, c, d, e, f, g, h]: Homography, { x, y }: Point): Point {
  const [p, q, r] = [a! - g! * x, b! - h! * x, x - c!];
  const [s, t, u] = [d! - g! * y, e! - h! * y, y - f!];
  const determinant = p * t - q * s;
  return { x: (r * t - q * u) / determinant, y: (p * u - r * s) / determinant };
}

/** Waves across and down. */
export interface Wave {
  readonly fx: number;
  readonly fy: number;
}

/** A wave of the picture on the document: so many bins to a millimetre in place of a pixel. */
export const onDocument = ({ fx, fy }: Wave, [right, down]: Steps): [number, number] => [
  right.x * fx + right.y * fy,
  down.x * fx + down.y * fy,
];

/** A wave of the document in the picture: the other way round. */
export function inPicture([x, y]: readonly [number, number], [right, down]: Steps): [number, number] {
  const determinant = right.x * down.y - right.y * down.x;
  return [(down.y * x - right.y * y) / determinant, (right.x * y - down.x * x) / determinant];
}

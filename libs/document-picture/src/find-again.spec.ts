import { findAgain, findable } from './find-again.ts';
import { blankPlane, type GreyPlane, sampled } from './grey-plane.ts';
import { type Homography, homographyThrough, homographyTo, mapped, type Quad } from './homography.ts';

/** A card with marks of its own on it. */
function card(seed: number): GreyPlane {
  const plane = blankPlane(224, 141, 220);
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let mark = 0; mark < 260; mark++) {
    const [left, top, width, height, grey] = [4 + next(204), 4 + next(126), 3 + next(9), 2 + next(5), next(200)];
    for (let y = top; y < top + height; y++) plane.values.fill(grey, y * 224 + left, y * 224 + left + width);
  }
  return plane;
}

/** A picture of 320 pixels in which the card lies there, on a table that has a grain; what is `covered` is a hand. */
function pictureOf(thing: GreyPlane, quad: Quad, covered: (x: number, y: number) => boolean = () => false): GreyPlane {
  const inverse = inverseOf(quad, thing);
  const picture = blankPlane(320, 320);
  for (let y = 0; y < 320; y++) {
    for (let x = 0; x < 320; x++) {
      const at = mapped(inverse, x, y);
      const isOn = at.x >= 0 && at.y >= 0 && at.x < thing.width && at.y < thing.height;
      const value = covered(x, y) ? 120 : isOn ? sampled(thing, at.x, at.y) : 90 + 20 * Math.sin(x / 7 + y / 11);
      picture.values[y * 320 + x] = 0.8 * value + 10 + 3 * Math.sin(x * 12.9898 + y * 78.233);
    }
  }
  return picture;
}

function inverseOf(quad: Quad, { width, height }: GreyPlane): Homography {
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
  return homographyThrough(quad, corners)!;
}

/** Turned by so many degrees, and leaning. */
function turned(degrees: number): Quad {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const at = (x: number, y: number) => {
    const lean = 1 + 0.0006 * x;
    return { x: 160 + (c * x - s * y) / lean, y: 160 + (s * x + c * y) / lean };
  };
  return [at(-110, -69), at(110, -69), at(110, 69), at(-110, 69)];
}

describe('a flat thing that is looked for in pictures', () => {
  const thing = findable(card(1));

  it.each([
    ['turned a little', turned(6), undefined],
    ['upside down', turned(183), undefined],
    ['on its side, with a hand over a third of it', turned(95), (x: number, y: number) => y > 180 && x > 60],
  ])('is found to a few pixels, leaning and %s', (_, quad, covered) => {
    const found = findAgain(thing, pictureOf(card(1), quad, covered));
    expect(found).toBeDefined();
    for (const [k, corner] of quad.entries()) {
      expect(Math.hypot(found![k]!.x - corner.x, found![k]!.y - corner.y)).toBeLessThan(4);
    }
  });

  it('is not found where something else lies, or nothing', () => {
    expect(findAgain(thing, pictureOf(card(2), turned(6)))).toBeUndefined();
    expect(findAgain(thing, blankPlane(320, 320, 128))).toBeUndefined();
  });

  it('is not found in another that has its upper fifth, but in one that has a quarter and more', () => {
    const titled = (other: GreyPlane, rows: number): GreyPlane => {
      other.values.set(card(1).values.subarray(0, rows * other.width));
      return pictureOf(other, turned(6));
    };
    // 11 pairs agree, and 19, where 14 are wanted
    expect(findAgain(thing, titled(card(2), 30))).toBeUndefined();
    expect(findAgain(thing, titled(card(3), 40))).toBeDefined();
  });
});

describe('a homography through more points than it needs', () => {
  const quad = turned(20);
  const map = homographyTo(quad, 200, 100)!;
  const from = [0, 40, 90, 140, 200].flatMap((x) => [0, 30, 100].map((y) => ({ x, y })));

  it('is the one that they follow, and is hardly moved by one that is off', () => {
    const to = from.map(({ x, y }) => mapped(map, x, y));
    const found = homographyThrough(from, to)!;
    for (const [k, value] of map.entries()) expect(found[k]).toBeCloseTo(value, 6);
    const off = to.map((point, k) => (k === 7 ? { x: point.x + 3, y: point.y } : point));
    const near = mapped(homographyThrough(from, off)!, 100, 50);
    const right = mapped(map, 100, 50);
    expect(Math.hypot(near.x - right.x, near.y - right.y)).toBeLessThan(1);
  });

  it('is none through points on a line', () => {
    const line = from.map(({ x }) => ({ x, y: 2 * x }));
    expect(homographyThrough(line, line)).toBeUndefined();
  });
});

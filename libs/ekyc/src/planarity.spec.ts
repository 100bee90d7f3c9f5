import fc from 'fast-check';
import type { Landmarks } from './landmarks.ts';
import { planarityResidual } from './planarity.ts';
import { foreshortening, reliefShift } from './relief.ts';
import { headLandmarks, moved } from './testing/synthetic-head.ts';

const baseline = headLandmarks();

/** A photograph of the head, held any way before the camera: a homography that keeps it in front and in view. */
const heldPhotograph: fc.Arbitrary<Landmarks> = fc
  .record({
    a: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
    b: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    c: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    d: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
    g: fc.double({ min: -0.001, max: 0.001, noNaN: true }),
    h: fc.double({ min: -0.001, max: 0.001, noNaN: true }),
  })
  .map(({ a, b, c, d, g, h }) =>
    moved(baseline, (x, y) => {
      const [u, v] = [x - 240, y - 240];
      const w = 1 + g * u + h * v;
      return [240 + (a * u + b * v) / w, 240 + (c * u + d * v) / w];
    }),
  );

describe('planarity', () => {
  it('leaves nothing of a photograph, however it is held', () => {
    fc.assert(fc.property(heldPhotograph, (seen) => expect(planarityResidual(baseline, seen)).toBeLessThan(0.005)));
  });

  it.each([
    ['turns left', { yaw: 22 }],
    ['turns right', { yaw: -22 }],
    ['lifts the chin', { pitch: -22 }],
    ['lowers it', { pitch: 22 }],
  ])('sees the parallax of a head that %s', (_, held) => {
    const sine = Math.sin((22 * Math.PI) / 180);
    expect(planarityResidual(baseline, headLandmarks(held)) / sine).toBeGreaterThan(0.3);
  });

  it('does not depend on the size of the face in the picture', () => {
    const small = planarityResidual(headLandmarks({ scale: 40 }), headLandmarks({ scale: 40, yaw: 25 }));
    const large = planarityResidual(headLandmarks({ scale: 160 }), headLandmarks({ scale: 160, yaw: 25 }));
    expect(small).toBeCloseTo(large, 4);
  });
});

describe('relief', () => {
  it('is the sine of the angle for a head that turns or nods', () => {
    fc.assert(
      fc.property(fc.double({ min: -35, max: 35, noNaN: true }), (degrees) => {
        const sine = Math.sin((degrees * Math.PI) / 180);
        expect(reliefShift(baseline, headLandmarks({ yaw: degrees })).x).toBeCloseTo(sine, 2);
        expect(reliefShift(baseline, headLandmarks({ pitch: degrees })).y).toBeCloseTo(sine, 2);
      }),
    );
  });

  it('is next to nothing for a photograph bent to a curve and turned', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.6, max: 0.6, noNaN: true }),
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        (turn, bend) => {
          // a sheet bent about a vertical axis: as deep as the square of the distance from it
          const seen = moved(baseline, (x, y) => {
            const u = (x - 240) / 80;
            return [240 + 80 * (u * Math.cos(turn) + bend * u * u * Math.sin(turn)), y];
          });
          expect(Math.abs(reliefShift(baseline, seen).x)).toBeLessThan(0.01);
        },
      ),
    );
  });
});

describe('foreshortening', () => {
  const sine = (degrees: number) => Math.abs(Math.sin((degrees * Math.PI) / 180));

  it('is about the sine of the angle for a head that turns, and for one that nods up and down', () => {
    fc.assert(
      fc.property(fc.double({ min: 10, max: 35, noNaN: true }), (degrees) => {
        const [left, right, up, down] = [
          { yaw: degrees },
          { yaw: -degrees },
          { pitch: -degrees },
          { pitch: degrees },
        ].map((held) => foreshortening(baseline, headLandmarks(held))) as [number, number, number, number];
        for (const shown of [left, right, (up + down) / 2]) expect(Math.abs(shown - sine(degrees))).toBeLessThan(0.08);
      }),
    );
  });

  it('is that of a picture that is turned about any axis, however it is held', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -60, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        (degrees, axis, size) => {
          const [c, s] = [Math.cos(axis), Math.sin(axis)];
          const short = Math.cos((degrees * Math.PI) / 180);
          const seen = moved(baseline, (x, y) => {
            const [u, v] = [c * x + s * y, c * y - s * x];
            return [40 + size * short * u, 20 + size * v];
          });
          expect(foreshortening(baseline, seen)).toBeCloseTo(sine(degrees), 2);
        },
      ),
    );
  });
});

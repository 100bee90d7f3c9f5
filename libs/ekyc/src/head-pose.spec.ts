import fc from 'fast-check';
import { estimateHeadPose } from './head-pose.ts';
import { LANDMARK_COUNT, vertex } from './landmarks.ts';
import { headLandmarks } from './testing/synthetic-head.ts';

const NOSE_TIP = 1;

describe('head pose', () => {
  it('is read back from a head held any way a person can hold it', () => {
    const degrees = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
    fc.assert(
      fc.property(
        degrees(50),
        degrees(35),
        degrees(60),
        fc.double({ min: 20, max: 400, noNaN: true }),
        (yaw, pitch, roll, scale) => {
          const pose = estimateHeadPose(headLandmarks({ yaw, pitch, roll, scale, x: 300, y: 150 }))!;
          expect(pose.yaw).toBeCloseTo(yaw, 1);
          expect(pose.pitch).toBeCloseTo(pitch, 1);
          expect(pose.roll).toBeCloseTo(roll, 1);
          expect(pose.scale / scale).toBeCloseTo(1, 3);
          expect(pose.x).toBeCloseTo(300, 0);
          expect(pose.y).toBeCloseTo(150, 0);
        },
      ),
    );
  });

  it('calls it left when the nose goes to the right of the image, and down when it goes down', () => {
    const straight = vertex(headLandmarks(), NOSE_TIP);
    expect(vertex(headLandmarks({ yaw: 20 }), NOSE_TIP).x).toBeGreaterThan(straight.x + 10);
    expect(vertex(headLandmarks({ pitch: 15 }), NOSE_TIP).y).toBeGreaterThan(straight.y + 10);
  });

  it('says that there is none when the landmarks are one point', () => {
    expect(estimateHeadPose(new Float32Array(3 * LANDMARK_COUNT).fill(5))).toBeUndefined();
  });
});

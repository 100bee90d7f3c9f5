import fc from 'fast-check';
import { judge } from './judgement.ts';
import type { FacedFrame, ObservedFrame } from './observation.ts';
import { DRAWABLE_CHALLENGES, type Prompt } from './prompt.ts';
import type { ReasonCode } from './reasons.ts';
import {
  frame,
  headLandmarks,
  moved,
  observedFace,
  observedPortrait,
  pattern,
  performed,
  person,
} from './testing/synthetic-head.ts';

const prompts: readonly Prompt[] = ['left', 'up', 'right', 'down'];

function codes(frames: readonly ObservedFrame[], asked = prompts, portrait = observedPortrait()): ReasonCode[] {
  return judge([], frames, { prompts: asked }, portrait).reasons.map(({ code }) => code);
}

/** The performance with some frames changed. */
function changed(change: (frame: FacedFrame, k: number) => ObservedFrame): ObservedFrame[] {
  return performed(prompts).map(change);
}

const eyesOf = (eyes: FacedFrame['face']['eyes']) => changed((f) => ({ ...f, face: { ...f.face, eyes } }));

/** A descriptor at this distance from person 1. */
function near(distance: number): Float32Array {
  const descriptor = person(1);
  descriptor[2] = distance;
  return descriptor;
}

// a judgement takes some ten milliseconds
const few = { numRuns: 25 };

describe('judging what was observed', () => {
  it('accepts a person who does what is asked, whatever is asked, looking somewhat aside at rest', () => {
    const rest = fc.double({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...DRAWABLE_CHALLENGES), rest, rest, (asked, yaw, pitch) => {
        const verdict = judge([], performed(asked, { yaw, pitch }), { prompts: asked }, observedPortrait());
        expect(verdict.reasons).toEqual([]);
        expect(verdict.outcome).toBe('accepted');
      }),
      few,
    );
  });

  it('refuses the same performance for any other challenge', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DRAWABLE_CHALLENGES), fc.constantFrom(...DRAWABLE_CHALLENGES), (asked, shown) => {
        fc.pre(asked.join() !== shown.join());
        expect(codes(performed(shown), asked)).toContain('PROMPT_NOT_PERFORMED');
      }),
      few,
    );
  });

  it('refuses a still picture that is moved, turned and brought nearer', () => {
    const jitter = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(jitter, jitter, jitter), { minLength: 19, maxLength: 19 }), (moves) => {
        const frames = moves.map(([shift, roll, growth], k) =>
          frame(
            Math.floor((k - 3) / 4) < 0 ? -1 : Math.floor((k - 3) / 4),
            headLandmarks({ roll: 15 * roll, x: 240 + 30 * shift, scale: 80 + 8 * growth }),
            k,
          ),
        );
        expect(codes(frames)).toContain('PROMPT_NOT_PERFORMED');
      }),
      few,
    );
  });

  it('accepts a motion that goes from rest to its peak between two frames', () => {
    const quick = [0, 38];
    expect(
      codes(changed((f, k) => (k === 3 || k === 4 ? frame(0, headLandmarks({ yaw: quick[k - 3]! }), k) : f))),
    ).toEqual([]);
  });

  it('names a motion that went the wrong way', () => {
    expect(codes(performed(['right', 'up', 'right', 'down']))).toContain('PROMPT_WRONG_DIRECTION');
  });

  it('names a motion that goes both ways, though it also goes the right way', () => {
    const frames = changed((f, k) => (k === 5 ? frame(0, headLandmarks({ yaw: -24 }), k) : f));
    expect(codes(frames)).toContain('PROMPT_WRONG_DIRECTION');
  });

  it('refuses a motion across the one asked for', () => {
    const frames = changed((f, k) => (k === 4 ? frame(0, headLandmarks({ yaw: 22, pitch: 30 }), k) : f));
    expect(codes(frames)).toContain('PROMPT_NOT_PERFORMED');
  });

  it('sees through a picture that is bent and turned so that its pose changes', () => {
    // what stands out of the face is flattened to the smooth part of its motion
    const frames = performed(prompts).map((f, k) => {
      if (f.promptIndex < 0) return f;
      const { yaw, pitch } = f.face.pose;
      const bent = moved(headLandmarks(), (x, y) => {
        const [u, v] = [(x - 240) / 80, (y - 240) / 80];
        const depth = 0.55 * (u * u + v * v) - 0.3;
        return [
          x - 80 * 1.6 * depth * Math.sin((yaw * Math.PI) / 180),
          y - 80 * 1.6 * depth * Math.sin((pitch * Math.PI) / 180),
        ];
      });
      return { ...frame(f.promptIndex, bent, k), face: { ...observedFace(bent), pose: f.face.pose } };
    });
    expect(codes(frames)).toContain('FACE_FLAT');
  });

  it('sees through a picture that is turned farther than its pose tells, though the nose goes as far as that', () => {
    const shortened = (share: number) =>
      changed((f, k) => {
        if (f.promptIndex < 0) return f;
        const turned = f.promptIndex % 2 === 0;
        const seen = moved(f.face.landmarks, (x, y) => (turned ? [240 + share * (x - 240), y] : [x, share * y]));
        return { ...frame(f.promptIndex, seen, k), face: { ...observedFace(seen), pose: f.face.pose } };
      });
    expect(codes(shortened(1))).toEqual([]);
    expect(codes(shortened(0.7))).toEqual(['FACE_FLAT']);
  });

  it('counts the relief of a motion once, however often it was asked for', () => {
    const relief = (...asked: Prompt[]) =>
      judge([], performed(asked), { prompts: asked }, observedPortrait()).checks.find(
        ({ name }) => name === 'motion.relief',
      )?.measured;
    expect(relief('left', 'up', 'left')).toBeCloseTo(relief('left', 'up') ?? Number.NaN, 6);
    expect(relief('left', 'up')).not.toBeCloseTo(relief('left') ?? Number.NaN, 2);
  });

  describe('of a chin lifted far', () => {
    const lifted = (f: FacedFrame, k: number, pitch: number, by = person(1)) => {
      const seen = frame(f.promptIndex, headLandmarks({ pitch }), k);
      return { ...seen, face: { ...seen.face, descriptor: by } };
    };
    const lifts = [-8, -32, -36, -8];
    const allLifted = (by?: Float32Array) =>
      changed((f, k) => (f.promptIndex === 1 ? lifted(f, k, lifts[k - 7]!, k === 8 || k === 9 ? by : undefined) : f));

    it('does not take a person who is not recognised for somebody else, as with a chin lifted less', () => {
      expect(codes(changed((f, k) => (k === 8 ? lifted(f, k, -36, person(5)) : f)))).toEqual([]);
      expect(codes(changed((f, k) => (k === 8 ? lifted(f, k, -20, person(5)) : f)))).toContain('PERSON_CHANGED');
    });

    it('takes a motion for shown where the person is recognised, and only there', () => {
      expect(codes(allLifted())).toEqual([]);
      expect(codes(allLifted(person(5)))).toEqual(['PROMPT_NOT_PERFORMED']);
    });

    it('refuses when nobody is recognised in more than a quarter of the frames', () => {
      const twice: readonly Prompt[] = ['up', 'left', 'up', 'right'];
      const frames = performed(twice).map((f, k) =>
        twice[f.promptIndex] === 'up' && k % 4 !== 3 ? lifted(f, k, -36, person(5)) : f,
      );
      expect(codes(frames, twice)).toContain('PERSON_CHANGED');
    });
  });

  it.each<[string, ReasonCode, ObservedFrame[]]>([
    ['no face in the baseline', 'FACE_NOT_FOUND', changed((f) => (f.promptIndex < 0 ? { ...f, face: undefined } : f))],
    [
      'no face in a fifth of the frames',
      'FACE_NOT_FOUND',
      changed((f, k) => (k % 4 === 3 ? { ...f, face: undefined } : f)),
    ],
    ['somebody else in one frame', 'SEVERAL_FACES', changed((f, k) => (k === 9 ? { ...f, secondFaceShare: 0.6 } : f))],
    ['a face that is far away', 'FACE_TOO_SMALL', performed(prompts, { scale: 30 })],
    ['dark glasses', 'EYES_COVERED', eyesOf({ light: 0.5, contrast: 0.3 })],
    ['a hand before an eye', 'EYES_COVERED', eyesOf({ light: 0.9, contrast: 0.1 })],
    ['a baseline that looks aside', 'NOT_LOOKING_STRAIGHT', performed(prompts, { yaw: 17 })],
    [
      'a jump',
      'MOTION_NOT_CONTINUOUS',
      changed((f, k) =>
        k > 10
          ? frame(
              f.promptIndex,
              moved(f.face.landmarks, (x, y) => [x + 150, y]),
              k,
            )
          : f,
      ),
    ],
    [
      'a head that is turned from one side to the other between two frames',
      'MOTION_NOT_CONTINUOUS',
      changed((f, k) => (k === 13 || k === 14 ? frame(2, headLandmarks({ yaw: k === 13 ? -26 : 26 }), k) : f)),
    ],
    [
      'another person for one motion',
      'PERSON_CHANGED',
      changed((f) => (f.promptIndex === 2 ? { ...f, face: { ...f.face, descriptor: person(5) } } : f)),
    ],
    [
      'a picture that stands still',
      'PICTURE_FROZEN',
      changed((f, k) => ({ ...f, thumbnail: pattern(k < 10 ? 0 : k, 64) })),
    ],
  ])('refuses %s', (_, code, frames) => {
    expect(codes(frames)).toContain(code);
  });

  describe('of a blurred face', () => {
    const blurred = (sharpness: number) => changed((f) => ({ ...f, face: { ...f.face, sharpness } }));
    const told = (sharpness: number, distance: number) => {
      const { outcome, reasons } = judge([], blurred(sharpness), { prompts }, observedPortrait(near(distance)));
      return [outcome, ...reasons.map(({ code }) => code)];
    };

    it('accepts a person who is recognised all the same', () => {
      expect(told(1.1, 0.3)).toEqual(['accepted']);
    });

    it('says so before what it may be the cause of, and leaves to a person what was left to a person', () => {
      expect(told(1.1, 0.5)).toEqual(['review', 'FRAMES_BLURRED', 'FACE_MATCH_UNCERTAIN']);
      expect(told(1.1, 0.7)).toEqual(['refused', 'FRAMES_BLURRED', 'FACE_NOT_MATCHING']);
      expect(codes(blurred(1.1), ['right', 'up', 'right', 'down'])[0]).toBe('FRAMES_BLURRED');
    });

    it('says so of a face with few hard edges only where the person is not recognised', () => {
      expect(codes(blurred(1.24), ['right', 'up', 'right', 'down'])).not.toContain('FRAMES_BLURRED');
      expect(told(1.24, 0.5)).toEqual(['review', 'FRAMES_BLURRED', 'FACE_MATCH_UNCERTAIN']);
    });

    it('does not say so of a sharp one, nor of motions, in which a head is blurred', () => {
      expect(told(1.31, 0.7)).toEqual(['refused', 'FACE_NOT_MATCHING']);
      const moving = changed((f) => ({ ...f, face: { ...f.face, sharpness: f.promptIndex < 0 ? 1.5 : 1 } }));
      expect(codes(moving, ['right', 'up', 'right', 'down'])).not.toContain('FRAMES_BLURRED');
    });
  });

  it.each([
    ['FRAMES_TOO_DARK', 0.07],
    ['FRAMES_TOO_BRIGHT', 2.5],
  ] as const)(
    'says %s and nothing else where most frames are, even where nothing moves; half of them may be',
    (code, gain) => {
      const still = pattern(0, 64).values.map((value) => Math.min(255, (gain < 1 ? value : value + 120) * gain));
      const lit = (share: number) =>
        changed((f, k) =>
          k < share * performed(prompts).length ? { ...f, thumbnail: { side: 64, values: still } } : f,
        );
      expect(codes(lit(1))).toEqual([code]);
      expect(codes(lit(0.6))).toEqual([code]);
      expect(codes(lit(0.4))).not.toContain(code);
    },
  );

  it('puts up with a frame in which the detector misses the face', () => {
    expect(codes(changed((f, k) => (k === 6 ? { ...f, face: undefined } : f)))).toEqual([]);
  });

  it.each([
    [0.3, 'accepted', []],
    [0.5, 'review', ['FACE_MATCH_UNCERTAIN']],
    [0.7, 'refused', ['FACE_NOT_MATCHING']],
  ] as const)('takes a portrait at distance %d as %s', (distance, outcome, reasons) => {
    const verdict = judge([], performed(prompts), { prompts }, observedPortrait(near(distance)));
    expect([verdict.outcome, verdict.reasons.map(({ code }) => code)]).toEqual([outcome, reasons]);
  });

  it('has somebody look when the live face is the portrait photograph', () => {
    const verdict = judge([], performed(prompts), { prompts }, observedPortrait(near(0.1), pattern(1, 150)));
    expect([verdict.outcome, verdict.reasons.map(({ code }) => code)]).toEqual([
      'review',
      ['LIVE_FACE_IS_DOCUMENT_PHOTO'],
    ]);
  });

  it('says what it measured, and by which models', () => {
    const { scores, models, checks } = judge([], performed(prompts), { prompts }, observedPortrait());
    expect(scores.motions.map(({ prompt }) => prompt)).toEqual(prompts);
    expect(scores.motions[0]!.degrees).toBeCloseTo(24, 0);
    expect(scores.matchDistance).toBe(0);
    expect(checks.every(({ held }) => held)).toBe(true);
    expect(models).toMatch(/^human-\d.*\+face-api-\d/);
  });
});

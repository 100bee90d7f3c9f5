import { evidentFrames } from './evident-frames.ts';
import { mean, movement, restPoseOf } from './head-motion.ts';
import { middle } from './middle.ts';
import { type FacedFrame, hasFace, type ObservedFrame } from './observation.ts';
import { planarityResidual } from './planarity.ts';
import { baselineOf } from './presence-checks.ts';
import { PROMPTS, type Prompt } from './prompt.ts';
import { foreshortening, reliefShift } from './relief.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atLeast, atMost, type Check, type MotionScore } from './verdict.ts';

const OPPOSITE: Record<Prompt, Prompt> = { left: 'right', right: 'left', up: 'down', down: 'up' };

/**
 * Whether every motion was made as asked, by a head and not by a picture of one.
 *
 * A flat picture, however it is turned or warped, hardly moves the pose (the nose does not shift against the cheeks) and
 * leaves no parallax. A bent one has parallax, but no nose that stands out of it: its relief falls short of the angles by which
 * it is turned. `frames` needs a baseline frame with a face.
 */
export function checkMotions(
  frames: readonly ObservedFrame[],
  prompts: readonly Prompt[],
): { checks: Check[]; motions: MotionScore[] } {
  const baseline = baselineOf(frames);
  const rest = restPoseOf(frames);
  const evident = new Set(evidentFrames(frames));
  const checks: Check[] = [];
  const motions: MotionScore[] = [];
  prompts.forEach((prompt, promptIndex) => {
    const window = frames.filter((frame) => frame.promptIndex === promptIndex).filter(hasFace);
    const moved = window.map((frame) => ({ frame, ...movement(frame, rest, prompt) }));
    const peak = moved
      .filter(({ frame }) => evident.has(frame))
      .reduce<(typeof moved)[number] | undefined>(
        (best, next) => (best === undefined || next.along > best.along ? next : best),
        undefined,
      );
    const degrees = peak?.along ?? 0;
    const parallax = peak === undefined ? 0 : parallaxAgainst(baseline, peak.frame);
    motions.push({
      prompt,
      degrees,
      parallax,
      relief: peak === undefined ? 0 : reliefAgainst(baseline, peak.frame, prompt),
      foreshortening: peak === undefined ? 0 : foreshorteningAgainst(baseline, peak.frame),
    });
    const needed = THRESHOLDS.minMotion[prompt];
    checks.push(atLeast('motion.degrees', degrees, needed, 'PROMPT_NOT_PERFORMED', promptIndex));
    // the wrong way as far as would answer the opposite prompt, or as far as the right way, is no answer to this one
    const wrongWay = Math.max(0, ...moved.map(({ along }) => -along));
    const opposite = THRESHOLDS.minMotion[OPPOSITE[prompt]];
    const tolerated = degrees >= needed ? Math.min(degrees, opposite) : opposite;
    checks.push(atMost('motion.wrongWay', wrongWay, tolerated, 'PROMPT_WRONG_DIRECTION', promptIndex));
    if (peak === undefined || degrees < needed) return;
    checks.push(atMost('motion.acrossDegrees', peak.across, degrees, 'PROMPT_NOT_PERFORMED', promptIndex));
    checks.push(
      atLeast('motion.parallax', parallax / sine(degrees), THRESHOLDS.minParallax[prompt], 'FACE_FLAT', promptIndex),
    );
  });
  // too little motion says nothing about relief, and is refused for itself
  if (checks.every(({ held }) => held)) {
    checks.push(atLeast('motion.relief', reliefShown(motions), 1, 'FACE_FLAT'));
  }
  return { checks: [...checks, ...checkContinuity(frames.filter(hasFace))], motions };
}

function parallaxAgainst(baseline: readonly FacedFrame[], { face }: FacedFrame): number {
  return middle(baseline.map((rest) => planarityResidual(rest.face.landmarks, face.landmarks)));
}

/** Relief in the direction the prompt moves what stands out of the face. */
function reliefAgainst(baseline: readonly FacedFrame[], { face }: FacedFrame, prompt: Prompt): number {
  return middle(
    baseline.map((rest) => {
      const { x, y } = reliefShift(rest.face.landmarks, face.landmarks);
      return { left: x, right: -x, up: -y, down: y }[prompt];
    }),
  );
}

function foreshorteningAgainst(baseline: readonly FacedFrame[], { face }: FacedFrame): number {
  return middle(baseline.map((rest) => foreshortening(rest.face.landmarks, face.landmarks)));
}

/**
 * How much a motion says about relief against a turn: photographs that are bent look most like a head when the chin is lifted, and least when it is
 * lowered (d' of each alone 2.8 and 2.8 for turns, 2.3 up, 7.0 down).
 */
const RELIEF_WEIGHT: Readonly<Record<Prompt, number>> = { left: 1, right: 1, up: 0.5, down: 2 };

/**
 * How many times as far as is needed what stands out of the face moved, over all motions: the weighted mean of those that were made, each counted
 * once, however often it was asked for.
 *
 * Relief is measured against the angle, and that is read twice, by the pose and by foreshortening: the mean of both sines counts. A bent picture has to be
 * turned farther than its pose tells, above all to nod, and is foreshortened by it.
 */
function reliefShown(motions: readonly MotionScore[]): number {
  let [shown, weights] = [0, 0];
  for (const prompt of PROMPTS) {
    const made = motions.filter((motion) => motion.prompt === prompt).map(reliefOfAngle);
    if (made.length === 0) continue;
    shown += (RELIEF_WEIGHT[prompt] * mean(made)) / THRESHOLDS.minRelief[prompt];
    weights += RELIEF_WEIGHT[prompt];
  }
  return shown / weights;
}

/** Relief against the angle: about 1 for the mean face, less for one that stands out less. */
function reliefOfAngle({ degrees, foreshortening, relief }: MotionScore): number {
  return relief / ((sine(degrees) + foreshortening) / 2);
}

const sine = (degrees: number): number => Math.sin((degrees * Math.PI) / 180);

/** Whether each frame can follow the one before: a head has no jumps at five frames a second, a spliced recording has. */
function checkContinuity(frames: readonly FacedFrame[]): Check[] {
  let [turn, shift, growth] = [0, 0, 1];
  frames.forEach(({ face }, k) => {
    const before = frames[k - 1]?.face;
    if (before === undefined) return;
    const [a, b] = [before.pose, face.pose];
    turn = Math.max(turn, Math.abs(a.yaw - b.yaw), Math.abs(a.pitch - b.pitch), Math.abs(a.roll - b.roll));
    shift = Math.max(shift, Math.hypot(a.x - b.x, a.y - b.y) / Math.min(a.scale, b.scale));
    growth = Math.max(growth, a.scale / b.scale, b.scale / a.scale);
  });
  return [
    atMost('continuity.turnDegrees', turn, THRESHOLDS.maxPoseStep, 'MOTION_NOT_CONTINUOUS'),
    atMost('continuity.shift', shift, THRESHOLDS.maxShiftStep, 'MOTION_NOT_CONTINUOUS'),
    atMost('continuity.scale', growth, THRESHOLDS.maxScaleStep, 'MOTION_NOT_CONTINUOUS'),
  ];
}

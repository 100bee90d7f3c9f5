import { evidentFrames, referenceOf } from './evident-frames.ts';
import { descriptorDistance } from './face-descriptor.ts';
import { correlation, meanDifference } from './grey-image.ts';
import { isLifted, restPoseOf } from './head-motion.ts';
import { type FacedFrame, hasFace, type ObservedFace, type ObservedFrame } from './observation.ts';
import { baselineOf } from './presence-checks.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atMost, type Check, type Scores } from './verdict.ts';

/** Margin of the aligned face that shows hair and background, and the shift within which two are laid over each other. */
const DETAIL_MARGIN = 28;
const DETAIL_REACH = 3;

/** Bands of the distance between live face and portrait: the same person up to the first, another beyond the second. */
export interface MatchLimits {
  readonly accept: number;
  readonly refuse: number;
}

/** Whether all frames show one person, in a picture that moves. `frames` needs a baseline frame with a face. */
export function checkSamePerson(frames: readonly ObservedFrame[]): {
  checks: Check[];
  scores: Pick<Scores, 'identityDistance' | 'identityStep' | 'frozenShare'>;
} {
  const baseline = baselineOf(frames);
  const [reference, rest] = [referenceOf(frames), restPoseOf(frames)];
  const evident = evidentFrames(frames);
  const frontal = evident.filter((frame) => isNearFrontal(frame, baseline[0]!));
  const turned = evident.filter((frame) => !frontal.includes(frame));
  const farthest = (some: readonly FacedFrame[]) =>
    Math.max(0, ...some.map(({ face }) => descriptorDistance(face.descriptor, reference)));
  const [frontalDistance, turnedDistance] = [farthest(frontal), farthest(turned)];
  const upright = evident.filter((frame) => !isLifted(frame, rest));
  const identityStep = Math.max(
    0,
    ...upright.slice(1).map(({ face }, k) => descriptorDistance(face.descriptor, upright[k]!.face.descriptor)),
  );
  const unrecognisedShare = 1 - evident.length / frames.filter(hasFace).length;
  const still = frames
    .slice(1)
    .filter((frame, k) => meanDifference(frame.thumbnail, frames[k]!.thumbnail) < THRESHOLDS.minThumbnailDifference);
  const frozenShare = still.length / Math.max(1, frames.length - 1);
  return {
    checks: [
      atMost('identity.frontal', frontalDistance, THRESHOLDS.maxFrontalIdentity, 'PERSON_CHANGED'),
      atMost('identity.turned', turnedDistance, THRESHOLDS.maxTurnedIdentity, 'PERSON_CHANGED'),
      atMost('identity.step', identityStep, THRESHOLDS.maxIdentityStep, 'PERSON_CHANGED'),
      atMost('identity.unrecognisedShare', unrecognisedShare, THRESHOLDS.maxUnrecognisedShare, 'PERSON_CHANGED'),
      atMost('identity.frozen', frozenShare, THRESHOLDS.maxFrozenShare, 'PICTURE_FROZEN'),
    ],
    scores: { identityDistance: Math.max(frontalDistance, turnedDistance), identityStep, frozenShare },
  };
}

/**
 * Whether the person looking straight is the one of the portrait, and not the portrait. Extreme poses are never compared:
 * turned by 45 degrees, one in fourteen is taken for somebody else. `frames` needs a baseline frame with a face.
 */
export function checkMatch(
  frames: readonly ObservedFrame[],
  portrait: ObservedFace,
  { accept, refuse }: MatchLimits = { accept: THRESHOLDS.acceptMatch, refuse: THRESHOLDS.refuseMatch },
): { checks: Check[]; scores: Pick<Scores, 'matchDistance' | 'detailCorrelation'>; recognised: boolean } {
  const baseline = baselineOf(frames);
  const reference = referenceOf(frames);
  const matchDistance = descriptorDistance(reference, portrait.descriptor);
  const detailCorrelation = Math.max(
    ...baseline.map(({ face }) => correlation(portrait.detail, face.detail, DETAIL_MARGIN, DETAIL_REACH)),
  );
  const samePhoto =
    detailCorrelation >= THRESHOLDS.samePhotoCorrelation && matchDistance <= THRESHOLDS.samePhotoDistance;
  return {
    checks: [
      atMost('match.distance', matchDistance, refuse, 'FACE_NOT_MATCHING'),
      atMost('match.certain', matchDistance, accept, 'FACE_MATCH_UNCERTAIN'),
      {
        name: 'match.detailCorrelation',
        measured: detailCorrelation,
        limit: THRESHOLDS.samePhotoCorrelation,
        held: !samePhoto,
        reason: 'LIVE_FACE_IS_DOCUMENT_PHOTO',
      },
    ],
    scores: { matchDistance, detailCorrelation },
    recognised: matchDistance <= accept,
  };
}

function isNearFrontal({ face: { pose } }: FacedFrame, { face: { pose: rest } }: FacedFrame): boolean {
  return Math.max(Math.abs(pose.yaw - rest.yaw), Math.abs(pose.pitch - rest.pitch)) <= THRESHOLDS.nearFrontal;
}

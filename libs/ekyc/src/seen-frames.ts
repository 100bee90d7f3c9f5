import type { FrameDigests } from './frame-digests.ts';
import { THRESHOLDS } from './thresholds.ts';
import { atMost, concluded, NO_SCORES, type Verdict } from './verdict.ts';

/**
 * Whether the frames of a capture are its own: no camera takes the same picture twice. A picture that stays while the camera is slow is no repeat;
 * that it does not stay for long is another check (PICTURE_FROZEN).
 *
 * @param frames digests of the frames in order, undefined for those that show nothing
 * @param elsewhere digests that other captures had before
 */
export function judgeSeenFrames(
  frames: readonly (FrameDigests | undefined)[],
  elsewhere: ReadonlySet<string>,
): Verdict {
  const shown = frames.filter((frame) => frame !== undefined);
  const pictures = shown.map(({ picture }) => picture);
  const repeated = pictures.filter((picture, k) => picture !== pictures[k - 1] && pictures.indexOf(picture) < k);
  const seenBefore = pictures.filter((picture) => elsewhere.has(picture));
  const viewsSeenBefore = shown.filter(({ view }) => view.some((digest) => elsewhere.has(digest)));
  const share = viewsSeenBefore.length / Math.max(1, shown.length);
  const checks = [
    atMost('frames.repeated', repeated.length, 0, 'FRAMES_SEEN_BEFORE'),
    atMost('frames.seenBefore', seenBefore.length, 0, 'FRAMES_SEEN_BEFORE'),
    atMost('frames.viewsSeenBefore', share, THRESHOLDS.maxSeenViews, 'FRAMES_SEEN_BEFORE'),
  ];
  return { ...concluded(checks), scores: NO_SCORES, checks, models: 'none' };
}

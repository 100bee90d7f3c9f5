import { checkCapture, type FramePlace } from './capture-checks.ts';
import type { Prompt } from './prompt.ts';
import type { ReasonCode } from './reasons.ts';

const prompts: readonly Prompt[] = ['left', 'up', 'right', 'down'];

function capture(perPart: readonly number[] = [3, 4, 4, 4, 4], intervalMs = 200): FramePlace[] {
  return perPart
    .flatMap((count, part) => new Array<number>(count).fill(part - 1))
    .map((promptIndex, k) => ({ promptIndex, capturedAtMs: k * intervalMs }));
}

function reasonsFor(frames: readonly FramePlace[]): ReasonCode[] {
  return [...new Set(checkCapture(frames, { prompts }).flatMap((check) => (check.held ? [] : [check.reason])))];
}

describe('a capture', () => {
  it('is three frames looking straight and four to six for each motion', () => {
    expect(reasonsFor(capture())).toEqual([]);
    expect(reasonsFor(capture([3, 6, 6, 6, 6]))).toEqual([]);
  });

  it.each([
    ['no frames', capture([0, 0, 0, 0, 0]), 'FRAMES_TOO_FEW'],
    ['too few looking straight', capture([2, 4, 4, 4, 4]), 'FRAMES_TOO_FEW'],
    ['too few of one motion', capture([3, 4, 3, 4, 4]), 'FRAMES_TOO_FEW'],
    ['too many of one motion', capture([3, 4, 13, 4, 4]), 'FRAMES_TOO_MANY'],
    ['too many in all', capture([10, 10, 10, 10, 10]), 'FRAMES_TOO_MANY'],
    [
      'a pause',
      capture().map((f, k) => ({ ...f, capturedAtMs: f.capturedAtMs + (k > 9 ? 4000 : 0) })),
      'CAPTURE_TOO_SLOW',
    ],
    [
      'a long wait before a motion',
      capture().map((f) => ({ ...f, capturedAtMs: f.capturedAtMs + (f.promptIndex > 1 ? 11_000 : 0) })),
      'CAPTURE_TOO_SLOW',
    ],
    ['longer than a challenge lives', capture([3, 6, 6, 6, 6], 1800), 'CAPTURE_TOO_SLOW'],
    ['time going back', capture().map((f, k) => (k === 8 ? { ...f, capturedAtMs: 100 } : f)), 'FRAMES_OUT_OF_ORDER'],
    ['time that is no number', capture().map((f) => ({ ...f, capturedAtMs: Number.NaN })), 'FRAMES_OUT_OF_ORDER'],
    [
      'a motion before its turn',
      capture().map((f, k) => (k === 5 ? { ...f, promptIndex: 2 } : f)),
      'FRAMES_OUT_OF_ORDER',
    ],
    ['a motion nobody asked for', [...capture(), { promptIndex: 4, capturedAtMs: 9999 }], 'FRAMES_OUT_OF_ORDER'],
  ] as const)('is refused with %s', (_, frames, code) => {
    expect(reasonsFor(frames)).toContain(code);
  });
});

import { checkCapture, type FramePlace } from './capture-checks.ts';
import type { Challenge, Prompt } from './prompt.ts';
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

describe('a capture that ends with colours on the face, and then on the document', () => {
  const challenge = { prompts, colours: ['red', 'blue'], documentColours: ['cyan', 'green'] } as const;
  const lit: FramePlace[] = [4, 5].flatMap((promptIndex) =>
    [0, 1].map((colourIndex) => ({
      promptIndex,
      colourIndex,
      capturedAtMs: 4000 + 400 * promptIndex + 200 * colourIndex,
    })),
  );
  const reasons = (frames: readonly FramePlace[], asked: Challenge = challenge) => [
    ...new Set(checkCapture(frames, asked).flatMap((check) => (check.held ? [] : [check.reason]))),
  ];

  it('has frames of each colour of either, in order', () => {
    expect(reasons([...capture(), ...lit])).toEqual([]);
    expect(reasons([...capture(), ...lit.slice(0, 3)])).toEqual(['FRAMES_TOO_FEW']);
    expect(reasons([...capture(), ...lit.slice(0, 2), lit[3]!, { ...lit[2]!, capturedAtMs: 9000 }])).toContain(
      'FRAMES_OUT_OF_ORDER',
    );
  });

  it('has none where none are asked for, and none of a colour among motions', () => {
    const { prompts: motions, colours } = challenge;
    expect(reasons([...capture(), ...lit], { prompts: motions, colours })).toContain('FRAMES_OUT_OF_ORDER');
    const coloured = capture().map((frame) => ({ ...frame, colourIndex: 0 }));
    expect(reasons([...coloured, ...lit])).toContain('FRAMES_OUT_OF_ORDER');
    const documentAlone = lit.slice(2).map((frame) => ({ ...frame, promptIndex: 4 }));
    expect(reasons([...capture(), ...documentAlone], { ...challenge, colours: [] })).toEqual([]);
  });

  it('counts the frames of the document by themselves, and gives time to take it up', () => {
    const most = capture([10, 9, 9, 9, 9], 100);
    const later = lit.map((frame) => ({ ...frame, capturedAtMs: frame.capturedAtMs + 2000 }));
    expect(reasons([...most, ...later.slice(2)], { ...challenge, colours: [] })).toContain('FRAMES_OUT_OF_ORDER');
    expect(
      reasons([...most, ...later.slice(2).map((frame) => ({ ...frame, promptIndex: 4 }))], {
        ...challenge,
        colours: [],
      }),
    ).toEqual([]);
    expect(reasons([...most, ...later])).toEqual([]);
    expect(reasons([...capture([10, 10, 9, 9, 9], 100), ...later])).toEqual(['FRAMES_TOO_MANY']);
    const slow = [
      ...capture([3, 12, 12, 9, 4], 1150),
      ...lit.map((frame, k) => ({ ...frame, capturedAtMs: 48_000 + 200 * k })),
    ];
    expect(reasons(slow)).toEqual([]);
  });
});

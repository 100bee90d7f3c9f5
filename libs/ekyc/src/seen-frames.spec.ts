import { judgeSeenFrames } from './seen-frames.ts';
import { THRESHOLDS } from './thresholds.ts';

const frame = (name: string) => ({ picture: name, view: [`${name} view`] });
const capture = (...names: string[]) => names.map(frame);
const nobody = new Set<string>();

describe('frames of a capture', () => {
  const twenty = capture(...Array.from({ length: 20 }, (_, k) => `${k}`));
  const failed = (...judged: Parameters<typeof judgeSeenFrames>) =>
    judgeSeenFrames(...judged)
      .checks.filter(({ held }) => !held)
      .map(({ name }) => name);

  it('that are new are taken, also where a slow camera gives one twice in a row', () => {
    expect(judgeSeenFrames(twenty, nobody)).toMatchObject({ outcome: 'accepted', reasons: [] });
    expect(failed(capture('a', 'a', 'b', 'b', 'b', 'c'), nobody)).toEqual([]);
  });

  it('are refused when one comes back after another', () => {
    expect(judgeSeenFrames(capture('a', 'b', 'a'), nobody)).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'FRAMES_SEEN_BEFORE' }],
    });
    expect(failed(capture('a', 'b', 'b', 'a', 'a'), nobody)).toEqual(['frames.repeated']);
  });

  it('are refused when another capture had a single one of them', () => {
    expect(failed(twenty, new Set(['7']))).toEqual(['frames.seenBefore']);
  });

  it('are refused when another capture had more of their views than people who sit still share with themselves', () => {
    const most = Math.floor(THRESHOLDS.maxSeenViews * twenty.length);
    const views = (count: number) => new Set(twenty.slice(0, count).flatMap(({ view }) => view));
    expect(failed(twenty, views(most))).toEqual([]);
    expect(failed(twenty, views(most + 1))).toEqual(['frames.viewsSeenBefore']);
  });

  it('that show nothing are nobody’s, and leave the others their share', () => {
    expect(failed([undefined, undefined], new Set(['undefined']))).toEqual([]);
    expect(failed([undefined, frame('a')], new Set(['a view']))).toEqual(['frames.viewsSeenBefore']);
  });
});

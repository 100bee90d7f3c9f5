import { type CapturedFrame, EkycEngine, type Verdict } from '@tegata/ekyc';
import { COVERS, covered } from '@tegata/ekyc/testing';
import { EvaluationSet } from './set/evaluation-set.ts';

// Draws something before the face in every frame of the genuine sessions of sets, and tells what becomes of them. Frames that look straight
// and those of the first motion are judged. `node --import tsx tools/ekyc-evaluation/src/measure-cover.ts DIR ...`

const folders = process.argv.slice(2);
if (folders.length === 0) throw new Error('measure-cover.ts DIR ...: sets are wanted');
const sets = folders.map((folder) => EvaluationSet.open(folder));
const engine = await EkycEngine.start({ decisionDeadlineMs: 600_000 });
try {
  console.log('before the face | sessions | light | contrast | distance | told | accepted | review | refused');
  for (const cover of [undefined, ...COVERS]) {
    const verdicts: Verdict[] = [];
    for (const set of sets) {
      for (const entry of set.manifest.sessions.filter(({ expect }) => expect === 'accept')) {
        const { frames: taken, challenge, ...input } = set.session(entry);
        const frames: CapturedFrame[] = [];
        for (const frame of taken.filter(
          ({ promptIndex, colourIndex }) => promptIndex < 1 && colourIndex === undefined,
        ))
          frames.push(cover === undefined ? frame : { ...frame, octets: await covered(engine, frame.octets, cover) });
        const verdict = await engine.verifyIdentity({
          ...input,
          challenge: { prompts: challenge.prompts.slice(0, 1) },
          frames,
        });
        verdicts.push(verdict);
        console.error(
          `${cover ?? 'nothing'}: ${entry.name} of ${entry.actual}: ${verdict.outcome} ${verdict.reasons.map(({ code }) => code).join(' ')}`,
        );
      }
    }
    console.log(row(cover ?? 'nothing', verdicts));
  }
} finally {
  await engine.close();
}

function row(cover: string, verdicts: readonly Verdict[]): string {
  const count = (holds: (verdict: Verdict) => boolean) => verdicts.filter(holds).length;
  const measured = (name: string) =>
    span(
      verdicts.flatMap(({ checks }) => checks.filter((check) => check.name === name).map((check) => check.measured)),
    );
  return [
    ...[cover, verdicts.length, measured('baseline.eyeLight'), measured('baseline.eyeContrast')],
    span(verdicts.flatMap(({ scores }) => scores.matchDistance ?? [])),
    count(({ reasons }) => reasons.some(({ code }) => code === 'EYES_COVERED')),
    ...(['accepted', 'review', 'refused'] as const).map((outcome) => count((verdict) => verdict.outcome === outcome)),
  ].join(' | ');
}

function span(values: readonly number[]): string {
  return values.length === 0 ? 'none' : `${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`;
}

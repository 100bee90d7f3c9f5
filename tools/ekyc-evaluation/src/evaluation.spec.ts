import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EkycEngine, THRESHOLDS } from '@tegata/ekyc';
import { type Evaluation, evaluationOf, type Measurements, measure, together } from './evaluate.ts';
import { compareFaces } from './judge/comparisons.ts';
import { textReport } from './report/text-report.ts';
import { EvaluationSet } from './set/evaluation-set.ts';
import { parseManifest } from './set/manifest.ts';

// The development set beside the workspace: read there, through links, never copied.
const faces = fileURLToPath(new URL('../../../../shared/vectors/faces', import.meta.url));
const describeWithFaces = existsSync(faces) || process.env.CI === 'true' ? describe : (describe.skip as jest.Describe);
const matchLimits = { accept: THRESHOLDS.acceptMatch, refuse: THRESHOLDS.refuseMatch };

describeWithFaces('a set', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ekyc-evaluation-'));
  let measured: Measurements;
  let result: Evaluation;

  beforeAll(async () => {
    // two people, two sessions, all chips; pages are left out, reading them takes longer than all the rest
    for (const folder of ['portraits', 'sessions', 'emrtd']) symlinkSync(join(faces, folder), join(directory, folder));
    const whole = JSON.parse(readFileSync(join(faces, 'manifest.json'), 'utf8')) as { emrtd: object[] };
    const { sessions } = parseManifest(JSON.stringify(whole));
    const some = sessions.filter(({ name }) => ['s00-genuine', 's02-frozen'].includes(name));
    const manifest = { identities: ['012', '173'], sessions: some, emrtd: whole.emrtd };
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest));
    const sets = [EvaluationSet.open(directory)];
    measured = await measure(sets, { matchLimits, workers: 1, at: new Date(), progress: () => {} });
    result = evaluationOf(measured);
  }, 600_000);
  afterAll(() => rmSync(directory, { recursive: true }));

  it('is judged by the engine: who is genuine is accepted, a frozen picture is not, and chips are what they are', () => {
    expect(result.kinds.map(({ kind, accepted }) => [kind, accepted.events, accepted.trials])).toEqual([
      ['genuine', 1, 1],
      ['frozen', 0, 1],
    ]);
    expect(measured.sessions[1]!.reasons).toContain('PICTURE_FROZEN');
    expect(measured.chips.map(({ refusal }) => refusal)).toEqual([
      undefined,
      'DATA_GROUP_ALTERED',
      'DOCUMENT_SIGNER_UNKNOWN',
    ]);
    expect(result.chips).toEqual({ right: 3, of: 3 });
    expect(result.promises.every(({ kept }) => kept)).toBe(true);
  });

  it('has its people compared with each other, each with each, and the genuine session with all', () => {
    expect(result.portraits?.comparisons).toEqual({ genuine: 2, impostor: 2 });
    expect(result.genuineSessions?.comparisons).toEqual({ genuine: 2, impostor: 1 });
    expect(result.portraits!.farthestGenuine).toBeLessThan(result.portraits!.nearestImpostor);
    expect(result.faceless).toEqual([]);
  });

  it('counts a comparison in no rate where nobody says whether it is of one person', async () => {
    const file = join(directory, 'manifest.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...manifest, perhapsOnePerson: [['173', '012']], sessions: [] }));
    const engine = await EkycEngine.start();
    try {
      const { portraits } = await compareFaces(engine, [EvaluationSet.open(directory)], 1);
      expect([portraits.genuine.length, portraits.impostor, portraits.unknown!.length]).toEqual([2, [], 2]);
    } finally {
      await engine.close();
    }
  }, 60_000);

  it('counts with others that were measured at another time, but not by other limits', () => {
    const twice = evaluationOf(together([measured, measured]));
    expect(twice.kinds.map(({ sessions }) => sessions)).toEqual([2, 2]);
    expect(twice.portraits?.comparisons).toEqual({ genuine: 4, impostor: 4 });
    expect([twice.people, twice.chips]).toEqual([2, { right: 6, of: 6 }]);
    const otherwise = { ...measured, matchLimits: { ...measured.matchLimits, accept: 0.4 } };
    expect(() => together([measured, otherwise])).toThrow('different limits');
    expect(() => together([])).toThrow('there are none');
  });

  it('is reported with its rates, times and memory', () => {
    const report = textReport(result);
    for (const part of ['EER 0 %', 'frozen   1  0 of 1', 'APCER', '3 of 3 judged right', 'kept  ']) {
      expect(report).toContain(part);
    }
    expect(result.times.verification).toMatchObject({ decisions: 2 });
    expect(result.times.verification!.cpuP50).toBeGreaterThan(0);
    expect(result.peakMemoryMiB).toBeGreaterThan(100);
  });
});

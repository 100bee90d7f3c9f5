import { NO_SCORES, type ReasonCode } from '@tegata/ekyc';
import { byKind } from './presentation-attacks.ts';
import { promisesOf } from './promises.ts';
import { type JudgedSession, presentationOf } from './sessions.ts';

const failed = (reason: ReasonCode) => ({ name: 'some.check', measured: 1, limit: 0, held: false, reason });
const analysed = { ...NO_SCORES, framesAnalysed: 19 };

describe('what presentation attack detection says', () => {
  it('is bona fide whoever it is, as long as all but the comparison holds', () => {
    expect(presentationOf({ checks: [], scores: analysed })).toBe('bona fide');
    const stranger = [failed('FRAMES_BLURRED'), failed('FACE_NOT_MATCHING'), failed('FACE_MATCH_UNCERTAIN')];
    expect(presentationOf({ checks: stranger, scores: analysed })).toBe('bona fide');
  });

  it('is an attack for anything else, the document photo before the camera, too', () => {
    for (const reason of [
      'FACE_FLAT',
      'PERSON_CHANGED',
      'SCREEN_LIGHT_NOT_SEEN',
      'LIVE_FACE_IS_DOCUMENT_PHOTO',
    ] as const) {
      expect(presentationOf({ checks: [failed('FACE_NOT_MATCHING'), failed(reason)], scores: analysed })).toBe(
        'attack',
      );
    }
  });

  it('is nothing where no frame was looked at', () => {
    expect(presentationOf({ checks: [failed('DOCUMENT_NO_FACE')], scores: NO_SCORES })).toBe('no response');
  });
});

const session = (kind: string, changes: Partial<JudgedSession> = {}): JudgedSession => ({
  ...{ set: 'set', name: 's', kind, claimed: '1', actual: '1', expect: kind === 'genuine' ? 'accept' : 'reject' },
  ...{ outcome: kind === 'genuine' ? 'accepted' : 'refused', reasons: [], checks: [], matchDistance: null, frames: 19 },
  presentation: kind === 'genuine' ? 'bona fide' : 'attack',
  cost: { wallMs: 1, cpuMs: 1 },
  ...changes,
});

describe('results by kind', () => {
  it('count attacks taken for bona fide (APCER) and genuine sessions taken for attacks (BPCER), without those not answered', () => {
    const [genuine, frozen] = byKind([
      session('frozen'),
      session('frozen', { presentation: 'bona fide', outcome: 'review', reasons: ['FACE_MATCH_UNCERTAIN'] }),
      session('frozen', { presentation: 'no response' }),
      session('genuine'),
      session('genuine', { presentation: 'attack', outcome: 'refused', reasons: ['FACE_FLAT'] }),
    ]);
    expect(genuine).toMatchObject({ kind: 'genuine', role: 'genuine', refused: 1, reasons: [['FACE_FLAT', 1]] });
    expect(genuine!.misclassified).toMatchObject({ events: 1, trials: 2 });
    expect(frozen).toMatchObject({ role: 'attack', sessions: 3, review: 1, refused: 2 });
    expect(frozen!.misclassified).toMatchObject({ events: 1, trials: 2 });
    expect(frozen!.noResponse).toMatchObject({ events: 1, trials: 3 });
    expect(frozen!.accepted).toMatchObject({ events: 0, trials: 3 });
  });

  it('take somebody with the document of another for an impostor, who is a person before the camera', () => {
    const [impostor] = byKind([session('impostor', { actual: '2', presentation: 'bona fide' })]);
    expect(impostor).toMatchObject({ role: 'impostor', misclassified: { events: 0, trials: 1 } });
  });
});

describe('promises', () => {
  const kept = (sessions: readonly JudgedSession[], right = true) =>
    promisesOf(byKind(sessions), [], [{ right }]).map((promise) => promise.kept);
  const genuine = (count: number) => Array.from({ length: count }, () => session('genuine'));

  it('are broken by an attack or an impostor that is accepted, and by a chip judged wrong', () => {
    expect(kept([...genuine(1), session('frozen')])).toEqual([true, true, true]);
    expect(kept([...genuine(1), session('frozen', { outcome: 'accepted' })])).toEqual([true, false, true]);
    expect(kept([...genuine(1), session('impostor', { actual: '2', outcome: 'accepted' })])).toEqual([
      true,
      false,
      true,
    ]);
    expect(kept([...genuine(1), session('frozen', { outcome: 'review' })], false)).toEqual([true, true, false]);
  });

  it('allow one genuine session of fifty to be refused, not two', () => {
    const refused = session('genuine', { outcome: 'refused' });
    expect(kept([...genuine(49), refused])[0]).toBe(true);
    expect(kept([...genuine(48), refused, refused])[0]).toBe(false);
  });

  it('are not made where the sets have nothing to say', () => {
    expect(promisesOf([], [], [])).toEqual([]);
  });
});

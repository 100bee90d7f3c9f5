import { legiblePicture } from '@tegata/document-picture/testing';
import { evaluationOf, type Measurements, together } from '../evaluate.ts';
import { presentedDocument } from '../judge/presented-document.ts';
import { rateOf } from '../statistics/binomial-interval.ts';
import { detCurve } from './det-curve.ts';
import { table } from './table.ts';
import { percent, rate, textReport } from './text-report.ts';

const none: Measurements = {
  ...{
    sets: ['set'],
    matchLimits: { accept: 0.45, refuse: 0.55 },
    people: [],
    sessions: [],
    documents: [],
    chips: [],
  },
  comparisons: {
    portraits: { genuine: [], impostor: [] },
    sessions: { genuine: [], impostor: [] },
    faceless: [],
  },
  peakMemoryMiB: 1,
};

describe('a rate in words', () => {
  it('has its counts and interval; nothing seen is not nothing there', () => {
    expect(rate(rateOf(1, 10))).toBe('10 %, 1 of 10 (0.25 % to 44.5 %)');
    expect(rate(rateOf(0, 25))).toBe('0 of 25 (up to 11.3 %)');
    expect(rate(rateOf(0, 0))).toBe('no trials');
    expect([0, 0.00068, 0.0111, 0.5, 1].map(percent)).toEqual(['0 %', '0.068 %', '1.1 %', '50 %', '100 %']);
  });
});

describe('a table', () => {
  it('has columns as wide as their widest cell', () => {
    expect(table(['a', 'long'], [['wider', 'b'], ['c']])).toEqual(['a      long', 'wider  b', 'c']);
  });
});

describe('the curve of errors', () => {
  const distances = { genuine: [0.1, 0.2, 0.3, 0.6], impostor: [0.25, 0.5, 0.7, 0.8] };

  it('is an SVG document with axes of normal deviates: equal steps of deviate, not of share', () => {
    const svg = detCurve([{ name: 'photographs', distances }], [0.45, 0.55]);
    expect(svg).toMatch(/^<svg/);
    for (const text of ['photographs', 'limits 0.45 and 0.55', '10 %', '40 %']) expect(svg).toContain(text);
    const at = (label: string) => Number(new RegExp(`translate\\((\\S+) 613\\)"[^>]*>${label} %<`).exec(svg)?.[1]);
    // the deviates of 5, 10 and 20 % are 1.645, 1.282 and 0.842 below the mean
    expect((at('20') - at('10')) / (at('10') - at('5'))).toBeCloseTo((1.2816 - 0.8416) / (1.6449 - 1.2816), 1);
  });

  it('draws errors of nought on its edge', () => {
    expect(detCurve([{ name: 'apart', distances: { genuine: [0.1], impostor: [0.9] } }], [0.5])).not.toContain('NaN');
  });
});

describe('the report on faces', () => {
  it('tells comparisons of whom nobody says whether they are one person, and counts them in no rate', () => {
    const distances = { genuine: [0.1], impostor: [0.7], unknown: [0.44, 0.5, 0.8] };
    const measured = {
      ...none,
      comparisons: { portraits: distances, sessions: { genuine: [], impostor: [] }, faceless: [] },
    };
    const report = textReport(evaluationOf(together([measured, none])));
    expect(report).toContain(
      '3 more of whom nobody says whether they are one person, in no rate: 1 up to 0.450, 2 up to 0.550',
    );
    expect(report).toContain('FAR 0 of 1 ');
    expect(textReport(evaluationOf(none))).not.toContain('nobody says');
  });
});

describe('the report on pictures of documents', () => {
  const picture = (kind: string, pattern: number) => ({
    ...{ set: 'set', file: 'p.jpg', kind, type: 'passport', medium: undefined },
    ...presentedDocument({ ...legiblePicture, pattern }),
  });

  it('has a rate with its interval for each instrument and the worst of them, and its place beside the sessions', () => {
    const presentations = [picture('genuine', 0), picture('documentOnScreen', 9), picture('documentInkjetPrint', 0)];
    const report = textReport(evaluationOf(together([none, { ...none, presentations }])));
    for (const part of [
      /genuine +BPCER +0 of 1 \(up to 95 %\)/,
      /documentOnScreen +APCER +0 of 1 \(up to 95 %\) +0 of 1 +0 of 1 +DOCUMENT_RECAPTURED 1/,
      /documentInkjetPrint +APCER +100 %, 1 of 1 \(2.5 % to 100 %\)/,
      /APCER of the worst instrument: 100 % \(documentInkjetPrint\)/,
      /assurance level 1/,
    ]) {
      expect(report).toMatch(part);
    }
    expect(report).not.toContain('Promises');
  });

  it('is left out of runs that had none', () => {
    expect(textReport(evaluationOf(none))).not.toContain('DOCUMENT_RECAPTURED');
  });
});

describe('the report on documents in the light of a screen', () => {
  const held = (kind: string, response: 'bona fide' | 'attack' | 'no response') => ({
    ...{ set: 'set', name: kind, kind, type: 'passport', colours: [], response, reasons: [] },
    scores: response === 'bona fide' ? { likeness: 0.8, correlation: 0.99, gain: 0.1 } : null,
  });

  it('counts each instrument by itself, apart from sessions and their promises', () => {
    const judged = [held('genuine', 'bona fide'), held('heldPrint', 'bona fide'), held('heldScreen', 'attack')];
    const unanswered = [held('heldOther', 'no response')];
    const runs = [judged, unanswered].map((some) => ({ ...none, held: some }));
    const report = textReport(evaluationOf(together([none, ...runs])));
    for (const part of [
      /genuine +BPCER +0 of 1 \(up to 95 %\) +0 of 1 +0.800 \/ 0.800 \/ 0.800/,
      /heldPrint +APCER +100 %, 1 of 1 \(2.5 % to 100 %\)/,
      /heldScreen +APCER +0 of 1 \(up to 95 %\) +0 of 1 +-/,
      /heldOther +APCER +no trials +1 of 1/,
      /APCER of the worst instrument: 100 % \(heldPrint\)/,
    ]) {
      expect(report).toMatch(part);
    }
    expect(report).not.toContain('Promises');
    expect(textReport(evaluationOf(none))).not.toContain('light of a screen');
    expect(textReport(evaluationOf({ ...none, held: unanswered }))).not.toContain('worst');
  });
});

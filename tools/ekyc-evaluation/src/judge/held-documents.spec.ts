import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { EvaluationSet } from '../set/evaluation-set.ts';
import { heldKinds, type JudgedHeld, judgeHeld } from './held-documents.ts';

const lit = { likeness: 0.8, correlation: 0.99, gain: 0.1 };
const held = (kind: string, response: JudgedHeld['response'], reasons: string[], scores: JudgedHeld['scores']) => ({
  ...{ set: 'set', name: kind, kind, type: 'passport', colours: [], response, reasons, scores },
});

describe('results by what is held before the camera', () => {
  const results = heldKinds([
    held('heldPrint', 'bona fide', [], lit),
    held('heldScreen', 'attack', ['DOCUMENT_LIGHT_NOT_SEEN'], { ...lit, correlation: -0.9, gain: -0.02 }),
    held('heldScreen', 'attack', ['DOCUMENT_NOT_SHOWN'], null),
    held('heldScreen', 'no response', ['DOCUMENT_BLURRED'], null),
    held('genuine', 'bona fide', [], { ...lit, likeness: 0.7 }),
    held('genuine', 'bona fide', [], lit),
    held('genuine', 'attack', ['DOCUMENT_CHANGED'], { likeness: 0.5, correlation: 0, gain: 0 }),
  ]);

  it('count attacks let pass (APCER) for each instrument by itself, and documents taken for attacks (BPCER)', () => {
    expect(results.map(({ kind, role, misclassified: { events, trials } }) => [kind, role, events, trials])).toEqual([
      ['genuine', 'genuine', 1, 3],
      ['heldPrint', 'attack', 1, 1],
      ['heldScreen', 'attack', 0, 2],
    ]);
    expect(results[2]!.noResponse).toMatchObject({ events: 1, trials: 3 });
    expect(results[2]!.faults[0]).toEqual(['DOCUMENT_LIGHT_NOT_SEEN', 1]);
  });

  it('tell how far figures go where the document was found', () => {
    expect(results[0]!.spread?.likeness).toEqual([0.5, 0.7, 0.8]);
    expect(results[2]!.spread?.correlation).toEqual([-0.9, -0.9, -0.9]);
    expect(heldKinds([held('heldOther', 'attack', ['DOCUMENT_NOT_SHOWN'], null)])[0]!.spread).toBeNull();
  });
});

describe('what was held before a camera', () => {
  const directory = mkdtempSync(join(tmpdir(), 'held-documents-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it('has no response where the picture that was sent would be asked for again, or something is no picture', async () => {
    const write = (name: string, sent: string | Uint8Array) => {
      mkdirSync(join(directory, 'held', name), { recursive: true });
      for (const file of ['document.jpg', '0.jpg']) writeFileSync(join(directory, 'held', name, file), sent);
      return { name, kind: 'genuine', type: 'passport', colours: ['red'] };
    };
    const table = sharp({ create: { width: 240, height: 180, channels: 3, background: '#806040' } });
    const held = [write('empty', await table.jpeg().toBuffer()), write('unreadable', 'no picture')];
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ held }));
    const judged = await judgeHeld([EvaluationSet.open(directory)], () => {});
    expect(judged.map(({ response, reasons }) => [response, reasons[0]])).toEqual([
      ['no response', 'DOCUMENT_NOT_LOCATED'],
      ['no response', 'EKYC_INPUT_INVALID'],
    ]);
  });
});

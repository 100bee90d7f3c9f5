import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EvaluationSet } from './evaluation-set.ts';

let directory: string;
const put = (path: string, content: string) => {
  mkdirSync(join(directory, path, '..'), { recursive: true });
  writeFileSync(join(directory, path), content);
};
const entry = { name: 's0', kind: 'genuine', claimed: '1', actual: '1', expect: 'accept' } as const;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evaluation-set-'));
  const presentations = [{ file: 'p.jpg', kind: 'genuine', type: 'passport' }];
  const held = [{ name: 'h0', kind: 'genuine', type: 'passport', colours: ['red', 'cyan'] }];
  const emrtd = [{ file: 'a.json', mrz: 'X', expect: 'valid' }];
  put('manifest.json', JSON.stringify({ sessions: [entry], presentations, held, emrtd }));
  put('presentations/p.jpg', 'page');
  for (const [name, content] of [
    ['document', 'sent'],
    ['0', 'lit red'],
    ['1', 'lit cyan'],
  ]) {
    put(`held/h0/${name}.jpg`, content!);
  }
  put('sessions/s0/session.json', JSON.stringify({ challenge: ['left'], frames: [{ file: 'f0.jpg', prompt: -1 }] }));
  put('sessions/s0/f0.jpg', 'frame');
  put('sessions/s0/portrait.jpg', 'portrait');
  put('emrtd/a.json', JSON.stringify({ sod: 'AQ==', dg1: 'Ag==', dg2: 'Aw==', csca: 'BA==' }));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a set in a folder', () => {
  it('gives what a session is judged by, pictures of documents, what was held in the light and the files of a chip', () => {
    const set = EvaluationSet.open(directory);
    const { document, documentKind, challenge, frames } = set.session(entry);
    expect([Buffer.from(document).toString(), documentKind]).toEqual(['portrait', 'portrait']);
    expect(challenge).toEqual({ prompts: ['left'] });
    expect(frames).toEqual([
      { octets: Buffer.from('frame'), promptIndex: -1, colourIndex: undefined, capturedAtMs: 0 },
    ]);
    expect(Buffer.from(set.presentation(set.manifest.presentations[0]!)).toString()).toBe('page');
    const { sent, frames: lit } = set.held(set.manifest.held[0]!);
    expect([sent, ...lit].map((octets) => Buffer.from(octets).toString())).toEqual(['sent', 'lit red', 'lit cyan']);
    const { files, csca } = set.chip(set.manifest.chips[0]!);
    expect([files.sod, files.dg1, files.dg2, csca].map((file) => [...file])).toEqual([[1], [2], [3], [4]]);
  });

  it.each([
    ['there is no such folder', 'elsewhere', () => {}],
    ['has no manifest.json', '.', () => rmSync(join(directory, 'manifest.json'))],
    ['presentations/p.jpg: is missing', '.', () => rmSync(join(directory, 'presentations/p.jpg'))],
    ['held/h0/1.jpg: is missing', '.', () => rmSync(join(directory, 'held/h0/1.jpg'))],
    ['s0/f0.jpg: is missing', '.', () => rmSync(join(directory, 'sessions/s0/f0.jpg'))],
    [
      's0/portrait.jpg: is missing, and 1 more files',
      '.',
      () => {
        rmSync(join(directory, 'sessions/s0/portrait.jpg'));
        rmSync(join(directory, 'sessions/s0/f0.jpg'));
      },
    ],
    ['session.json: is missing', '.', () => rmSync(join(directory, 'sessions/s0/session.json'))],
    ['session.json: is no JSON', '.', () => put('sessions/s0/session.json', '{')],
  ])('is refused before anything is judged, with what is wrong: %s', (message, below, spoil) => {
    spoil();
    expect(() => EvaluationSet.open(join(directory, below))).toThrow(message);
  });
});

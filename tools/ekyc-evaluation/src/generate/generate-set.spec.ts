import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EkycEngine } from '@tegata/ekyc';
import { judgeChips } from '../judge/chips.ts';
import { EvaluationSet } from '../set/evaluation-set.ts';
import { type GenerateOptions, generateSet } from './generate-set.ts';

const directory = mkdtempSync(join(tmpdir(), 'generated-set-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('a rendered set', () => {
  it('is a set: people, sessions, documents, pictures of pictures of documents, documents in the light of a screen and chips with their truth, in a folder that was empty', async () => {
    const options: GenerateOptions = {
      ...{ directory, genuine: 0, attacks: 1, kinds: ['frozen', 'documentOnScreen', 'heldUnlit'], seed: 3, people: 2 },
      ...{ documents: 1, heldSide: 240, portraits: undefined, progress: () => {} },
    };
    const engine = await EkycEngine.start({ decisionDeadlineMs: 600_000 });
    try {
      await generateSet(engine, options);
      await expect(generateSet(engine, options)).rejects.toThrow('is not empty');
      const spliced = { ...options, directory: join(directory, 'spliced'), kinds: ['splice'] } as const;
      await expect(generateSet(engine, spliced)).rejects.toThrow('two people that are known to be two');
    } finally {
      await engine.close();
    }
    const set = EvaluationSet.open(directory);
    const { identities, perhapsOnePerson, sessions, documents } = set.manifest;
    expect(identities).toHaveLength(2);
    // of two packaged photographs
    expect(perhapsOnePerson).toEqual([identities]);
    const [id] = identities;
    expect(sessions).toEqual([{ name: 's000-frozen', kind: 'frozen', claimed: id, actual: id, expect: 'reject' }]);
    const { frames, challenge } = set.session(sessions[0]!);
    expect([challenge.prompts.length, challenge.colours?.length]).toEqual([4, 6]);
    expect(frames).toHaveLength(3 + 4 * 4 + 6);
    expect(frames.at(-1)).toMatchObject({ promptIndex: 4, colourIndex: 5 });
    expect(documents.map(({ type }) => type)).toEqual(['passport', 'driving-licence']);
    expect(set.manifest.presentations).toMatchObject([{ file: 'p000-documentOnScreen.jpg', kind: 'documentOnScreen' }]);
    expect([...set.presentation(set.manifest.presentations[0]!).subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const [held] = set.manifest.held;
    expect(held).toMatchObject({ name: 'h000-heldUnlit', kind: 'heldUnlit' });
    const { sent, frames: lit } = set.held(held!);
    expect(lit).toHaveLength(6);
    for (const picture of [sent, ...lit]) expect([...picture.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const chips = judgeChips([set], new Date());
    expect(chips.map(({ refusal, right }) => [refusal, right])).toEqual([
      [undefined, true],
      ['DATA_GROUP_ALTERED', true],
    ]);
    expect(readdirSync(join(directory, 'portraits'))).toHaveLength(4);
  }, 600_000);
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CapturedFrame,
  drawChallenge,
  EkycEngine,
  isTurn,
  type Prompt,
  THRESHOLDS,
  type Verdict,
} from '@tegata/ekyc';
import sharp from 'sharp';
import { anotherPerson, skippedPrompt, splicedPerson, stillRepeated, wrongMotion } from './attacks.ts';
import { showFlatPicture } from './flat-picture.ts';
import { SAMPLE_PEOPLE } from './people.ts';
import { samplePortrait } from './portrait-photo.ts';
import { captureFor, inOrder, renderSampleApplicant, type SampleApplicant, withColours } from './sample-applicant.ts';
import { seededRandom } from './seeded-random.ts';

let engine: EkycEngine;
let applicant: SampleApplicant;
let other: SampleApplicant;
const outDir = mkdtempSync(join(tmpdir(), 'sample-applicant-'));

beforeAll(async () => {
  engine = await EkycEngine.start({ queueLimit: 50, decisionDeadlineMs: 300_000 });
  applicant = await renderSampleApplicant({ person: 0, seed: 11, engine, outDir });
  other = await renderSampleApplicant({ person: 1, seed: 11, engine });
}, 600_000);

afterAll(async () => {
  await engine.close();
  rmSync(outDir, { recursive: true });
});

const prompts: readonly Prompt[] = ['down', 'left', 'up', 'right'];

function judged(frames: CapturedFrame[], asked = prompts, document = applicant.document): Promise<Verdict> {
  return engine.verifyIdentity({ document, challenge: { prompts: asked }, frames });
}

const codes = ({ reasons }: Verdict) => reasons.map(({ code }) => code);

describe('a sample applicant', () => {
  it('is written as a capture folder: a document, and frames of each motion in the order they are taken', async () => {
    expect(readdirSync(outDir).sort()).toEqual([
      'chip',
      'colours',
      'csca',
      'document.jpg',
      'down',
      'left',
      'right',
      'straight',
      'up',
    ]);
    expect(readdirSync(join(outDir, 'chip')).sort()).toEqual(['EF_DG1.bin', 'EF_DG2.bin', 'EF_SOD.bin']);
    expect(readdirSync(join(outDir, 'straight'))).toEqual(['00.jpg', '01.jpg', '02.jpg']);
    expect(readdirSync(join(outDir, 'left')).sort()).toEqual(['00.jpg', '01.jpg', '02.jpg', '03.jpg', '04.jpg']);
    expect(readFileSync(join(outDir, 'up', '02.jpg'))).toEqual(applicant.captures.up[2]);
  });

  it('is lit by the colours of a screen as they are shown, and by no others', async () => {
    const colours = ['red', 'cyan', 'blue', 'yellow', 'magenta', 'green'] as const;
    const challenge = { prompts, colours };
    const { document, lit } = applicant;
    const capture = captureFor(applicant, prompts);
    const verify = (frames: CapturedFrame[]) => engine.verifyIdentity({ document, challenge, frames });
    const right = await verify(withColours(capture, colours, lit));
    expect([right.outcome, codes(right)]).toEqual(['accepted', []]);
    expect(right.scores.screenLight?.gain).toBeGreaterThan(THRESHOLDS.minLightGain);
    const recorded = withColours(capture, ['cyan', 'blue', 'yellow', 'magenta', 'green', 'red'], lit);
    expect(codes(await verify(recorded))).toEqual(['SCREEN_LIGHT_NOT_SEEN']);
    const missing = withColours(capture, colours, lit).slice(0, -1);
    expect(codes(await verify(missing))).toEqual(['FRAMES_TOO_FEW']);
  }, 60_000);

  it('has frames as a camera sends them: JPEGs of 480 pixels and some 25 KB, no two alike', async () => {
    const frames = Object.values(applicant.captures).flat();
    for (const frame of frames) {
      expect(await sharp(frame).metadata()).toMatchObject({ format: 'jpeg', width: 480, height: 480 });
      expect(frame.length).toBeLessThan(50_000);
    }
    expect(new Set(frames.map((frame) => Buffer.from(frame).toString('base64'))).size).toBe(frames.length);
  });

  it('is the same octets for the same seed, and others for another', async () => {
    const again = await renderSampleApplicant({ person: 0, seed: 11, engine });
    expect(Buffer.from(again.document).equals(applicant.document)).toBe(true);
    expect(again.captures.left.every((frame, k) => Buffer.from(frame).equals(applicant.captures.left[k]!))).toBe(true);
    const changed = await renderSampleApplicant({ person: 0, seed: 12, engine });
    expect(Buffer.from(changed.captures.left[0]!).equals(applicant.captures.left[0]!)).toBe(false);
  });

  it('is nobody beyond the people there are', async () => {
    await expect(renderSampleApplicant({ person: SAMPLE_PEOPLE.length, seed: 1, engine })).rejects.toThrow(RangeError);
  });

  it('is accepted for challenges as they are drawn, with room to spare', async () => {
    const random = seededRandom(5);
    for (const person of [applicant, other]) {
      for (let round = 0; round < 3; round++) {
        const asked = drawChallenge(() => Uint8Array.of(Math.floor(random.next() * 256))).prompts;
        const verdict = await judged(captureFor(person, asked), asked, person.document);
        expect([asked, verdict.outcome, codes(verdict)]).toEqual([asked, 'accepted', []]);
        for (const { prompt, degrees } of verdict.scores.motions) {
          expect(degrees).toBeGreaterThan(THRESHOLDS.minMotion[prompt] + (isTurn(prompt) ? 4 : 2));
        }
        expect(verdict.scores.matchDistance).toBeLessThan(THRESHOLDS.acceptMatch - 0.05);
      }
    }
  });

  it.each<[string, () => CapturedFrame[], readonly string[]]>([
    ['a still picture', () => stillRepeated(applicant, prompts), ['PROMPT_NOT_PERFORMED', 'PICTURE_FROZEN']],
    [
      'motions the other way',
      () => wrongMotion(applicant, prompts),
      ['PROMPT_NOT_PERFORMED', 'PROMPT_WRONG_DIRECTION'],
    ],
    ['one motion left out', () => skippedPrompt(applicant, prompts, 1), ['PROMPT_NOT_PERFORMED']],
    ['one motion made by somebody else', () => splicedPerson(applicant, other, prompts, 2), ['PERSON_CHANGED']],
    ['somebody else with the document', () => anotherPerson(applicant, other, prompts).frames, ['FACE_NOT_MATCHING']],
  ])('does not vouch for %s', async (_, frames, reasons) => {
    const verdict = await judged(frames());
    expect(verdict.outcome).toBe('refused');
    expect(codes(verdict)).toEqual(expect.arrayContaining([...reasons]));
  });

  it.each([
    ['flat', { degrees: 40 }],
    ['bent', { degrees: 45, bendRadius: 0.45 }],
  ])('does not vouch for a photograph held %s before the camera', async (_, held) => {
    const portrait = await samplePortrait(SAMPLE_PEOPLE[0]!, engine);
    const { straight, motions } = await showFlatPicture(portrait, prompts, { seed: 3, ...held });
    const verdict = await judged(inOrder(straight, motions));
    expect(verdict.outcome).toBe('refused');
    expect(codes(verdict)).toContain('PROMPT_NOT_PERFORMED');
  });
});

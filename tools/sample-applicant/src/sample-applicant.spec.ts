import { readdirSync, readFileSync, rmSync } from 'node:fs';
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
import { renderAnew, renderApplicant, renderedApplicant, renderedPhotograph } from './testing/index.ts';

let engine: EkycEngine;
let applicant: SampleApplicant;
let other: SampleApplicant;
let outDir: string;

beforeAll(async () => {
  engine = await EkycEngine.start({ queueLimit: 50, decisionDeadlineMs: 300_000 });
  outDir = await renderApplicant('holder');
  applicant = await renderedApplicant('holder');
  other = await renderedApplicant('stranger');
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
      'document-colours',
      'document.jpg',
      'down',
      'left',
      'right',
      'screen-colours',
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
  });

  it('has frames as a camera sends them: JPEGs of 480 pixels and some 25 KB, no two alike', async () => {
    const frames = Object.values(applicant.captures).flat();
    for (const frame of frames) {
      expect(await sharp(frame).metadata()).toMatchObject({ format: 'jpeg', width: 480, height: 480 });
      expect(frame.length).toBeLessThan(50_000);
    }
    expect(new Set(frames.map((frame) => Buffer.from(frame).toString('base64'))).size).toBe(frames.length);
  });

  it('is the same octets for the same seed, and others for another', async () => {
    const again = await renderAnew(0, 11);
    const octetsOf = (name: string) => readFileSync(join(again, name));
    expect(octetsOf('document.jpg')).toEqual(applicant.document);
    for (const [k, frame] of applicant.captures.left.entries()) expect(octetsOf(`left/0${k}.jpg`)).toEqual(frame);
    rmSync(again, { recursive: true });
    const changed = await renderedApplicant('holder on another day');
    expect(changed.captures.left[0]).not.toEqual(applicant.captures.left[0]);
  });

  it('is nobody beyond the people there are', async () => {
    await expect(renderSampleApplicant({ person: SAMPLE_PEOPLE.length, seed: 1, engine })).rejects.toThrow(RangeError);
  });

  it('is accepted for challenges as they are drawn, with room to spare', async () => {
    const random = seededRandom(5);
    const performed = new Set<Prompt>();
    for (const person of [applicant, other]) {
      const asked = drawChallenge(() => Uint8Array.of(Math.floor(random.next() * 256))).prompts;
      const verdict = await judged(captureFor(person, asked), asked, person.document);
      expect([asked, verdict.outcome, codes(verdict)]).toEqual([asked, 'accepted', []]);
      for (const { prompt, degrees } of verdict.scores.motions) {
        expect(degrees).toBeGreaterThan(THRESHOLDS.minMotion[prompt] + (isTurn(prompt) ? 4 : 2));
        performed.add(prompt);
      }
      expect(verdict.scores.matchDistance).toBeLessThan(THRESHOLDS.acceptMatch - 0.05);
    }
    expect(performed.size).toBe(4);
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

  it.each<[string, () => Promise<CapturedFrame[]>]>([
    [
      'flat',
      async () => {
        const photograph = await renderedPhotograph();
        return inOrder(
          photograph.straight,
          prompts.map((prompt) => photograph[prompt]),
        );
      },
    ],
    [
      'bent',
      async () => {
        const portrait = await samplePortrait(SAMPLE_PEOPLE[0]!, engine);
        const bent = { seed: 3, degrees: 45, bendRadius: 0.45 };
        const { straight, motions } = await showFlatPicture(portrait, prompts, bent);
        return inOrder(straight, motions);
      },
    ],
  ])('does not vouch for a photograph held %s before the camera', async (_, frames) => {
    const verdict = await judged(await frames());
    expect(verdict.outcome).toBe('refused');
    expect(codes(verdict)).toContain('PROMPT_NOT_PERFORMED');
  });
});

import { type CapturedFrame, EkycEngine, THRESHOLDS, type Verdict } from '@tegata/ekyc';
import { FRAME_LIMITS } from '@tegata/encoded-picture';
import { photograph, seededRandom } from '@tegata/sample-applicant';
import sharp, { type Sharp } from 'sharp';
import { EvaluationSet } from './set/evaluation-set.ts';

// Blurs every frame of the genuine sessions of sets, puts the noise of a camera and a JPEG on afterwards, and tells what becomes of them.
// `node --import tsx tools/ekyc-evaluation/src/measure-blur.ts DIR ...`

const SIDE = 480;
const LENS = [4, 6, 8] as const;
const ACROSS = [16, 24] as const;
const ALONG = [16] as const;
const CAMERAS = [80] as const;

type Blur = (frame: Sharp) => Sharp | Promise<Sharp>;

const BLURS: readonly (readonly [what: string, blur: Blur])[] = [
  ['as taken', (frame) => frame],
  ...CAMERAS.map((side) => [`through ${side} pixels`, through(side)] as const),
  ...LENS.map((deviation) => [`blurred by ${deviation}`, (frame: Sharp) => frame.blur(deviation)] as const),
  ...ACROSS.map((pixels) => [`moved across by ${pixels}`, moved(pixels, false)] as const),
  ...ALONG.map((pixels) => [`moved along by ${pixels}`, moved(pixels, true)] as const),
];

const folders = process.argv.slice(2);
if (folders.length === 0) throw new Error('measure-blur.ts DIR ...: sets are wanted');
const engine = await EkycEngine.start({ decisionDeadlineMs: 600_000 });
try {
  console.log(
    'frames | sessions | face not found | nearer | between | beyond | accepted | review | refused | of these two told',
  );
  for (const [what, blur] of BLURS) {
    const verdicts: Verdict[] = [];
    for (const set of folders.map((folder) => EvaluationSet.open(folder))) {
      for (const entry of set.manifest.sessions.filter(({ expect }) => expect === 'accept')) {
        const input = set.session(entry);
        const random = seededRandom(1, `${what} ${entry.name}`);
        const frames: CapturedFrame[] = [];
        for (const frame of input.frames) frames.push({ ...frame, octets: await spoilt(frame.octets, blur, random) });
        const judged = await engine.verifyIdentity({ ...input, frames });
        verdicts.push(judged);
        const sharpness = judged.checks.find(({ name }) => name === 'baseline.sharpness')?.measured.toFixed(2) ?? '-';
        const reasons = judged.reasons.map(({ code }) => code).join(' ');
        console.error(
          `${what}: ${entry.name} of ${entry.actual}: ${judged.outcome}, sharpness ${sharpness}, distance ${judged.scores.matchDistance?.toFixed(3)} ${reasons}`,
        );
      }
    }
    console.log(row(what, verdicts));
  }
} finally {
  await engine.close();
}

function row(what: string, verdicts: readonly Verdict[]): string {
  const count = (holds: (verdict: Verdict) => boolean) => verdicts.filter(holds).length;
  const near = (low: number, high: number) =>
    count(({ scores: { matchDistance: distance } }) => distance !== null && distance > low && distance <= high);
  const { acceptMatch, refuseMatch } = THRESHOLDS;
  return [
    ...[what, verdicts.length, count(({ scores }) => scores.matchDistance === null)],
    ...[near(-1, acceptMatch), near(acceptMatch, refuseMatch), near(refuseMatch, 2)],
    ...(['accepted', 'review', 'refused'] as const).map((outcome) => count((verdict) => verdict.outcome === outcome)),
    count(({ reasons }) => reasons.some(({ code }) => code === 'FRAMES_BLURRED')),
  ].join(' | ');
}

async function spoilt(octets: Uint8Array, blur: Blur, random: ReturnType<typeof seededRandom>): Promise<Uint8Array> {
  const frame = sharp(octets, { limitInputPixels: FRAME_LIMITS.maxPixels }).resize(SIDE, SIDE);
  const png = await (await blur(frame)).png().toBuffer();
  const rgb = await sharp(png).resize(SIDE, SIDE).removeAlpha().toColourspace('srgb').raw().toBuffer();
  return photograph({ side: SIDE, rgb: new Uint8Array(rgb) }, random);
}

/** A camera of so many pixels across. */
function through(side: number): Blur {
  return async (frame) => sharp(await frame.png().toBuffer()).resize(side, side);
}

/** A hand that moves the camera by so many pixels while it takes the frame. */
function moved(pixels: number, along: boolean): Blur {
  const line = new Array<number>(pixels).fill(1);
  const none = new Array<number>(pixels).fill(0);
  const across = [...none, ...line, ...none];
  const kernel = along
    ? { width: 3, height: pixels, kernel: line.flatMap(() => [0, 1, 0]) }
    : { width: pixels, height: 3, kernel: across };
  return async (frame) => sharp(await frame.png().toBuffer()).convolve(kernel);
}

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EkycEngine } from '@tegata/ekyc';
import { HELD_SIDE } from '@tegata/sample-applicant';
import { ConfigError } from '@tegata/service-kit';
import { Command, InvalidArgumentError, Option } from 'commander';
import sharp from 'sharp';
import { type Evaluation, evaluationOf, type Measurements, measure, together } from './evaluate.ts';
import { ALL_ATTACK_KINDS, EVERY_ATTACK, type GenerateOptions, generateSet } from './generate/generate-set.ts';
import { detCurve } from './report/det-curve.ts';
import { textReport } from './report/text-report.ts';
import { EvaluationSet } from './set/evaluation-set.ts';
import { parseJson, SetError } from './set/fields.ts';
import { configuredMatchLimits } from './settings.ts';

const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`a whole number from ${least} to ${most} is wanted`);
  };

const attackKinds = (text: string): GenerateOptions['kinds'] => {
  const names = text.split(',');
  const unknown = names.find((name) => !Object.hasOwn(EVERY_ATTACK, name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${ALL_ATTACK_KINDS.join(', ')}`);
  return names as (keyof typeof EVERY_ATTACK)[];
};

const paths = (path: string, before: readonly string[] | undefined) => [...(before ?? []), resolve(path)];

const pictureFile = (file: string): string => {
  if (!/\.(svg|png)$/.test(file)) throw new InvalidArgumentError('the name ends in .svg or .png');
  return resolve(file);
};

interface Options {
  readonly set?: readonly string[];
  readonly from?: readonly string[];
  readonly json?: string;
  readonly det?: string;
  readonly workers: number;
  readonly strict?: true;
  readonly quiet?: true;
  readonly generate?: string;
  readonly genuine: number;
  readonly attacks: number;
  readonly kinds: GenerateOptions['kinds'];
  readonly heldSide: number;
  readonly seed: number;
  readonly portraits?: string;
  readonly people: number;
  readonly documents: number;
}

const program = new Command('evaluate')
  .usage('--set DIR ... | --from FILE ... | --generate DIR')
  .description(
    'Measures the identity verification over a folder of people, sessions, documents and chips whose truth is known, or renders such a ' +
      'folder. It judges with the engine, the worker pool and the limits of the authentication server.',
  )
  .optionsGroup('Measuring:')
  .option(
    '--set <folder>',
    'with manifest.json; several sets are measured as one, in which the same name is the same person',
    paths,
  )
  .option('--from <file>', 'instead of a set: what an earlier run wrote with --json; several are counted as one', paths)
  .option('--json <file>', 'where everything measured is written, each session with its checks', (file) =>
    resolve(file),
  )
  .option('--det <file>', 'where the curve of errors is drawn: .svg or .png', pictureFile)
  .option('--workers <number>', 'decisions at once; processor time is told for one only', wholeNumber(1, 64), 1)
  .option('--strict', 'ends with 1 where a promise is broken')
  .option('--quiet', 'tells nothing on the way')
  .optionsGroup('Rendering a set:')
  .option('--generate <folder>', 'a new or empty folder', (folder) => resolve(folder))
  .option(
    '--genuine <number>',
    'genuine sessions, and genuine documents beside attacks on them, photographed and held before the camera',
    wholeNumber(0, 10_000),
    25,
  )
  .option(
    '--attacks <number>',
    'sessions, pictures of documents, or documents held before the camera, of each kind of attack',
    wholeNumber(0, 10_000),
    25,
  )
  .addOption(
    new Option('--kinds <names>', 'kinds of attacks, with commas between')
      .argParser(attackKinds)
      .default(ALL_ATTACK_KINDS, 'all of them'),
  )
  .option(
    '--held-side <pixels>',
    'side of the frames of what is held before the camera in the light of a screen',
    wholeNumber(240, 1280),
    HELD_SIDE,
  )
  .option('--seed <number>', 'the same seed gives the same pictures', wholeNumber(0, 1_000_000), 1)
  .option('--portraits <folder>', 'more people: NNN_live.jpg and NNN_document.jpg of each', (folder) => resolve(folder))
  .option('--people <number>', 'people at most; those of --portraits come first', wholeNumber(2, 10_000), 10_000)
  .option(
    '--documents <number>',
    'people of whom a passport, a card, a good chip and an altered one are made',
    wholeNumber(0, 10_000),
    8,
  )
  .addHelpText(
    'after',
    `
Kinds of attacks:
${Object.entries(EVERY_ATTACK)
  .map(([kind, what]) => `  ${kind.padEnd(23)}${what}`)
  .join('\n')}

The bands of the match are read from TEGATA_MATCH_ACCEPT and TEGATA_MATCH_REFUSE, as the server reads them.
Ends with 0 when it has measured, 1 for a broken promise with --strict, 2 for options or sets that can't be used.
A session takes about two seconds of one core, rendering it three; a picture of a document as long, rendering one two to ten; a document
held before the camera three to seven, rendering one five to twenty. docs/ekyc-measurements.md has what was measured.

Examples:
  npx nx evaluate ekyc --generate .data/set --genuine 25 --attacks 25 --seed 7
  npx nx evaluate ekyc --set .data/set --json .data/evaluation.json --det .data/det.svg`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

/** Ends the program for a fault of whoever called it. */
function unusable(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

async function main(): Promise<void> {
  const options = program.parse().opts<Options>();
  const { set, from, generate, quiet } = options;
  if ([set, from, generate].filter((given) => given !== undefined).length !== 1) {
    program.error('one of --set, --from and --generate is wanted');
  }
  const progress = quiet ? () => {} : (text: string) => process.stderr.write(`${text}\n`);
  if (generate !== undefined) await render(generate, options, progress);
  else if (set !== undefined) await report(await measured(set, options, progress), options);
  else await report(together((from ?? []).map(earlier)), options);
}

async function render(directory: string, options: Options, progress: (text: string) => void): Promise<void> {
  const { genuine, attacks, kinds, heldSide, seed, portraits, people, documents } = options;
  const engine = await EkycEngine.start({ decisionDeadlineMs: 600_000 });
  try {
    const amount = { genuine, attacks, kinds, heldSide, people, documents };
    await generateSet(engine, { directory, ...amount, seed, portraits, progress });
  } finally {
    await engine.close();
  }
}

function measured(
  folders: readonly string[],
  { workers }: Options,
  progress: (text: string) => void,
): Promise<Measurements> {
  const matchLimits = configuredMatchLimits(process.env);
  const sets = folders.map((folder) => EvaluationSet.open(folder));
  return measure(sets, { matchLimits, workers, at: new Date(), progress });
}

/** What an earlier run has seen. */
function earlier(file: string): Measurements {
  let json: string;
  try {
    json = readFileSync(file, 'utf8');
  } catch {
    throw new SetError(file, 'can not be read');
  }
  const { measurements } = Object(parseJson(json, file)) as { measurements?: Measurements };
  if (measurements === undefined) throw new SetError(file, 'was not written by --json');
  return measurements;
}

async function report(measurements: Measurements, { json, det, strict }: Options): Promise<void> {
  const evaluation = evaluationOf(measurements);
  process.stdout.write(`${textReport(evaluation)}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ evaluation, measurements }, null, 1)}\n`);
  if (det !== undefined) await draw(det, evaluation, measurements);
  if (strict && evaluation.promises.some(({ kept }) => !kept)) process.exitCode = 1;
}

async function draw(
  file: string,
  { portraits, genuineSessions, matchLimits }: Evaluation,
  { comparisons }: Measurements,
): Promise<void> {
  const series = [
    ...(portraits === undefined ? [] : [{ name: 'photographs', distances: comparisons.portraits }]),
    ...(genuineSessions === undefined ? [] : [{ name: 'sessions', distances: comparisons.sessions }]),
  ];
  if (series.length === 0) return;
  const svg = detCurve(series, [matchLimits.accept, matchLimits.refuse]);
  writeFileSync(file, file.endsWith('.png') ? await sharp(Buffer.from(svg)).png().toBuffer() : svg);
}

try {
  await main();
} catch (error) {
  if (error instanceof SetError || error instanceof ConfigError) unusable(error.message);
  throw error;
}

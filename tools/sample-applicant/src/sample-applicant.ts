import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CapturedFrame, EkycEngine, type Prompt, SCREEN_COLOURS, type ScreenColour } from '@tegata/ekyc';
import { photograph } from './camera.ts';
import { issueSampleChip, type SampleChip } from './document-chip.ts';
import { buildHeadModel, type HeadModel } from './head-model.ts';
import { renderHead } from './head-renderer.ts';
import { drawIdentityDocument, identityDocumentDesign } from './identity-document.ts';
import { drawJapaneseCard, JAPANESE_CARDS } from './japanese-card.ts';
import { CAPTURE_NAMES, type CaptureName, placementsOf } from './motion.ts';
import { type InventedIdentity, SAMPLE_PEOPLE, SAMPLE_RESIDENT } from './people.ts';
import { type Picture, type Portrait, samplePortrait } from './portrait-photo.ts';
import { drawnPage, photographPage } from './printed-page.ts';
import { drawHeldConditions, type Held, photographHeld } from './recapture/held-document.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

/** An applicant, rendered: what a capture folder holds, in memory. */
export interface SampleApplicant {
  readonly identity: InventedIdentity;
  /** picture of the passport page, JPEG */
  readonly document: Uint8Array;
  /** chip of the passport */
  readonly chip: SampleChip;
  /** camera frames of each motion, from the middle and back, JPEGs of 480 x 480 pixels */
  readonly captures: Readonly<Record<CaptureName, readonly Uint8Array[]>>;
  /** camera frames looking straight, lit by each colour of a screen */
  readonly lit: Readonly<Record<ScreenColour, Uint8Array>>;
  /** camera frames of the document that is held before the camera, lit by each colour; where they were asked for */
  readonly documentLit?: Readonly<Record<ScreenColour, Uint8Array>>;
  /** the same of a screen that shows the document in its place */
  readonly screenLit?: Readonly<Record<ScreenColour, Uint8Array>>;
}

/** What can be held before the camera while the screen lights it. */
export const HELD_TO_BE_LIT = ['document', 'screen'] as const;

export type HeldToBeLit = (typeof HELD_TO_BE_LIT)[number];

/** Documents beside the passport: the same one out of date, and the Japanese cards of {@link SAMPLE_RESIDENT}. */
export const MORE_DOCUMENTS = ['expired', ...JAPANESE_CARDS] as const;

export type MoreDocument = (typeof MORE_DOCUMENTS)[number];

/** What to render. */
export interface RenderOptions {
  /** whom, by the place in {@link SAMPLE_PEOPLE} */
  readonly person: number;
  /** the same seed gives the same pictures; keys of the chip are new each time */
  readonly seed: number;
  /** finds the face in the photograph; one is started, and closed again, when none is given */
  readonly engine?: EkycEngine;
  /**
   * where to write `document.jpg`, the folder `chip` with its files, `csca` with the certificate it is believed by, and the folders
   * `straight`, `left`, `right`, `up`, `down`, `colours`, and `document-colours` and `screen-colours` where they are asked for; nowhere when absent
   */
  readonly outDir?: string;
  /** what is held before the camera while the screen lights it; nothing when absent */
  readonly documentLight?: readonly HeldToBeLit[];
  /** what else is drawn with the same portrait, into the folder `documents`, by these names */
  readonly moreDocuments?: readonly MoreDocument[];
}

/**
 * Renders a person who applies for a contract. Three seconds or so. The pictures look like a person's: they are written to
 * the folder given and nowhere else. Throws RangeError for a person there is not.
 */
export async function renderSampleApplicant(options: RenderOptions): Promise<SampleApplicant> {
  const person = SAMPLE_PEOPLE[options.person];
  if (person === undefined) throw new RangeError(`there are ${SAMPLE_PEOPLE.length} people, counted from 0`);
  const engine = options.engine ?? (await EkycEngine.start());
  try {
    const portrait = await samplePortrait(person, engine);
    const applicant = await renderApplicant(portrait, person.identity, options.seed, options.documentLight);
    if (options.outDir !== undefined) await writeApplicant(applicant, options.outDir);
    if (options.outDir !== undefined && options.moreDocuments) {
      await writeMoreDocuments(portrait, person.identity, { ...options, outDir: options.outDir });
    }
    return applicant;
  } finally {
    if (options.engine === undefined) await engine.close();
  }
}

/** Renders the applicant who has this face and this identity. */
export async function renderApplicant(
  portrait: Portrait,
  identity: InventedIdentity,
  seed: number,
  documentLight: readonly HeldToBeLit[] = [],
): Promise<SampleApplicant> {
  const model = buildHeadModel(portrait);
  const captures = {} as Record<CaptureName, readonly Uint8Array[]>;
  for (const name of CAPTURE_NAMES) captures[name] = await renderCapture(model, portrait, name, seed);
  const lit = await renderLit(model, portrait, seed);
  const random = seededRandom(seed, 'document');
  const photo = documentPhoto(portrait, random, model);
  const chip = await issueSampleChip(identity, photo);
  const design = identityDocumentDesign(identity);
  const page = await drawnPage(design, photo, random);
  const document = await photographPage(page, design, random);
  return {
    ...{ identity, document, chip, captures, lit },
    ...(documentLight.includes('document') && { documentLit: await renderHeld('document', page, seed) }),
    ...(documentLight.includes('screen') && { screenLit: await renderHeld('screen', page, seed) }),
  };
}

/** The frames in which a screen lights the passport's page, or another screen that shows it. */
async function renderHeld(held: Held, picture: Uint8Array, seed: number): Promise<Record<ScreenColour, Uint8Array>> {
  const random = seededRandom(seed, 'document light');
  const page = { picture, width: 125, height: 88 };
  const colours = Object.keys(SCREEN_COLOURS) as ScreenColour[];
  const frames = await photographHeld(held, page, colours, drawHeldConditions(page.width, random), random);
  return Object.fromEntries(colours.map((colour, k) => [colour, frames[k]])) as Record<ScreenColour, Uint8Array>;
}

/** The frames of one capture folder. */
async function renderCapture(
  model: HeadModel,
  portrait: Portrait,
  name: CaptureName,
  seed: number,
): Promise<Uint8Array[]> {
  const random = seededRandom(seed, name);
  const frames: Uint8Array[] = [];
  for (const placement of placementsOf(name, model.pose, random)) {
    frames.push(await photograph(renderHead(model, portrait.picture, placement), random));
  }
  return frames;
}

/** Light of a bright screen at arm's length against that of a room, by how bright the room is. */
const SCREEN_STRENGTH = { least: 0.08, most: 0.25 } as const;
/** How far white balance wanders while the screen changes. */
const BALANCE = 0.015;

/** The frames in which a screen lights the face, one for each colour. */
async function renderLit(
  model: HeadModel,
  portrait: Portrait,
  seed: number,
): Promise<Record<ScreenColour, Uint8Array>> {
  const random = seededRandom(seed, 'screen light');
  const strength = random.between(SCREEN_STRENGTH.least, SCREEN_STRENGTH.most);
  const frames = {} as Record<ScreenColour, Uint8Array>;
  for (const [name, colour] of Object.entries(SCREEN_COLOURS) as [ScreenColour, [number, number, number]][]) {
    const [placement] = placementsOf('straight', model.pose, random);
    const view = renderHead(model, portrait.picture, placement!, portrait.picture, { colour, strength });
    frames[name] = await photograph(view, random, BALANCE);
  }
  return frames;
}

/** The document's portrait was taken on another day: head held otherwise, so that it is not one of the frames again. */
export function documentPhoto(portrait: Portrait, random: SeededRandom, model = buildHeadModel(portrait)): Picture {
  return renderHead(model, portrait.picture, {
    yaw: -0.35 * model.pose.yaw + random.between(-2, 2),
    pitch: 0.1 * model.pose.pitch,
    roll: random.between(-1.5, 1.5),
    shiftX: 0,
    shiftY: 0,
    scale: 1,
  });
}

/** Writes the pictures into a capture folder, frames numbered from 00 in the order they are taken. */
async function writeApplicant(applicant: SampleApplicant, outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await writeFile(join(outDir, 'document.jpg'), applicant.document);
  await writeChip(applicant.chip, outDir);
  await writeLit(applicant.lit, join(outDir, 'colours'));
  if (applicant.documentLit) await writeLit(applicant.documentLit, join(outDir, 'document-colours'));
  if (applicant.screenLit) await writeLit(applicant.screenLit, join(outDir, 'screen-colours'));
  for (const name of CAPTURE_NAMES) {
    await mkdir(join(outDir, name), { recursive: true });
    for (const [k, frame] of applicant.captures[name].entries()) {
      await writeFile(join(outDir, name, `${String(k).padStart(2, '0')}.jpg`), frame);
    }
  }
}

async function writeLit(lit: SampleApplicant['lit'], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, frame] of Object.entries(lit)) await writeFile(join(folder, `${name}.jpg`), frame);
}

/** Further documents, with the portrait of the applicant. */
async function writeMoreDocuments(
  portrait: Portrait,
  identity: InventedIdentity,
  { seed, outDir, moreDocuments = [] }: RenderOptions & { readonly outDir: string },
): Promise<void> {
  const photo = documentPhoto(portrait, seededRandom(seed, 'document'));
  const folder = join(outDir, 'documents');
  await mkdir(folder, { recursive: true });
  const expired = { ...identity, issueDate: '2010-03-01', expiryDate: '2020-03-01' };
  for (const name of moreDocuments) {
    const random = seededRandom(seed, name);
    const picture =
      name === 'expired'
        ? await drawIdentityDocument(expired, photo, random)
        : await drawJapaneseCard(name, SAMPLE_RESIDENT, photo, random);
    await writeFile(join(folder, `${name}.jpg`), picture);
  }
}

/** The chip's files as `tegata contract apply --chip` takes them, and the CSCA as `TEGATA_CSCA_FOLDER` does. */
async function writeChip({ files, csca }: SampleChip, outDir: string): Promise<void> {
  await mkdir(join(outDir, 'chip'), { recursive: true });
  await mkdir(join(outDir, 'csca'), { recursive: true });
  await writeFile(join(outDir, 'chip', 'EF_SOD.bin'), files.sod);
  await writeFile(join(outDir, 'chip', 'EF_DG1.bin'), files.dg1);
  await writeFile(join(outDir, 'chip', 'EF_DG2.bin'), files.dg2);
  await writeFile(join(outDir, 'csca', 'utopia.cer'), csca);
}

/** Milliseconds between frames: five a second. */
const FRAME_INTERVAL_MS = 200;

/** The capture that answers a challenge: looking straight, then each motion in order. */
export function captureFor(applicant: SampleApplicant, prompts: readonly Prompt[]): CapturedFrame[] {
  return inOrder(
    applicant.captures.straight,
    prompts.map((prompt) => applicant.captures[prompt]),
  );
}

/** A capture with the frames that answer colours of the screen at its end. */
export function withColours(
  frames: readonly CapturedFrame[],
  colours: readonly ScreenColour[],
  lit: SampleApplicant['lit'],
): CapturedFrame[] {
  const promptIndex = Math.max(...frames.map((frame) => frame.promptIndex)) + 1;
  const begin = (frames.at(-1)?.capturedAtMs ?? 0) + FRAME_INTERVAL_MS;
  const last = colours.map((colour, colourIndex) => ({
    octets: lit[colour],
    promptIndex,
    colourIndex,
    capturedAtMs: begin + colourIndex * FRAME_INTERVAL_MS,
  }));
  return [...frames, ...last];
}

/** Frames looking straight and frames of each motion, as one capture at five frames a second. */
export function inOrder(straight: readonly Uint8Array[], motions: readonly (readonly Uint8Array[])[]): CapturedFrame[] {
  return [straight, ...motions]
    .flatMap((frames, part) => frames.map((octets) => ({ octets, promptIndex: part - 1 })))
    .map((frame, k) => ({ ...frame, capturedAtMs: k * FRAME_INTERVAL_MS }));
}

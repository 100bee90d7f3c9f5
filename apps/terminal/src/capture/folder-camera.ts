import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileError, type PictureLimits, readPicture } from '../evidence/picture-file.ts';
import { TerminalError } from '../terminal-error.ts';
import type { Camera, Colour, LitSubject, Motion, ShownPrompt, TakenFrame } from './camera.ts';
import { sideOf } from './frame-quality.ts';

/** What tegata.authentication.v1.CaptureFrame accepts as an image. */
const frameLimits: PictureLimits = { maxOctets: 524_288, kinds: ['JPEG'] };
/** Frames of one prompt have at most so many octets together: sealed, they have to fit into 6 MiB with everything else. */
const maxPromptOctets = 6_000_000;
/** Pictures in a folder have no times; they are taken to be this far apart (5 frames a second), in milliseconds. */
export const frameIntervalMs = 200;

/** Subfolders of a capture folder: `straight`, and one for each motion. */
const motions: readonly Motion[] = ['left', 'right', 'up', 'down'];
/** Subfolders of what a screen lights. */
const litFolders: Readonly<Record<LitSubject, string>> = { face: 'colours', document: 'document-colours' };
/** Colours of `colours/NAME.jpg`. */
const colours: readonly Colour[] = ['red', 'green', 'blue', 'cyan', 'magenta', 'yellow'];

/**
 * A folder of frames in place of a camera: each prompt is answered with the JPEG files of its subfolder, in the order of
 * their names. The folder is ready at once, and its person does not see the prompts.
 *
 * Errors: FRAMES_MISSING for a subfolder without enough JPEG files or a folder of colours that is not there, FRAMES_TOO_MANY, FRAMES_TOO_LARGE, and those of readPicture.
 */
export function folderCamera(directory: string): Camera {
  return {
    open: async () => {
      let taken = 0;
      return {
        answer: async (prompt) =>
          framesFor(directory, prompt).map((frame) => ({ ...frame, takenAtMs: taken++ * frameIntervalMs })),
        close: async () => undefined,
      };
    },
    documentSide: async () => {
      if (!existsSync(join(directory, litFolders.document))) return undefined;
      const frames = read(directory, framesOf(directory, litFolders.document, 1));
      const sides = await Promise.all(frames.map(({ jpeg }) => sideOf(jpeg)));
      const known = sides.filter((side) => side !== undefined);
      return known.length === 0 ? undefined : Math.min(...known);
    },
  };
}

/** Looks whether a capture folder can answer every prompt, before a contract is applied for. Errors of folderCamera. */
export function checkCaptureFolder(directory: string): void {
  const prompt = { promptNumber: 0, promptsTotal: 1, deadline: undefined };
  framesFor(directory, { ...prompt, ask: { kind: 'straight' }, minFrames: 3, maxFrames: 10 });
  for (const motion of motions)
    framesFor(directory, { ...prompt, ask: { kind: 'motion', motion }, minFrames: 1, maxFrames: 12 });
  // Whether colours are asked is the authentication server's to say: a folder without them may do.
  for (const subject of ['face', 'document'] as const) {
    if (!existsSync(join(directory, litFolders[subject]))) continue;
    framesFor(directory, { ...prompt, ask: { kind: 'colours', subject, colours }, minFrames: 1, maxFrames: 3 });
  }
}

type Untimed = Omit<TakenFrame, 'takenAtMs'>;

function framesFor(directory: string, { ask, minFrames, maxFrames }: ShownPrompt): Untimed[] {
  switch (ask.kind) {
    case 'straight':
      // A folder may have more than are wanted: people stand before a camera longer than they move.
      return read(directory, framesOf(directory, 'straight', minFrames).slice(0, minFrames));
    case 'motion': {
      const paths = framesOf(directory, ask.motion, 1);
      if (paths.length > maxFrames) throw tooMany(join(directory, ask.motion), paths.length, maxFrames);
      return read(directory, paths);
    }
    case 'colours':
      return ask.colours.flatMap((colour, k) => litBy(directory, litFolders[ask.subject], colour, k + 1, maxFrames));
  }
}

/** Frames lit by one colour: `colours/red.jpg`, or several that begin with the colour's name. */
function litBy(directory: string, folder: string, colour: Colour, colourNumber: number, maxFrames: number): Untimed[] {
  if (!existsSync(join(directory, folder))) throw colourFolderMissing(directory, folder);
  const lit = framesOf(directory, folder, 1).filter((path) => basename(path).startsWith(colour));
  if (lit.length > maxFrames) throw tooMany(join(directory, folder), lit.length, maxFrames);
  if (lit.length > 0) return read(directory, lit).map((frame) => ({ ...frame, colourNumber }));
  const message = `${join(directory, folder)} has no frame lit by a ${colour} screen (${colour}.jpg).`;
  throw new TerminalError('not-found', 'FRAMES_MISSING', message);
}

function read(directory: string, paths: readonly string[]): Untimed[] {
  const frames = paths.map((path) => ({ jpeg: readPicture(path, frameLimits), colourNumber: 0 }));
  const octets = frames.reduce((sum, { jpeg }) => sum + jpeg.length, 0);
  if (octets <= maxPromptOctets) return frames;
  throw new TerminalError(
    'invalid',
    'FRAMES_TOO_LARGE',
    `The frames of ${directory} for one prompt have ${octets} octets, more than the ${maxPromptOctets} allowed.`,
  );
}

/** Unlike a motion's folder, one of colours may be left out until the authentication server turns out to ask for it. */
function colourFolderMissing(directory: string, folder: string): TerminalError {
  const subject = folder === litFolders.document ? 'document' : 'face';
  const message = `The authentication server asks for the ${subject} in the light of a screen, and ${directory} has no folder ${folder}/ (red.jpg, green.jpg, ...).`;
  return new TerminalError('not-found', 'FRAMES_MISSING', message);
}

function tooMany(folder: string, found: number, most: number): TerminalError {
  return new TerminalError(
    'invalid',
    'FRAMES_TOO_MANY',
    `${folder} has ${found} frames; a prompt is answered with at most ${most}.`,
  );
}

/** `2.jpg` is before `10.jpg`. */
const byName = new Intl.Collator('en', { numeric: true }).compare;

/** Paths of the JPEG files of a subfolder, in order of their names. */
function framesOf(directory: string, folder: string, least: number): string[] {
  const path = join(directory, folder);
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
  const frames = names.filter((name) => /^[^.].*\.jpe?g$/i.test(name)).sort(byName);
  if (frames.length < least) {
    throw new TerminalError(
      'not-found',
      'FRAMES_MISSING',
      `${path} has ${frames.length} JPEG files (*.jpg); at least ${least} are needed.`,
    );
  }
  return frames.map((name) => join(path, name));
}

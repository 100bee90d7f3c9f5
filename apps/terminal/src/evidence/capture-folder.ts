import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HeadMotion, type IdPhotoFrame } from '@tegata/contracts/authentication-v1';
import { TerminalError } from '../terminal-error.ts';
import { fileError, type PictureLimits, readPicture } from './picture-file.ts';

/** What tegata.authentication.v1.IdPhotoFrame accepts as an image. */
export const frameLimits: PictureLimits = { maxOctets: 524_288, kinds: ['JPEG'] };
/** Most frames of an ID photo. */
export const maxFrames = 120;
/** Most octets of all frames of an ID photo together: the sealed ID photo has at most 6 MiB with everything else in it. */
export const maxPhotoOctets = 6_000_000;
/** Frames looking straight that begin an ID photo. */
export const straightFrames = 3;
/** Pictures in a folder have no times; they are taken to be this far apart (5 frames a second), in milliseconds. */
export const frameIntervalMs = 200;

/** Subfolder of a capture folder for each motion. */
const folderOfMotion: Readonly<Record<HeadMotion, string | undefined>> = {
  [HeadMotion.UNSPECIFIED]: undefined,
  [HeadMotion.LEFT]: 'left',
  [HeadMotion.RIGHT]: 'right',
  [HeadMotion.UP]: 'up',
  [HeadMotion.DOWN]: 'down',
};

/** What a person is told to do for a motion. */
export const motionInWords: Readonly<Record<HeadMotion, string>> = {
  [HeadMotion.UNSPECIFIED]: 'move the head',
  [HeadMotion.LEFT]: 'turn the head to your left',
  [HeadMotion.RIGHT]: 'turn the head to your right',
  [HeadMotion.UP]: 'lift the chin',
  [HeadMotion.DOWN]: 'lower the chin',
};

/**
 * S18: takes the frames of an ID photo from a capture folder: three looking straight (motion number 0), then those of each
 * motion asked, in the order asked (motion numbers 1, 2, ..).
 *
 * Errors: FRAMES_MISSING for a subfolder without enough JPEG files, FRAMES_TOO_MANY, MOTION_UNKNOWN, and those of readPicture.
 */
export function takeIdPhoto(directory: string, motions: readonly HeadMotion[]): IdPhotoFrame[] {
  const straight = framesOf(directory, 'straight', straightFrames).slice(0, straightFrames);
  const sequence = [straight, ...motions.map((motion) => framesOf(directory, motionFolder(motion), 1))];
  const files = sequence.flatMap((paths, motionNumber) => paths.map((path) => ({ path, motionNumber })));
  if (files.length > maxFrames) {
    throw new TerminalError(
      'invalid',
      'FRAMES_TOO_MANY',
      `${directory} gives ${files.length} frames for the motions asked; an ID photo has at most ${maxFrames}.`,
    );
  }
  const frames = files.map(({ path, motionNumber }, index) => ({
    image: Buffer.from(readPicture(path, frameLimits)),
    motionNumber,
    capturedAtMs: index * frameIntervalMs,
  }));
  const octets = frames.reduce((sum, { image }) => sum + image.length, 0);
  if (octets > maxPhotoOctets) {
    throw new TerminalError(
      'invalid',
      'FRAMES_TOO_LARGE',
      `The frames of ${directory} for the motions asked have ${octets} octets, more than the ${maxPhotoOctets} allowed.`,
    );
  }
  return frames;
}

/** Looks whether a capture folder can answer every motion, before a contract is applied for. Errors of takeIdPhoto. */
export function checkCaptureFolder(directory: string): void {
  for (const motion of [HeadMotion.LEFT, HeadMotion.RIGHT, HeadMotion.UP, HeadMotion.DOWN]) {
    takeIdPhoto(directory, [motion]);
  }
}

function motionFolder(motion: HeadMotion): string {
  const folder = folderOfMotion[motion];
  if (folder !== undefined) return folder;
  throw new TerminalError(
    'internal',
    'MOTION_UNKNOWN',
    `This terminal doesn't know the motion ${motion} it was asked for.`,
  );
}

/** Paths of the JPEG files of a subfolder, in order of their names. */
function framesOf(directory: string, folder: string, least: number): string[] {
  const path = join(directory, folder);
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
  const frames = names.filter((name) => /^[^.].*\.jpe?g$/i.test(name)).sort();
  if (frames.length < least) {
    throw new TerminalError(
      'not-found',
      'FRAMES_MISSING',
      `${path} has ${frames.length} JPEG files (*.jpg); at least ${least} are needed.`,
    );
  }
  return frames.map((name) => join(path, name));
}

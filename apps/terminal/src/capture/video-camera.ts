import { statSync } from 'node:fs';
import sharp from 'sharp';
import { fileError } from '../evidence/picture-file.ts';
import { TerminalError } from '../terminal-error.ts';
import type { Ask, Camera, OpenCamera, ShownPrompt, TakenFrame } from './camera.ts';
import {
  pictureSide,
  picturesPerSecond,
  type RawPicture,
  requireFfmpeg,
  type VideoInput,
  VideoStream,
} from './ffmpeg.ts';
import type { PersonScreen } from './person-screen.ts';
import { ScreenGuide } from './screen-guide.ts';

/**
 * Pictures of a live camera that are passed over: after a prompt, while the person reads it and begins to move; while they take a document up; and after a colour is
 * shown, which the window has to draw and the camera to see, whose pictures come up to two later than they were taken.
 */
const passedOver = { reading: picturesPerSecond, takingUp: 6 * picturesPerSecond, lighting: 3 } as const;
/** A camera or video that has given no picture after so many milliseconds gives none. */
const mostPatienceMs = 15_000;
/** Frames taken for each kind of prompt, within what is asked for; of colours for each of them. */
const wanted = { straight: 4, motion: 9, colours: 1 } as const;

/** Looks whether a camera of Video4Linux can be used. CAMERA_MISSING, FFMPEG_MISSING. */
export function checkVideoDevice(device: string, program = 'ffmpeg'): void {
  if (!statSync(device, { throwIfNoEntry: false })?.isCharacterDevice()) {
    throw new TerminalError('not-found', 'CAMERA_MISSING', `There is no camera at ${device}.`);
  }
  requireFfmpeg(program);
}

/** Looks whether a recording can be used. FILE_NOT_FOUND, FILE_UNREADABLE, FFMPEG_MISSING. */
export function checkRecording(path: string, program = 'ffmpeg'): void {
  try {
    if (!statSync(path).isFile()) throw new TerminalError('invalid', 'FILE_UNREADABLE', `${path} is not a file.`);
  } catch (error) {
    throw error instanceof TerminalError ? error : fileError(path, error);
  }
  requireFfmpeg(program);
}

/**
 * A camera of Video4Linux. The screen beside it guides the person and lights them; without one they read the prompts where the command tells them, and a prompt for
 * colours ends with COLOURS_NOT_SHOWN. Errors: CAMERA_FAILED.
 */
export function deviceCamera(
  device: string,
  screen: PersonScreen | undefined,
  program = 'ffmpeg',
  patienceMs = mostPatienceMs,
): Camera {
  return {
    open: async (signal) => {
      const stream = new VideoStream(program, { kind: 'live', device });
      const first = await firstPicture(stream, signal, patienceMs);
      const guide = screen && new ScreenGuide(screen);
      try {
        await guide?.begin(signal);
      } catch (error) {
        await stream.close();
        throw error;
      }
      return opened(stream, first, { kind: 'live', guide });
    },
    documentSide: (signal) => sideOfFirst(new VideoStream(program, { kind: 'live', device }), signal, patienceMs),
  };
}

/**
 * A recording in place of a camera: its frames are taken in order, whatever is asked. It can't follow prompts that are drawn after
 * it was made. Errors: FRAMES_MISSING where it ends too early, CAMERA_FAILED.
 */
export function recordingCamera(path: string, program = 'ffmpeg'): Camera {
  return {
    open: async (signal) => {
      const stream = new VideoStream(program, { kind: 'recording', path });
      return opened(stream, await firstPicture(stream, signal), { kind: 'recording' });
    },
    documentSide: (signal) => sideOfFirst(new VideoStream(program, { kind: 'recording', path }), signal),
  };
}

async function sideOfFirst(stream: VideoStream, signal: AbortSignal, patienceMs?: number): Promise<number> {
  const { side } = await firstPicture(stream, signal, patienceMs);
  await stream.close();
  return side;
}

/** What can't be opened at all is said before the capture is begun, which would use up a try. */
async function firstPicture(
  stream: VideoStream,
  signal: AbortSignal,
  patienceMs = mostPatienceMs,
): Promise<RawPicture> {
  const late = AbortSignal.timeout(patienceMs);
  try {
    const picture = await stream.next(AbortSignal.any([signal, late])).catch((error: unknown) => {
      throw error === late.reason ? noPicture(patienceMs) : error;
    });
    if (picture !== undefined) return picture;
    throw new TerminalError('invalid', 'CAMERA_FAILED', 'The video has no picture, or is too short to give one.');
  } catch (error) {
    await stream.close();
    throw error;
  }
}

function noPicture(patienceMs: number): TerminalError {
  const message = `There was no picture in ${patienceMs / 1000} seconds. Does another program use the camera?`;
  return new TerminalError('precondition', 'CAMERA_FAILED', message);
}

function opened(
  stream: VideoStream,
  first: RawPicture,
  { kind, guide }: { readonly kind: VideoInput['kind']; readonly guide?: ScreenGuide | undefined },
): OpenCamera {
  const openedAt = performance.now();
  let [pending, taken, lastAtMs]: [RawPicture | undefined, number, number] = [first, 0, -1];
  const next = async (signal: AbortSignal): Promise<RawPicture> => {
    const picture = pending ?? (await stream.next(signal));
    pending = undefined;
    if (picture !== undefined) return picture;
    const message = `The video ended after ${taken === 1 ? '1 frame' : `${taken} frames`}, before everything was answered.`;
    throw new TerminalError('invalid', 'FRAMES_MISSING', message);
  };
  const time = (): number => {
    // Pictures of a recording are as far apart as they were taken; of a camera, as they come.
    const now = kind === 'recording' ? (taken * 1000) / picturesPerSecond : Math.round(performance.now() - openedAt);
    taken++;
    lastAtMs = Math.max(lastAtMs + 1, now);
    return lastAtMs;
  };
  const passOver = async (pictures: number, signal: AbortSignal): Promise<void> => {
    pending = undefined;
    stream.forget();
    for (let passed = 0; passed < pictures; passed++) await next(signal);
  };
  return {
    answer: async (prompt, signal) => {
      const { ask } = prompt;
      const colours = kind === 'live' && ask.kind === 'colours' ? ask.colours : [];
      if (kind === 'live') {
        if (colours.length > 0 && guide === undefined) throw coloursNotShown();
        await guide?.prompt(prompt, signal);
        await passOver(isOfDocument(ask) ? passedOver.takingUp : passedOver.reading, signal);
      }
      const frames: TakenFrame[] = [];
      for (const colourNumber of placesOf(prompt)) {
        const colour = colours[colourNumber - 1];
        if (colour !== undefined && colourNumber !== frames.at(-1)?.colourNumber) {
          await guide?.colour(colour, signal);
          await passOver(passedOver.lighting, signal);
        }
        const picture = await next(signal);
        const takenAtMs = time();
        frames.push({ jpeg: await encoded(picture, ask), takenAtMs, colourNumber });
      }
      await guide?.taken(prompt, signal);
      return frames;
    },
    close: async () => {
      await stream.close();
      guide?.end();
    },
  };
}

/** For each frame of a prompt the colour it is for, 0 for none. */
function placesOf({ ask, minFrames, maxFrames }: ShownPrompt): number[] {
  const count = Math.min(maxFrames, Math.max(minFrames, wanted[ask.kind]));
  if (ask.kind !== 'colours') return Array.from({ length: count }, () => 0);
  return ask.colours.flatMap((_, k) => Array.from({ length: count }, () => k + 1));
}

/** A face is brought to one size; of a document the terminal looks at how many pixels the camera has. */
async function encoded({ side, rgb }: RawPicture, ask: Ask): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
    .resize(isOfDocument(ask) ? side : pictureSide)
    .jpeg({ quality: 88 })
    .toBuffer();
}

function isOfDocument(ask: Ask): boolean {
  return ask.kind === 'colours' && ask.subject === 'document';
}

function coloursNotShown(): TerminalError {
  const message =
    'The light of the screen is asked for, and this camera has none beside it: the command does not run in a window that it can fill with colours.';
  return new TerminalError('precondition', 'COLOURS_NOT_SHOWN', message);
}

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

/** Pictures passed over after a prompt, while the person reads it and begins to move. */
const reading = picturesPerSecond;
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
 * A camera of Video4Linux. The person reads the prompts where the command tells them; nothing shows colours, so a prompt for
 * them ends with COLOURS_NOT_SHOWN. Errors: CAMERA_FAILED.
 */
export function deviceCamera(device: string, program = 'ffmpeg'): Camera {
  return {
    open: async (signal) => {
      const stream = new VideoStream(program, { kind: 'live', device });
      return opened(stream, 'live', await firstPicture(stream, signal));
    },
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
      return opened(stream, 'recording', await firstPicture(stream, signal));
    },
  };
}

/** What can't be opened at all is said before the capture is begun, which would use up a try. */
async function firstPicture(stream: VideoStream, signal: AbortSignal): Promise<RawPicture> {
  try {
    const picture = await stream.next(signal);
    if (picture !== undefined) return picture;
    throw new TerminalError('invalid', 'CAMERA_FAILED', 'The video has no picture, or is too short to give one.');
  } catch (error) {
    stream.close();
    throw error;
  }
}

function opened(stream: VideoStream, kind: VideoInput['kind'], first: RawPicture): OpenCamera {
  const openedAt = performance.now();
  let [pending, taken, lastAtMs]: [RawPicture | undefined, number, number] = [first, 0, -1];
  const next = async (signal: AbortSignal): Promise<RawPicture> => {
    const picture = pending ?? (await stream.next(signal));
    pending = undefined;
    if (picture !== undefined) return picture;
    const message = `The video ended after ${taken} frames, before everything was answered.`;
    throw new TerminalError('invalid', 'FRAMES_MISSING', message);
  };
  const time = (): number => {
    // Pictures of a recording are as far apart as they were taken; of a camera, as they come.
    const now = kind === 'recording' ? (taken * 1000) / picturesPerSecond : Math.round(performance.now() - openedAt);
    taken++;
    lastAtMs = Math.max(lastAtMs + 1, now);
    return lastAtMs;
  };
  return {
    answer: async (prompt, signal) => {
      if (kind === 'live') {
        if (prompt.ask.kind === 'colours') throw coloursNotShown();
        pending = undefined;
        stream.forget();
        for (let passed = 0; passed < reading; passed++) await next(signal);
      }
      const frames: TakenFrame[] = [];
      for (const colourNumber of placesOf(prompt)) {
        const picture = await next(signal);
        const takenAtMs = time();
        frames.push({ jpeg: await encoded(picture, prompt.ask), takenAtMs, colourNumber });
      }
      return frames;
    },
    close: async () => stream.close(),
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
  const isDocument = ask.kind === 'colours' && ask.subject === 'document';
  return sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
    .resize(isDocument ? side : pictureSide)
    .jpeg({ quality: 88 })
    .toBuffer();
}

function coloursNotShown(): TerminalError {
  const message = 'The light of the screen is asked for, and this camera has no screen beside it: use --camera page.';
  return new TerminalError('precondition', 'COLOURS_NOT_SHOWN', message);
}

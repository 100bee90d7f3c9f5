import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { TerminalError } from '../terminal-error.ts';

/** Side of the square pictures that are taken, pixels; a camera that has fewer gives what it has. */
export const pictureSide = 480;
/** Pictures a second. */
export const picturesPerSecond = 5;

/** A square picture, not mirrored. */
export interface RawPicture {
  /** pixels each way, at most `pictureSide` */
  readonly side: number;
  /** 8-bit sRGB, three octets a pixel, rows from the top */
  readonly rgb: Uint8Array;
}

/** Kinds of files that are opened: those whose names stand in docs/terminal.md. MJPEG is either of two, by what it begins with. */
const formats = 'mov,matroska,avi,mpegts,mjpeg,jpeg_pipe,ogg,yuv4mpegpipe';

/** Pictures of a recording that are decoded ahead. */
const ahead = 8;

/** Where pictures come from. */
export type VideoInput =
  /** a camera of Video4Linux: only the newest picture is of interest */
  | { readonly kind: 'live'; readonly device: string }
  /** a recording: each picture counts, in order */
  | { readonly kind: 'recording'; readonly path: string };

/** FFMPEG_MISSING unless the program can be started. */
export function requireFfmpeg(program: string): void {
  const { error, status } = spawnSync(program, ['-hide_banner', '-version'], { stdio: 'ignore', timeout: 20_000 });
  if (error === undefined && status === 0) return;
  const message = `"${program}" can't be started: cameras v4l2: and file: need ffmpeg, which is not part of Tegata.`;
  throw new TerminalError('precondition', 'FFMPEG_MISSING', message, { cause: error });
}

/**
 * The program's arguments. No shell sees them; a path stands behind `file:`, so that it is neither an option nor the address of
 * something else, and what lies there is opened as a video and not as a list of other files to open.
 */
export function ffmpegArguments(input: VideoInput): string[] {
  const source =
    input.kind === 'live'
      ? ['-f', 'v4l2', '-i', input.device]
      : [...['-protocol_whitelist', 'file', '-format_whitelist', formats], ...['-i', `file:${input.path}`]];
  const square = `crop='min(iw,ih)':'min(iw,ih)'`;
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
    ...source,
    ...['-map', '0:v:0', '-an', '-sn', '-dn', '-vf'],
    `fps=${picturesPerSecond},${square},scale='min(iw,${pictureSide})':'min(ih,${pictureSide})'`,
    // Each picture begins with its size.
    ...['-c:v', 'ppm', '-f', 'image2pipe', 'pipe:1'],
  ];
}

/** Pictures of a camera or recording, decoded by ffmpeg, a program of its own. */
export class VideoStream {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #live: boolean;
  readonly #waiting: RawPicture[] = [];
  #unread: Buffer = Buffer.alloc(0);
  #said = '';
  #ended = false;
  #failure: TerminalError | undefined;
  #wake: (() => void) | undefined;

  constructor(program: string, input: VideoInput) {
    this.#live = input.kind === 'live';
    this.#child = spawn(program, ffmpegArguments(input), { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (octets: Buffer) => this.#take(octets));
    this.#child.stderr.on('data', (octets: Buffer) => {
      this.#said = (this.#said + octets.toString('utf8')).slice(-2000);
    });
    this.#child.on('error', (cause) => this.#end(failed('it can not be started', cause)));
    this.#child.on('close', (status) => {
      this.#end(status === 0 ? undefined : failed(inShort(this.#said) || `it ended with ${status}`));
    });
  }

  /** The next picture; of a camera the newest one. Undefined after the last. CAMERA_FAILED; the signal's reason. */
  async next(signal: AbortSignal): Promise<RawPicture | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const picture = this.#waiting.shift();
      if (picture !== undefined) {
        if (this.#waiting.length < ahead) this.#child.stdout.resume();
        return picture;
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        signal.addEventListener('abort', wake);
        this.#wake = wake;
      });
    }
  }

  /** Passes over what was seen so far: the next picture is one taken from now on. */
  forget(): void {
    this.#waiting.length = 0;
  }

  /** Ends the program. Resolves when it is gone, and the camera with it free. */
  async close(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child;
    const gone = pid === undefined || exitCode !== null || signalCode !== null ? undefined : once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    this.#child.stdout.destroy();
    await gone;
  }

  #take(octets: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, octets]);
    for (;;) {
      const [header, side] = /^P6\n\d+ (\d+)\n255\n/.exec(this.#unread.toString('latin1', 0, 32)) ?? [];
      if (header === undefined) break;
      const end = header.length + 3 * Number(side) ** 2;
      if (this.#unread.length < end) break;
      if (this.#live) this.forget();
      this.#waiting.push({ side: Number(side), rgb: this.#unread.subarray(header.length, end) });
      this.#unread = this.#unread.subarray(end);
    }
    if (!this.#live && this.#waiting.length >= ahead) this.#child.stdout.pause();
    if (this.#waiting.length > 0) this.#wake?.();
  }

  #end(failure: TerminalError | undefined): void {
    this.#failure ??= failure;
    this.#ended = true;
    this.#wake?.();
  }
}

/** The cause, which is said first, and what could not be done for it, which is said last; without the addresses in the program's memory. */
function inShort(said: string): string {
  if (said.includes('matches no streams')) return 'there is no video in it';
  const lines = said
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\[[^\]]*\] /, ''));
  return [...new Set([lines.at(0), lines.at(-1)])].join('; ');
}

function failed(what: string, cause?: unknown): TerminalError {
  return new TerminalError('precondition', 'CAMERA_FAILED', `ffmpeg gave no pictures: ${what}`, { cause });
}

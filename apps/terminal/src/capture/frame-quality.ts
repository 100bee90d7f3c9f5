import { boxBlurred, type GreyPlane } from '@tegata/document-picture';
import { decodeImage, FRAME_LIMITS, ImageRefusedError, readImageHeader } from '@tegata/encoded-picture';
import sharp from 'sharp';
import { type Ask, type FrameFault, leastDocumentSide, type TakenFrame } from './camera.ts';

/** Side that frames are brought to before they are measured, pixels. */
const side = 240;

/**
 * Limits of a frame; those of the mean are the authentication server's. Rendered frames of a person: mean 141 to 146, spread 72 to 78, detail 0.155 to 0.170; blurred by 4 pixels of 480 detail is 0.07, by
 * 10 pixels 0.02. Cameras are softer than renderings, and only what is of no use is to be refused here.
 */
const limits = { minMean: 15, maxMean: 252, minSpread: 10, minDetail: 0.04 } as const;
/** Grey levels below and above which a frame that shows nothing does so for want of light, or for too much. */
const nothingSeen = { dark: 30, bright: 228 } as const;

/** What was measured of a frame. */
export interface FrameQuality {
  /** grey level, 0 to 255 */
  readonly mean: number;
  /** standard deviation of grey levels */
  readonly spread: number;
  /** difference between the middle of the frame and the same slightly blurred, in its steepest tenth, against the spread */
  readonly detail: number;
}

/**
 * Whether the frames of a prompt can be used at all: the cheap part of what the authentication server looks at, so that a picture in which nothing can be seen costs no
 * round trip and no try. Half of the frames have to do, as heads in motion are blurred; of a document all have to be large enough. What can't be decoded
 * is left to the server's word.
 */
export async function inspectFrames(frames: readonly TakenFrame[], ask: Ask): Promise<FrameFault | undefined> {
  if (ask.kind === 'colours' && ask.subject === 'document') {
    for (const { jpeg } of frames)
      if (((await sideOf(jpeg)) ?? leastDocumentSide) < leastDocumentSide) return 'FRAMES_TOO_SMALL';
  }
  const faults: FrameFault[] = [];
  for (const { jpeg } of frames) {
    const quality = await measureFrame(jpeg);
    const fault = quality && faultOf(quality);
    if (fault !== undefined) faults.push(fault);
  }
  return faults.length * 2 > frames.length ? faults[0] : undefined;
}

/** What is no frame to the authentication server, either, is left to its word. */
function refused(error: unknown): undefined {
  if (!(error instanceof ImageRefusedError)) throw error;
}

/** The shorter side of a frame, pixels; undefined where it can't be decoded. */
export async function sideOf(jpeg: Uint8Array): Promise<number | undefined> {
  const header = await readImageHeader(jpeg, { ...FRAME_LIMITS, minSide: 1 }).catch(refused);
  return header && Math.min(header.width, header.height);
}

/** Measures a frame; undefined where it can't be decoded. */
export async function measureFrame(jpeg: Uint8Array): Promise<FrameQuality | undefined> {
  const image = await decodeImage(jpeg, FRAME_LIMITS).catch(refused);
  if (image === undefined) return undefined;
  const { data, info } = await sharp(image.rgb, { raw: { width: image.width, height: image.height, channels: 3 } })
    .resize({ width: side, height: side, fit: 'cover' })
    .greyscale()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const values = Float32Array.from({ length: width * height }, (_, at) => data[at * channels] ?? 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, spread, detail: detailOf({ width, height, values }) / Math.max(1, spread) };
}

function faultOf({ mean, spread, detail }: FrameQuality): FrameFault | undefined {
  const isEmpty = spread < limits.minSpread;
  if (mean < (isEmpty ? nothingSeen.dark : limits.minMean)) return 'FRAMES_TOO_DARK';
  if (mean > (isEmpty ? nothingSeen.bright : limits.maxMean)) return 'FRAMES_TOO_BRIGHT';
  if (isEmpty) return 'FRAMES_EMPTY';
  return detail < limits.minDetail ? 'FRAMES_BLURRED' : undefined;
}

/** Noise is smoothed away first: it is detail, too. */
function detailOf(plane: GreyPlane): number {
  const smooth = boxBlurred(plane, 1);
  const blurred = boxBlurred(smooth, 2);
  const { width, height } = plane;
  const differences: number[] = [];
  for (let y = Math.floor(height / 4); y < (3 * height) / 4; y++) {
    for (let x = Math.floor(width / 4); x < (3 * width) / 4; x++) {
      differences.push(Math.abs(smooth.values[y * width + x]! - blurred.values[y * width + x]!));
    }
  }
  const steepest = differences.sort((a, b) => b - a).slice(0, Math.ceil(differences.length / 10));
  return steepest.reduce((sum, value) => sum + value, 0) / steepest.length;
}

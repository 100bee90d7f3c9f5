import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EkycEngine, PROMPTS } from '@tegata/ekyc';
import { showFlatPicture } from './flat-picture.ts';
import { SAMPLE_PEOPLE } from './people.ts';
import { samplePortrait } from './portrait-photo.ts';

/** Whose photograph is held before the camera, and how. */
export interface FlatPictureFolderOptions {
  /** place in {@link SAMPLE_PEOPLE} */
  readonly person: number;
  readonly seed: number;
  /** by which it is turned or tipped as asked */
  readonly degrees: number;
}

/**
 * Writes what a camera sees of a photograph held before it, in the folders of a capture, `straight`, `left` and so on. Throws RangeError for a
 * person there is not.
 */
export async function writeFlatPicture(
  outDir: string,
  { person, seed, degrees }: FlatPictureFolderOptions,
): Promise<void> {
  const shown = SAMPLE_PEOPLE[person];
  if (shown === undefined) throw new RangeError(`there are ${SAMPLE_PEOPLE.length} people, counted from 0`);
  const engine = await EkycEngine.start();
  try {
    const portrait = await samplePortrait(shown, engine);
    const { straight, motions } = await showFlatPicture(portrait, PROMPTS, { seed, degrees });
    await writeFrames(join(outDir, 'straight'), straight);
    for (const [k, prompt] of PROMPTS.entries()) await writeFrames(join(outDir, prompt), motions[k] ?? []);
  } finally {
    await engine.close();
  }
}

async function writeFrames(folder: string, frames: readonly Uint8Array[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [k, frame] of frames.entries()) await writeFile(join(folder, `${String(k).padStart(2, '0')}.jpg`), frame);
}

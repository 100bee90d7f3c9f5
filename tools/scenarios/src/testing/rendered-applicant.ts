import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SCREEN_COLOURS, type ScreenColour } from '@tegata/ekyc';
import { CAPTURE_NAMES, type CaptureName, SAMPLE_PEOPLE, type SampleApplicant } from '@tegata/sample-applicant';

const program = resolve(import.meta.dirname, '../../../sample-applicant/src/main.ts');

/**
 * Renders a sample person into a new capture folder by the tool, in a process of its own: inside a test's sandbox the
 * arithmetic takes ten times as long.
 * @param person place in the list of sample people, from 0.
 * @param more further options of the tool.
 */
export async function renderApplicant(person: number, seed: number, ...more: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tegata-applicant-'));
  const options = ['--out', folder, '--person', String(person), '--seed', String(seed), ...more];
  await promisify(execFile)(process.execPath, ['--import', 'tsx', program, ...options], { timeout: 300_000 });
  return folder;
}

/** Renders a sample person into memory. */
export async function renderedApplicant(person: number, seed: number): Promise<SampleApplicant> {
  const folder = await renderApplicant(person, seed);
  try {
    return await readApplicant(person, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads a capture folder back. */
async function readApplicant(person: number, folder: string): Promise<SampleApplicant> {
  const captures = {} as Record<CaptureName, readonly Uint8Array[]>;
  for (const name of CAPTURE_NAMES) {
    const frames = (await readdir(join(folder, name))).sort();
    captures[name] = await Promise.all(frames.map((frame) => readFile(join(folder, name, frame))));
  }
  const identity = SAMPLE_PEOPLE[person]?.identity;
  if (!identity) throw new RangeError(`there is no sample person ${person}`);
  const chipFile = (name: string) => readFile(join(folder, 'chip', name));
  const chip = {
    files: { sod: await chipFile('EF_SOD.bin'), dg1: await chipFile('EF_DG1.bin'), dg2: await chipFile('EF_DG2.bin') },
    csca: await readFile(join(folder, 'csca', 'utopia.cer')),
  };
  const lit = {} as Record<ScreenColour, Uint8Array>;
  for (const colour of Object.keys(SCREEN_COLOURS) as ScreenColour[]) {
    lit[colour] = await readFile(join(folder, 'colours', `${colour}.jpg`));
  }
  return { identity, document: await readFile(join(folder, 'document.jpg')), chip, captures, lit };
}

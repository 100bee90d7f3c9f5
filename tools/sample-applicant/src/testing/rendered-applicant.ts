import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SCREEN_COLOURS, type ScreenColour } from '@tegata/ekyc';
import { CAPTURE_NAMES, type CaptureName } from '../motion.ts';
import { SAMPLE_PEOPLE } from '../people.ts';
import type { SampleApplicant } from '../sample-applicant.ts';

const workspace = resolve(import.meta.dirname, '../../../..');
const program = join(workspace, 'tools/sample-applicant/src/main.ts');
/** What the same options were rendered to before, as long as nothing has changed that draws. */
const rendered = join(workspace, '.data/rendered');
const drawing = [
  'tools/sample-applicant/src',
  'libs/ekyc/src',
  'libs/encoded-picture/src',
  'libs/face-mesh/src',
  'libs/emrtd/src',
];

/** What suites show, and the options of the tool that renders it: all that any of them needs of a person, so that it is rendered once for all. */
const RENDERINGS = {
  holder: ['--person', '0', '--seed', '11', '--document-light', 'document', 'screen'],
  'holder on another day': ['--person', '0', '--seed', '51', '--documents', 'expired'],
  'photograph of the holder': ['--person', '0', '--seed', '11', '--flat', '40'],
  stranger: ['--person', '1', '--seed', '12', '--document-light', 'document'],
} as const;

/** A sample person, or a photograph of one. */
export type Rendering = keyof typeof RENDERINGS;

/**
 * Renders a sample person into a new capture folder by the tool, in a process of its own: inside a test's sandbox the
 * arithmetic takes ten times as long. Suites that ask for the same get copies of one rendering.
 */
export async function renderApplicant(name: Rendering): Promise<string> {
  const kept = join(rendered, `${name.replaceAll(' ', '-')}-${await versionOf(drawing)}`);
  if (!existsSync(kept)) await render(RENDERINGS[name], kept);
  const folder = await mkdtemp(join(tmpdir(), 'tegata-applicant-'));
  await cp(kept, folder, { recursive: true });
  return folder;
}

/** Renders a person and a document anew, whatever was rendered before, into a new folder. */
export async function renderAnew(person: number, seed: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tegata-applicant-'));
  await draw(['--person', String(person), '--seed', String(seed)], folder);
  return folder;
}

async function draw(options: readonly string[], folder: string): Promise<void> {
  const call = ['--import', 'tsx', program, '--out', folder, ...options];
  await promisify(execFile)(process.execPath, call, { timeout: 300_000 });
}

async function render(options: readonly string[], kept: string): Promise<void> {
  await mkdir(rendered, { recursive: true });
  const fresh = await mkdtemp(join(rendered, 'fresh-'));
  await draw(options, fresh);
  // Of two suites that render the same at once the first to end wins.
  await rename(fresh, kept).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(fresh, { recursive: true });
  });
}

/** Changes with any file of these folders. */
async function versionOf(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const files = (await readdir(join(workspace, folder), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    for (const file of files.sort()) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Renders a sample person into memory. */
export async function renderedApplicant(
  name: Exclude<Rendering, 'photograph of the holder'>,
): Promise<SampleApplicant> {
  const folder = await renderApplicant(name);
  try {
    return await readApplicant(Number(RENDERINGS[name][1]), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Renders what a camera sees of a photograph of the holder that is held before it and turned as asked. */
export async function renderedPhotograph(): Promise<SampleApplicant['captures']> {
  const folder = await renderApplicant('photograph of the holder');
  try {
    return await readCaptures(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads a capture folder back. */
async function readApplicant(person: number, folder: string): Promise<SampleApplicant> {
  const captures = await readCaptures(folder);
  const identity = SAMPLE_PEOPLE[person]?.identity;
  if (!identity) throw new RangeError(`there is no sample person ${person}`);
  const chipFile = (name: string) => readFile(join(folder, 'chip', name));
  const chip = {
    files: { sod: await chipFile('EF_SOD.bin'), dg1: await chipFile('EF_DG1.bin'), dg2: await chipFile('EF_DG2.bin') },
    csca: await readFile(join(folder, 'csca', 'utopia.cer')),
  };
  const [held, screen] = [join(folder, 'document-colours'), join(folder, 'screen-colours')];
  return {
    ...{ identity, document: await readFile(join(folder, 'document.jpg')), chip, captures },
    lit: await readLit(join(folder, 'colours')),
    ...(existsSync(held) && { documentLit: await readLit(held) }),
    ...(existsSync(screen) && { screenLit: await readLit(screen) }),
  };
}

async function readLit(folder: string): Promise<SampleApplicant['lit']> {
  const lit = {} as Record<ScreenColour, Uint8Array>;
  for (const colour of Object.keys(SCREEN_COLOURS) as ScreenColour[]) {
    lit[colour] = await readFile(join(folder, `${colour}.jpg`));
  }
  return lit;
}

async function readCaptures(folder: string): Promise<SampleApplicant['captures']> {
  const captures = {} as Record<CaptureName, readonly Uint8Array[]>;
  for (const name of CAPTURE_NAMES) {
    const frames = (await readdir(join(folder, name))).sort();
    captures[name] = await Promise.all(frames.map((frame) => readFile(join(folder, name, frame))));
  }
  return captures;
}

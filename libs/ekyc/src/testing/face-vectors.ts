import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CapturedFrame, Prompt } from '../index.ts';

// The development set of faces beside the workspace: read there, never copied in.
const folder = fileURLToPath(new URL('../../../../../shared/vectors/faces', import.meta.url));

const present = existsSync(`${folder}/manifest.json`);

/** `describe` where the set is there; elsewhere the suite is skipped, except in CI, where its absence is a failure. */
export const describeWithFaces: jest.Describe =
  present || process.env.CI === 'true' ? describe : (describe.skip as jest.Describe);

/** One recorded session of the set. */
export interface FaceSession {
  readonly name: string;
  readonly kind: string;
  readonly expect: 'accept' | 'reject';
  readonly prompts: readonly Prompt[];
  /** portrait of the claimed person, as out of a chip */
  readonly portrait: Uint8Array;
  readonly frames: readonly CapturedFrame[];
}

interface Manifest {
  readonly sessions: readonly { readonly name: string; readonly kind: string; readonly expect: 'accept' | 'reject' }[];
  readonly documents: readonly { readonly file: string; readonly identity?: string }[];
}

function manifest(): Manifest {
  if (!present) return { sessions: [], documents: [] };
  return JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as Manifest;
}

/** Every session, with the truth about it. */
export const SESSIONS: readonly FaceSession[] = manifest().sessions.map(({ name, kind, expect }) => {
  const session = JSON.parse(readFileSync(`${folder}/sessions/${name}/session.json`, 'utf8')) as {
    challenge: Prompt[];
    frames: { file: string; prompt: number }[];
  };
  return {
    name,
    kind,
    expect,
    prompts: session.challenge,
    portrait: readFileSync(`${folder}/sessions/${name}/portrait.jpg`),
    frames: session.frames.map(({ file, prompt }, k) => ({
      octets: readFileSync(`${folder}/sessions/${name}/${file}`),
      promptIndex: prompt,
      capturedAtMs: 200 * k,
    })),
  };
});

/** Every document, and who is on its portrait; undefined where it has none. */
export const DOCUMENTS: readonly { readonly file: string; readonly identity: string | undefined }[] =
  manifest().documents.map(({ file, identity }) => ({ file, identity }));

/** A document's picture. */
export function documentImage(file: string): Uint8Array {
  return readFileSync(`${folder}/documents/${file}`);
}

/** A session by its name. */
export function session(name: string): FaceSession {
  const found = SESSIONS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the set has no session ${name}`);
  return found;
}

/** The beginning of a session: looking straight and so many motions. */
export function motions(
  { prompts, frames }: FaceSession,
  count: number,
): { prompts: Prompt[]; frames: CapturedFrame[] } {
  return { prompts: prompts.slice(0, count), frames: frames.filter(({ promptIndex }) => promptIndex < count) };
}

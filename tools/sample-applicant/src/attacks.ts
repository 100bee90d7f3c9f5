import type { CapturedFrame, Prompt } from '@tegata/ekyc';
import { captureFor, inOrder, type SampleApplicant } from './sample-applicant.ts';

// Captures that must not be accepted, made of applicants' own frames. `showFlatPicture` makes the remaining kind.

const OPPOSITE: Readonly<Record<Prompt, Prompt>> = { left: 'right', right: 'left', up: 'down', down: 'up' };

/** A still picture before the camera: the first frame, over and over. */
export function stillRepeated(applicant: SampleApplicant, prompts: readonly Prompt[]): CapturedFrame[] {
  const still = applicant.captures.straight[0]!;
  return captureFor(applicant, prompts).map((frame) => ({ ...frame, octets: still }));
}

/** Every motion the other way: a recording of another challenge, or a mirrored camera for turns. */
export function wrongMotion(applicant: SampleApplicant, prompts: readonly Prompt[]): CapturedFrame[] {
  return inOrder(
    applicant.captures.straight,
    prompts.map((prompt) => applicant.captures[OPPOSITE[prompt]]),
  );
}

/** One motion left out: the person looks straight while it is asked for. */
export function skippedPrompt(
  applicant: SampleApplicant,
  prompts: readonly Prompt[],
  skipped: number,
): CapturedFrame[] {
  const { straight } = applicant.captures;
  const idle = [...straight, ...straight].slice(0, 4);
  return inOrder(
    straight,
    prompts.map((prompt, k) => (k === skipped ? idle : applicant.captures[prompt])),
  );
}

/** One motion made by somebody else. */
export function splicedPerson(
  applicant: SampleApplicant,
  other: SampleApplicant,
  prompts: readonly Prompt[],
  spliced: number,
): CapturedFrame[] {
  return inOrder(
    applicant.captures.straight,
    prompts.map((prompt, k) => (k === spliced ? other : applicant).captures[prompt]),
  );
}

/** Everything made by somebody else than the document's holder. */
export function anotherPerson(
  holder: SampleApplicant,
  impostor: SampleApplicant,
  prompts: readonly Prompt[],
): { document: Uint8Array; frames: CapturedFrame[] } {
  return { document: holder.document, frames: captureFor(impostor, prompts) };
}

import type { ScreenColour } from './screen-light.ts';

/** A head motion that is asked for. Left and right are the person's own, so "left" moves the nose to the image's right. */
export type Prompt = 'left' | 'right' | 'up' | 'down';

/** What the applicant is asked to show, in this order, after looking straight. */
export interface Challenge {
  readonly prompts: readonly Prompt[];
  /** what the screen shows after the motions, while the person looks straight; absent: nothing */
  readonly colours?: readonly ScreenColour[];
  /** what it shows last, while the person holds the document before the camera; absent: nothing */
  readonly documentColours?: readonly ScreenColour[];
}

/** A prompt in which the screen lights something with colours. */
export interface LitPrompt {
  readonly subject: 'face' | 'document';
  readonly colours: readonly ScreenColour[];
  /** its place in the challenge */
  readonly promptIndex: number;
}

/** Prompts of colours, which come after the motions. */
export function litPrompts({ prompts, colours = [], documentColours = [] }: Challenge): LitPrompt[] {
  const lit = [
    { subject: 'face', colours },
    { subject: 'document', colours: documentColours },
  ] as const;
  return lit
    .filter((prompt) => prompt.colours.length > 0)
    .map((prompt, k) => ({ ...prompt, promptIndex: prompts.length + k }));
}

/** Every prompt. */
export const PROMPTS: readonly Prompt[] = ['left', 'right', 'up', 'down'];

/** Prompts in a drawn challenge. */
export const CHALLENGE_LENGTH = 4;

/** Whether a prompt turns the head about the vertical axis (yaw); the others nod (pitch). */
export function isTurn(prompt: Prompt): boolean {
  return prompt === 'left' || prompt === 'right';
}

/**
 * All challenges that may be drawn: four prompts, none directly repeated, at least one turn, and the chin lowered, which tells a head from a bent
 * photograph best (decision 52). There are 82, so a recording of one challenge answers the next with a chance of 1.2 %.
 */
export const DRAWABLE_CHALLENGES: readonly (readonly Prompt[])[] = sequences(CHALLENGE_LENGTH).filter(
  (prompts) => prompts.some(isTurn) && prompts.includes('down'),
);

function sequences(length: number): Prompt[][] {
  if (length === 0) return [[]];
  return sequences(length - 1).flatMap((start) =>
    PROMPTS.filter((prompt) => prompt !== start.at(-1)).map((prompt) => [...start, prompt]),
  );
}

/**
 * Draws a challenge, each with the same chance. `random` gives that many octets from a CSPRNG (`crypto.randomBytes` fits).
 * Its nonce and its life (30 s) are kept by whoever asks.
 */
export function drawChallenge(random: (octets: number) => Uint8Array): Challenge {
  // octets beyond the last whole multiple are drawn again, or the first challenges would come more often
  const fair = 256 - (256 % DRAWABLE_CHALLENGES.length);
  for (;;) {
    const drawn = random(1)[0];
    if (drawn === undefined) throw new RangeError('the source of randomness is empty');
    if (drawn < fair) return { prompts: DRAWABLE_CHALLENGES[drawn % DRAWABLE_CHALLENGES.length]! };
  }
}

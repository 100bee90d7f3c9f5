import { HeadMotion } from '@tegata/contracts/authentication-v1';
import type { Prompt } from '@tegata/ekyc';

const motionOf: Record<Prompt, HeadMotion> = {
  left: HeadMotion.LEFT,
  right: HeadMotion.RIGHT,
  up: HeadMotion.UP,
  down: HeadMotion.DOWN,
};

/** A stored challenge: `left,up,right,down`. */
export const storeMotions = (prompts: readonly Prompt[]): string => prompts.join(',');

/** The prompts of a stored challenge. */
export const readMotions = (stored: string): Prompt[] => stored.split(',') as Prompt[];

/** A stored challenge as the terminal is asked for it. */
export const showMotions = (stored: string): HeadMotion[] => readMotions(stored).map((prompt) => motionOf[prompt]);

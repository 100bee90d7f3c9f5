import {
  type CapturePrompt,
  CapturePromptKind,
  HeadMotion,
  type ScreenColour,
} from '@tegata/contracts/authentication-v1';
import { CAPTURE_LIMITS, type Prompt } from '@tegata/ekyc';
import type { Verification } from '../generated/client.ts';

/** One prompt of a capture: what is asked, and how many frames are to answer it. */
export interface AskedPrompt {
  readonly kind: CapturePromptKind;
  readonly motion: HeadMotion;
  readonly colours: readonly ScreenColour[];
  /** for each colour, of a prompt of colours */
  readonly minFrames: number;
  readonly maxFrames: number;
}

const motionOf: Record<Prompt, HeadMotion> = {
  left: HeadMotion.LEFT,
  right: HeadMotion.RIGHT,
  up: HeadMotion.UP,
  down: HeadMotion.DOWN,
};

/** A drawn challenge as it is stored: `left,up,right,down`. */
export const storeMotions = (prompts: readonly Prompt[]): string => prompts.join(',');

/** The prompts of a stored challenge. */
export const readMotions = (stored: string): Prompt[] => (stored === '' ? [] : stored.split(',')) as Prompt[];

/** All prompts of a capture in order: looking straight, then each motion. */
export function promptsOf({ motions }: Pick<Verification, 'motions'>): AskedPrompt[] {
  const { minBaselineFrames, maxBaselineFrames, minFramesPerPrompt, maxFramesPerPrompt } = CAPTURE_LIMITS;
  const straight: AskedPrompt = {
    kind: CapturePromptKind.LOOK_STRAIGHT,
    motion: HeadMotion.UNSPECIFIED,
    colours: [],
    minFrames: minBaselineFrames,
    maxFrames: maxBaselineFrames,
  };
  return [
    straight,
    ...readMotions(motions).map((prompt) => ({
      kind: CapturePromptKind.HEAD_MOTION,
      motion: motionOf[prompt],
      colours: [],
      minFrames: minFramesPerPrompt,
      maxFrames: maxFramesPerPrompt,
    })),
  ];
}

/** The prompt whose frames are awaited, as the terminal is told it; undefined before the capture begins. */
export function showPrompt(row: Verification): CapturePrompt | undefined {
  if (!row.promptNonce || !row.promptExpiresAt) return undefined;
  const prompts = promptsOf(row);
  const asked = prompts[row.promptNumber];
  if (asked === undefined) return undefined;
  return {
    ...asked,
    colours: [...asked.colours],
    promptNumber: row.promptNumber,
    promptsTotal: prompts.length,
    nonce: Buffer.from(row.promptNonce),
    expireTime: row.promptExpiresAt,
  };
}

import { type CapturePrompt, CapturePromptKind, HeadMotion, ScreenColour } from '@tegata/contracts/authentication-v1';
import {
  CAPTURE_LIMITS,
  type Challenge,
  type ScreenColour as Colour,
  type LitPrompt,
  litPrompts,
  type Prompt,
} from '@tegata/ekyc';
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

const colourOf: Record<Colour, ScreenColour> = {
  red: ScreenColour.RED,
  green: ScreenColour.GREEN,
  blue: ScreenColour.BLUE,
  cyan: ScreenColour.CYAN,
  magenta: ScreenColour.MAGENTA,
  yellow: ScreenColour.YELLOW,
};

/** A verification's columns that hold its challenge. */
type StoredChallenge = Pick<Verification, 'motions' | 'colours' | 'documentColours'>;

/** A drawn challenge as it is stored: `left,up,right,down`, and twice `red,cyan,...`. */
export const storeChallenge = ({ prompts, colours = [], documentColours = [] }: Challenge): StoredChallenge => ({
  motions: prompts.join(','),
  colours: colours.join(','),
  documentColours: documentColours.join(','),
});

/** A stored challenge. */
export function readChallenge({ motions, colours, documentColours }: StoredChallenge) {
  const list = (stored: string) => (stored === '' ? [] : stored.split(','));
  return {
    prompts: list(motions) as Prompt[],
    colours: list(colours) as Colour[],
    documentColours: list(documentColours) as Colour[],
  } satisfies Challenge;
}

const kindOf: Record<LitPrompt['subject'], CapturePromptKind> = {
  face: CapturePromptKind.SCREEN_COLOURS,
  document: CapturePromptKind.DOCUMENT_COLOURS,
};

/** All prompts of a capture in order: looking straight, then each motion, then the colours of the screen on the face, and on the document. */
export function promptsOf(row: StoredChallenge): AskedPrompt[] {
  const challenge = readChallenge(row);
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
    ...challenge.prompts.map((prompt) => ({
      kind: CapturePromptKind.HEAD_MOTION,
      motion: motionOf[prompt],
      colours: [],
      minFrames: minFramesPerPrompt,
      maxFrames: maxFramesPerPrompt,
    })),
    ...litPrompts(challenge).map(({ subject, colours }) => ({
      kind: kindOf[subject],
      motion: HeadMotion.UNSPECIFIED,
      colours: colours.map((colour) => colourOf[colour]),
      minFrames: CAPTURE_LIMITS.minFramesPerColour,
      maxFrames: CAPTURE_LIMITS.maxFramesPerColour,
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

import { type CapturePrompt, CapturePromptKind, HeadMotion, ScreenColour } from '@tegata/contracts/authentication-v1';
import { TerminalError } from '../terminal-error.ts';
import type { Ask, Colour, LitSubject, Motion, ShownPrompt } from './camera.ts';

const motions: Readonly<Partial<Record<HeadMotion, Motion>>> = {
  [HeadMotion.LEFT]: 'left',
  [HeadMotion.RIGHT]: 'right',
  [HeadMotion.UP]: 'up',
  [HeadMotion.DOWN]: 'down',
};

const colours: Readonly<Partial<Record<ScreenColour, Colour>>> = {
  [ScreenColour.RED]: 'red',
  [ScreenColour.GREEN]: 'green',
  [ScreenColour.BLUE]: 'blue',
  [ScreenColour.CYAN]: 'cyan',
  [ScreenColour.MAGENTA]: 'magenta',
  [ScreenColour.YELLOW]: 'yellow',
};

const subjects: Readonly<Partial<Record<CapturePromptKind, LitSubject>>> = {
  [CapturePromptKind.SCREEN_COLOURS]: 'face',
  [CapturePromptKind.DOCUMENT_COLOURS]: 'document',
};

/** A prompt of the authentication server, as it is shown. PROMPT_UNKNOWN for one this terminal doesn't know. */
export function shownPrompt(prompt: CapturePrompt): ShownPrompt {
  const { promptNumber, promptsTotal, minFrames, maxFrames, expireTime: deadline } = prompt;
  return { ask: askOf(prompt), promptNumber, promptsTotal, minFrames, maxFrames, deadline };
}

/** A colour, as a screen is asked for it. */
export function screenColourOf(colour: Colour): ScreenColour {
  return ScreenColour[colour.toUpperCase() as Uppercase<Colour>];
}

/** The colour that a screen is asked for; undefined for one this terminal doesn't know. */
export function colourOf(asked: ScreenColour): Colour | undefined {
  return colours[asked];
}

function askOf({ kind, motion, colours: asked }: CapturePrompt): Ask {
  const shown = asked.map((colour) => colours[colour]);
  const move = motions[motion];
  if (kind === CapturePromptKind.LOOK_STRAIGHT) return { kind: 'straight' };
  if (kind === CapturePromptKind.HEAD_MOTION && move !== undefined) return { kind: 'motion', motion: move };
  const subject = subjects[kind];
  if (subject !== undefined && shown.length > 0 && shown.every((colour) => colour !== undefined))
    return { kind: 'colours', subject, colours: shown };
  throw new TerminalError('internal', 'PROMPT_UNKNOWN', "This terminal doesn't know what it was asked to capture.");
}

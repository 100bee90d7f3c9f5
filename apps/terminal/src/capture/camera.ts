/**
 * What the capture of an ID photo needs of a camera, and of the screen beside it (S17, S18). A camera is opened, and answers one
 * prompt after the other; what comes next is not known before the frames of the last prompt have been sent.
 */

/** Head motion, the person's own left and right. */
export type Motion = 'left' | 'right' | 'up' | 'down';

/** Colour of the whole screen; each channel full or nothing, in sRGB. */
export type Colour = 'red' | 'green' | 'blue' | 'cyan' | 'magenta' | 'yellow';

/** What a person is asked to do. */
export type Ask =
  | { readonly kind: 'straight' }
  /** from the middle and back */
  | { readonly kind: 'motion'; readonly motion: Motion }
  /** look straight while the screen shows these, in this order */
  | { readonly kind: 'colours'; readonly colours: readonly Colour[] };

/** One prompt, as it is shown. */
export interface ShownPrompt {
  readonly ask: Ask;
  /** place in the capture, from 0 */
  readonly promptNumber: number;
  /** prompts of the capture, for progress */
  readonly promptsTotal: number;
  /** frames wanted; of colours, for each of them */
  readonly minFrames: number;
  readonly maxFrames: number;
  /** when the frames must have arrived; take them well before */
  readonly deadline: Date | undefined;
}

/** One frame, as it was taken. */
export interface TakenFrame {
  /** JPEG, not mirrored, at most 512 KiB; 480 pixels are enough */
  readonly jpeg: Uint8Array;
  /** whole milliseconds since the camera was opened, increasing over all prompts */
  readonly takenAtMs: number;
  /** which of the prompt's colours was on the screen when the frame was exposed, from 1; 0 for none */
  readonly colourNumber: number;
}

/** How a capture ended, for the person before the camera. */
export type CaptureEnd = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly message: string };

/** A camera in use. Pictures that are not good enough are taken again behind this interface, as long as the deadline allows. */
export interface OpenCamera {
  /** Shows a prompt and takes its frames. Throws TerminalError when it can't; the signal's reason when that is given. */
  answer(prompt: ShownPrompt, signal: AbortSignal): Promise<readonly TakenFrame[]>;
  /** Says how it ended and lets the camera go. Called once, whatever happened; does not throw. */
  close(end: CaptureEnd): Promise<void>;
}

/** A camera. */
export interface Camera {
  /** Resolves when the person is before it and ready: only then the capture is begun, and its life counts. */
  open(signal: AbortSignal): Promise<OpenCamera>;
}

/** What a person is told to do. */
export function askInWords(ask: Ask): string {
  switch (ask.kind) {
    case 'straight':
      return 'look straight into the camera';
    case 'motion':
      return {
        left: 'turn the head to your left',
        right: 'turn the head to your right',
        up: 'lift the chin',
        down: 'lower the chin',
      }[ask.motion];
    case 'colours':
      return 'look straight while the screen changes colour';
  }
}

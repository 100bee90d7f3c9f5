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
  /** look straight, or hold the document before the camera, while the screen shows these, in this order */
  | { readonly kind: 'colours'; readonly subject: LitSubject; readonly colours: readonly Colour[] };

/** What the screen lights. */
export type LitSubject = 'face' | 'document';

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
  /** why the frames that were taken for it before can't be used; undefined the first time */
  readonly again?: FrameFault | undefined;
}

/** Why frames have to be taken again. */
export type FrameFault =
  | 'FRAMES_TOO_DARK'
  | 'FRAMES_TOO_BRIGHT'
  | 'FRAMES_BLURRED'
  | 'FRAMES_EMPTY'
  | 'FRAMES_WITHOUT_FACE'
  /** of a document; taking them again with the same camera changes nothing */
  | 'FRAMES_TOO_SMALL';

/** Why pictures that were sent are asked for again, by the server's reasons. */
export interface Refused {
  readonly reasons: readonly { readonly code: string; readonly sentence: string }[];
  /** tries left; undefined where that is not said */
  readonly triesLeft: number | undefined;
}

/** One frame, as it was taken. */
export interface TakenFrame {
  /** JPEG, not mirrored, at most 512 KiB; 480 pixels are enough. Of a document no larger than the camera gives it */
  readonly jpeg: Uint8Array;
  /** whole milliseconds since the camera was opened, increasing over all prompts */
  readonly takenAtMs: number;
  /** which of the prompt's colours was on the screen when the frame was exposed, from 1; 0 for none */
  readonly colourNumber: number;
}

/** How a capture ended, for the person before the camera. */
export type CaptureEnd = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly message: string };

/** A camera in use. */
export interface OpenCamera {
  /** Shows a prompt and takes its frames. Throws TerminalError when it can't; the signal's reason when that is given. */
  answer(prompt: ShownPrompt, signal: AbortSignal): Promise<readonly TakenFrame[]>;
  /** Says how it ended and lets the camera go. Called once, whatever happened; does not throw. */
  close(end: CaptureEnd): Promise<void>;
}

/** A camera. Those with a person before them who can answer at once are attended. */
export interface Camera {
  /**
   * Resolves when the person is before it and ready: only then the capture is begun, and its life counts. An attended camera is
   * told why an earlier capture was refused.
   */
  open(signal: AbortSignal, refused?: Refused): Promise<OpenCamera>;
  /**
   * Pixels each way that its frames of a document have, known before a contract is applied for; undefined where they are not. Opens the camera for a moment, and throws
   * as `open` does.
   */
  documentSide?(signal: AbortSignal): Promise<number | undefined>;
  readonly attended?: AttendedCamera;
}

/**
 * Side of the document's frames that a camera has to give, pixels: with 480 ten of ten documents were known again, with 360 eight, with 240 two (docs/ekyc-measurements.md). What a
 * better camera took does when it is scaled down to 240, which the authentication server can't tell from a worse camera; so the limit is the terminal's.
 */
export const leastDocumentSide = 480;

/** What a camera can do besides, with a person before it. */
export interface AttendedCamera {
  /** Photographs the identity document: JPEG, PNG or WebP, at most 5 MiB. The signal's reason. */
  photographDocument(signal: AbortSignal, refused?: Refused): Promise<Uint8Array>;
  /** Says how the application ended and lets everything go. Called once at most; does not throw. */
  end(end: ApplicationEnd): Promise<void>;
}

/** How an application ended, for the person before the camera. */
export type ApplicationEnd =
  | { readonly kind: 'complete' }
  /** it goes on without the person, or later */
  | { readonly kind: 'stopped'; readonly code: string; readonly message: string };

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
      return {
        face: 'look straight while the screen changes colour',
        document: 'hold the document before the camera while the screen changes colour',
      }[ask.subject];
  }
}

/** Why frames can't be used, as a sentence. */
export function faultInWords(fault: FrameFault): string {
  return {
    FRAMES_TOO_DARK: 'The picture is too dark: put more light on the face.',
    FRAMES_TOO_BRIGHT: 'The picture is too bright: turn away from the light.',
    FRAMES_BLURRED: 'The picture is blurred: hold still, and clean the lens.',
    FRAMES_EMPTY: 'Nothing can be seen: is the camera covered?',
    FRAMES_WITHOUT_FACE: 'There is no face: come before the camera, and put light on the face.',
    FRAMES_TOO_SMALL: 'The camera gives too few pixels for a document: use one of 480 or more each way.',
  }[fault];
}

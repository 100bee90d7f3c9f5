import type { Colour } from './camera.ts';
import type { Language } from './page/words.ts';

/** All that a screen before the person shows: words, or one colour from edge to edge. */
export type ScreenView =
  | {
      readonly kind: 'words';
      readonly title: string;
      readonly lines: readonly string[];
      /** shown until the person wants to go on */
      readonly awaitsPerson: boolean;
    }
  | { readonly kind: 'colour'; readonly colour: Colour };

/** A screen beside a camera, whose light the camera sees on the person. */
export interface PersonScreen {
  /** in which the person reads */
  readonly language: Language;
  /** Resolves when it is shown; where the person is awaited, when they want to go on. The signal's reason. */
  show(view: ScreenView, signal: AbortSignal): Promise<void>;
  /** The capture is over: nothing more is shown. */
  giveBack(): void;
}

/** Colours of a screen, in sRGB. */
export const screenColours: Readonly<Record<Colour, readonly [number, number, number]>> = {
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
  cyan: [0, 255, 255],
  magenta: [255, 0, 255],
  yellow: [255, 255, 0],
};

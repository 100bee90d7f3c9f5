import type { Language } from '../capture/page/words.ts';
import type { PersonScreen, ScreenView } from '../capture/person-screen.ts';
import { TerminalError } from '../terminal-error.ts';

/** Says what is to be shown from now on, with the number by which that is reported. */
type Tell = (number: number, view: ScreenView | undefined) => void;

/** Screens of those who call the terminal: what is to be shown is told in the stream of progress, and reported back by its number. */
export class CallersScreens {
  readonly #unreported = new Map<number, () => void>();
  #last = 0;

  /** The screen of one caller. */
  of(language: Language, tell: Tell): PersonScreen {
    return {
      language,
      show: (view, signal) => this.#show(view, tell, signal),
      giveBack: () => tell(++this.#last, undefined),
    };
  }

  /** It is shown. NOT_FOUND (SCREEN_NOT_ASKED). */
  report(number: number): void {
    const shown = this.#unreported.get(number);
    if (shown === undefined) {
      throw new TerminalError('not-found', 'SCREEN_NOT_ASKED', 'Nothing is waited for that has this number.');
    }
    shown();
  }

  async #show(view: ScreenView, tell: Tell, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const number = ++this.#last;
    tell(number, view);
    let stop: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        stop = () => reject(signal.reason);
        signal.addEventListener('abort', stop, { once: true });
        this.#unreported.set(number, resolve);
      });
    } finally {
      if (stop !== undefined) signal.removeEventListener('abort', stop);
      this.#unreported.delete(number);
    }
  }
}

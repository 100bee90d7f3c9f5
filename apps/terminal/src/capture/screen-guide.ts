import type { Ask, Colour, LitSubject, ShownPrompt } from './camera.ts';
import { type Language, type Words, words } from './page/words.ts';
import type { PersonScreen } from './person-screen.ts';

/** What differs from the page: nobody sees themselves, and there are keys in place of buttons. */
interface GuideWords {
  readonly place: string;
  readonly flashes: string;
  readonly begin: string;
  readonly lit: Readonly<Record<LitSubject, string>>;
}

const guideWords: Readonly<Record<Language, GuideWords>> = {
  en: {
    place: 'Make this window fill the screen, and sit close to it, your whole face before the camera.',
    flashes:
      'At the end the window changes colour once or twice a second. If that is dangerous for you, press Ctrl-C and use the chip of your document or another way.',
    begin: 'Press Enter to begin, Ctrl-C to stop.',
    lit: {
      face: 'Stay close to the screen, and hold still.',
      document:
        'The side with your portrait, close to the screen and whole before the camera. Hold it by its edge, and still.',
    },
  },
  ja: {
    place: 'このウィンドウを画面いっぱいに広げ、顔全体がカメラに写るように、画面の近くに座ってください。',
    flashes:
      '最後にウィンドウの色が1秒に1〜2回変わります。光の変化で体調を崩すおそれのある方は、Ctrl-Cで中止し、書類のICチップなど他の方法をお使いください。',
    begin: 'Enterキーで始めます。Ctrl-Cで中止します。',
    lit: {
      face: '画面の近くで、動かずにお待ちください。',
      document: '顔写真のある面を画面の近くで、カメラに全体が写るように、端を持って動かさないでください。',
    },
  },
};

/** Guides a person through a capture on the screen beside the camera: what to expect, each prompt, and the colours. */
export class ScreenGuide {
  readonly #words: Words & GuideWords;

  constructor(private readonly screen: PersonScreen) {
    this.#words = { ...words[screen.language], ...guideWords[screen.language] };
  }

  /** Says what to expect, and of the light before there is any. Resolves when the person wants to begin. The signal's reason. */
  async begin(signal: AbortSignal): Promise<void> {
    const { face, place, flashes, begin } = this.#words;
    // The page's last advice is of its own light.
    const lines = [place, ...face.advice.slice(0, -1), flashes, begin];
    await this.screen.show({ kind: 'words', title: face.title, lines, awaitsPerson: true }, signal);
  }

  /** Shows what to do, and which prompt of how many it is. */
  async prompt({ ask, promptNumber, promptsTotal }: ShownPrompt, signal: AbortSignal): Promise<void> {
    const [title, how] = this.#wordsOf(ask);
    const lines = [how, this.#words.step(promptNumber + 1, promptsTotal)];
    await this.screen.show({ kind: 'words', title, lines, awaitsPerson: false }, signal);
  }

  /** Fills the screen with a colour. */
  async colour(colour: Colour, signal: AbortSignal): Promise<void> {
    await this.screen.show({ kind: 'colour', colour }, signal);
  }

  /** The frames of a prompt are taken; after the last the person need not look here any more. */
  async taken({ promptNumber, promptsTotal }: ShownPrompt, signal: AbortSignal): Promise<void> {
    if (promptNumber + 1 === promptsTotal) return this.end();
    await this.screen.show({ kind: 'words', title: this.#words.next, lines: [], awaitsPerson: false }, signal);
  }

  /** Gives the screen back. */
  end(): void {
    this.screen.giveBack();
  }

  #wordsOf(ask: Ask): [title: string, how: string] {
    const { straight, hold, motions, andBack, colours, lit } = this.#words;
    switch (ask.kind) {
      case 'straight':
        return [straight, hold];
      case 'motion':
        return [motions[ask.motion], andBack];
      case 'colours':
        return [colours[ask.subject], lit[ask.subject]];
    }
  }
}

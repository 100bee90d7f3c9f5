import { localReasons, sentencesInJapanese } from '@tegata/contracts';
import { FRAME_LIMITS, ImageRefusedError, readImageHeader } from '@tegata/encoded-picture';
import type { ApplicationEnd, Refused, ShownPrompt, TakenFrame } from './camera.ts';
import { endsInJapanese } from './ends-in-japanese.ts';
import type { DocumentFault, Pace, PageState, PageView, RefusedBefore, Told } from './page-protocol.ts';

/** Something of the page's that is not taken. `code` is for the page, which says so to nobody: it is a fault, or an attack. */
export class PageRefusal extends Error {
  override readonly name = 'PageRefusal';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 421 | 429,
    readonly code: string,
  ) {
    super(code);
  }
}

/** A frame, as the page says it was taken. */
export interface PageFrame {
  readonly promptNumber: number;
  readonly attempt: number;
  /** place among the frames of the prompt, from 0 */
  readonly frameNumber: number;
  readonly colourNumber: number;
  /** milliseconds, by the camera's clock */
  readonly takenAtMs: number;
}

/** What is waited for from the page. */
type Awaited =
  | { readonly kind: 'document'; readonly done: (picture: Uint8Array) => void }
  | { readonly kind: 'start'; readonly done: () => void }
  | { readonly kind: 'frames'; readonly asked: AskedFrames; readonly done: (frames: readonly TakenFrame[]) => void };

interface AskedFrames {
  readonly promptNumber: number;
  readonly attempt: number;
  /** for each frame the colour it is for, 0 for none */
  readonly colours: readonly number[];
  readonly taken: TakenFrame[];
}

/** Frames taken for each kind of prompt, within what is asked for; of colours for each of them. 42 in a capture of six prompts. */
const wanted = { straight: 4, motion: 8, colours: 1 } as const;
/** Longer side of a frame at most, pixels. */
const mostFrameSide = 1280;
/** A capture's frames are from less than an hour. */
const maxTakenAtMs = 3_600_000;

/** How fast the page goes on with a person before it. */
export const personalPace: Pace = { lead: 1200, interval: 300, light: 450 };

/**
 * What goes on between the terminal and its page: one state that is shown, and at most one thing that is waited for. Everything that
 * comes from the page is checked here as if a stranger had sent it.
 */
export class PageSession {
  #state: PageState;
  #awaited: Awaited | undefined;
  #changed: (() => void)[] = [];
  #lastAtMs = -1;
  #begun = false;
  #attempts = { promptNumber: -1, count: 0 };

  constructor(
    /** why a picture of a document can't be used */
    private readonly documentFaults: (picture: Uint8Array) => Promise<readonly DocumentFault[]>,
    pace: Pace = personalPace,
  ) {
    this.#state = { version: 1, pace, view: { kind: 'wait', what: 'application' } };
  }

  /** What the page shows. */
  get state(): PageState {
    return this.#state;
  }

  /** The state after a version; the present one when the signal is given before there is another. */
  async stateAfter(version: number, signal: AbortSignal): Promise<PageState> {
    if (this.#state.version <= version && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#changed.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return this.#state;
  }

  /** Shows something. */
  show(view: PageView): void {
    this.#state = { ...this.#state, version: this.#state.version + 1, view };
    for (const changed of this.#changed.splice(0)) changed();
  }

  /** Asks for a picture of the document. The signal's reason. */
  photographDocument(signal: AbortSignal, refused: Refused | undefined): Promise<Uint8Array> {
    return this.#await<Uint8Array>(signal, { kind: 'document', refused: bilingual(refused) }, (done) => ({
      kind: 'document',
      done: (picture) => {
        this.show({ kind: 'wait', what: 'application' });
        done(picture);
      },
    }));
  }

  /** Asks the person to begin, unless they have and nothing was asked of them since. The signal's reason. */
  async ready(signal: AbortSignal, refused: Refused | undefined): Promise<void> {
    this.#lastAtMs = -1;
    this.#attempts = { promptNumber: -1, count: 0 };
    if (this.#begun) return;
    await this.#await<void>(signal, { kind: 'ready', refused: bilingual(refused) }, (done) => ({
      kind: 'start',
      done: () => {
        this.#begun = true;
        this.show({ kind: 'wait', what: 'prompt' });
        done();
      },
    }));
  }

  /** Shows a prompt and takes its frames. The signal's reason. */
  async answer(prompt: ShownPrompt, signal: AbortSignal): Promise<readonly TakenFrame[]> {
    const { ask, promptNumber, promptsTotal, minFrames, maxFrames, again } = prompt;
    this.#begun = false;
    const count = this.#attempts.promptNumber === promptNumber ? this.#attempts.count + 1 : 0;
    this.#attempts = { promptNumber, count };
    const frames = Math.min(maxFrames, Math.max(minFrames, wanted[ask.kind]));
    const colours =
      ask.kind === 'colours'
        ? ask.colours.flatMap((_, k) => new Array<number>(frames).fill(k + 1))
        : new Array<number>(frames).fill(0);
    const asked: AskedFrames = { promptNumber, attempt: count, colours, taken: [] };
    const view: PageView = { kind: 'prompt', ask, promptNumber, promptsTotal, attempt: count, frames, again };
    return this.#await(signal, view, (done) => ({
      kind: 'frames',
      asked,
      done: (taken) => {
        const last = promptNumber + 1 === promptsTotal;
        this.show({ kind: 'wait', what: last ? 'decision' : 'prompt' });
        done(taken);
      },
    }));
  }

  /** Says that the application is over. */
  end(end: ApplicationEnd): void {
    if (end.kind === 'complete') this.show({ kind: 'end', complete: true });
    else this.show({ kind: 'end', complete: false, why: toldEnd(end) });
  }

  /** From the page: a picture of the document. `asItIs`: the person has seen what is wrong with it. */
  async takeDocument(picture: Uint8Array, asItIs: boolean): Promise<readonly DocumentFault[]> {
    const awaited = this.#awaited;
    if (awaited?.kind !== 'document') throw new PageRefusal(409, 'NOT_ASKED');
    const faults = await this.documentFaults(picture);
    if (this.#awaited !== awaited) throw new PageRefusal(409, 'NOT_ASKED');
    if (faults.includes('DOCUMENT_UNREADABLE') || (faults.length > 0 && !asItIs)) return faults;
    awaited.done(picture);
    return [];
  }

  /** From the page: the person is ready. */
  start(): void {
    if (this.#awaited?.kind !== 'start') throw new PageRefusal(409, 'NOT_ASKED');
    this.#awaited.done();
  }

  /** From the page: one frame, each once and in order. */
  async takeFrame(frame: PageFrame, jpeg: Uint8Array): Promise<void> {
    const { format, width, height } = await readImageHeader(jpeg, FRAME_LIMITS).catch(refusedFrame);
    if (format !== 'JPEG') throw new PageRefusal(415, 'FRAME_NOT_JPEG');
    if (Math.max(width, height) > mostFrameSide) throw new PageRefusal(400, 'FRAME_SIZE_WRONG');
    const awaited = this.#awaited;
    if (awaited?.kind !== 'frames') throw new PageRefusal(409, 'NOT_ASKED');
    const { promptNumber, attempt, colours, taken } = awaited.asked;
    if (frame.promptNumber !== promptNumber || frame.attempt !== attempt) throw new PageRefusal(409, 'OTHER_PROMPT');
    if (frame.frameNumber !== taken.length) throw new PageRefusal(409, 'FRAME_OUT_OF_ORDER');
    if (frame.colourNumber !== colours[taken.length]) throw new PageRefusal(409, 'COLOUR_OUT_OF_ORDER');
    const { takenAtMs, colourNumber } = frame;
    if (takenAtMs <= this.#lastAtMs || takenAtMs > maxTakenAtMs) throw new PageRefusal(409, 'TIME_OUT_OF_ORDER');
    this.#lastAtMs = takenAtMs;
    taken.push({ jpeg, takenAtMs, colourNumber });
    if (taken.length === colours.length) awaited.done(taken);
  }

  async #await<T>(signal: AbortSignal, view: PageView, make: (done: (value: T) => void) => Awaited): Promise<T> {
    signal.throwIfAborted();
    let stop: (() => void) | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        stop = () => reject(signal.reason);
        signal.addEventListener('abort', stop, { once: true });
        this.#awaited = make(resolve);
        this.show(view);
      });
    } finally {
      if (stop !== undefined) signal.removeEventListener('abort', stop);
      this.#awaited = undefined;
    }
  }
}

function bilingual(refused: Refused | undefined): RefusedBefore | undefined {
  const told = ({ code, sentence }: Refused['reasons'][number]) => ({
    code,
    en: sentence,
    ja: sentencesInJapanese[code],
  });
  return refused && { reasons: refused.reasons.map(told), triesLeft: refused.triesLeft };
}

/** An end, with the reasons that it names by their codes. */
function toldEnd({ code, message }: Extract<ApplicationEnd, { kind: 'stopped' }>): Told {
  const own = endsInJapanese[code] ?? sentencesInJapanese[code];
  const reasons = localReasons(message, 'ja').filter((reason) => !reason.endsWith(`(${code})`));
  const all = own === undefined ? reasons : [own, ...reasons];
  return { code, en: message, ja: all.length === 0 ? undefined : all.join(' ') };
}

function refusedFrame(error: unknown): never {
  if (!(error instanceof ImageRefusedError)) throw error;
  const isSize = error.refusal === 'TOO_LARGE' || error.refusal === 'TOO_SMALL';
  throw isSize ? new PageRefusal(400, 'FRAME_SIZE_WRONG') : new PageRefusal(415, 'FRAME_NOT_JPEG');
}

import type { WriteStream } from 'node:tty';
import { localeOf, printable } from '@tegata/contracts';
import { type ScreenView, screenColours } from '../capture/person-screen.ts';
import { FreshKeys } from './fresh-keys.ts';
import { columnsOf } from './output.ts';
import type { Screen } from './prompts.ts';

const csi = '\u001b[';
/** The alternate screen, without a cursor; what stood in the window comes back when it is left. */
const open = `${csi}?1049h${csi}?25l`;
const leave = `${csi}0m${csi}2J${csi}?25h${csi}?1049l`;
const clear = `${csi}0m${csi}2J`;
const [enterKey, interruptKey] = [0x0d, 0x03];
/** Columns that a line of words has at most. */
const maxColumns = 72;
/** What ends a program that does not listen for it. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The window that a command runs in, as a screen before the person: words in the middle of it, or one colour all over. It is as it was before when it is given back,
 * also after Ctrl-C and any signal but SIGKILL.
 */
export class WindowScreen {
  #view: ScreenView | undefined;
  #keys: FreshKeys | undefined;
  #goOn: (() => void) | undefined;

  private constructor(
    private readonly screen: Screen & { readonly output: WriteStream },
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  /** The window; undefined where nobody sits before one that shows colours. */
  static of({ input, output }: Screen, env: Readonly<Record<string, string | undefined>>): WindowScreen | undefined {
    const isWindow = input.isTTY === true && output.isTTY === true && !['', 'dumb'].includes(env.TERM ?? '');
    return isWindow ? new WindowScreen({ input, output: output as WriteStream }, env) : undefined;
  }

  /** Language of whoever sits before it: `en`, `ja`. */
  get language(): string {
    return /^[a-z]{2,3}/.exec(localeOf(this.env))?.[0] ?? 'en';
  }

  /** Whether it shows something; nothing else may be written into the window then. */
  get isShown(): boolean {
    return this.#view !== undefined;
  }

  /** Resolves when it is shown; where the person is awaited, when they press Enter. The signal's reason. */
  async show(view: ScreenView, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#view === undefined) await this.#open();
    this.#view = view;
    this.#draw();
    if (view.kind === 'words' && view.awaitsPerson) await this.#enterPressed(signal);
  }

  /** The window is as it was before. */
  readonly giveBack = (): void => {
    if (this.#view === undefined) return;
    this.#view = undefined;
    this.#keys?.done();
    const { output } = this.screen;
    output.off('resize', this.#draw);
    for (const ending of endings) process.off(ending, this.#end);
    process.off('exit', this.giveBack);
    output.write(leave);
  };

  async #open(): Promise<void> {
    const { input, output } = this.screen;
    // Keys are not shown, and none that was pressed before begins anything.
    this.#keys = await FreshKeys.of(input);
    this.#keys.on('data', (keys: Uint8Array) => {
      // Without the terminal's own treatment of keys this one is only a key, too.
      if (keys.includes(interruptKey)) process.kill(process.pid, 'SIGINT');
      else if (keys.includes(enterKey)) this.#goOn?.();
    });
    // Before those that stop listening as they are told.
    for (const ending of endings) process.prependListener(ending, this.#end);
    process.on('exit', this.giveBack);
    output.on('resize', this.#draw);
    output.write(open);
  }

  /** Whoever else listens for the signal goes on; where nobody does, it ends the program as it would have. */
  readonly #end = (ending: NodeJS.Signals): void => {
    this.giveBack();
    if (process.listenerCount(ending) === 0) process.kill(process.pid, ending);
  };

  async #enterPressed(signal: AbortSignal): Promise<void> {
    let stop = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        stop = () => reject(signal.reason);
        signal.addEventListener('abort', stop, { once: true });
        this.#goOn = resolve;
      });
    } finally {
      signal.removeEventListener('abort', stop);
      this.#goOn = undefined;
    }
  }

  readonly #draw = (): void => {
    if (this.#view === undefined) return;
    const { columns, rows } = this.screen.output;
    const drawn =
      this.#view.kind === 'colour' ? this.#filled(this.#view, columns, rows) : placed(this.#view, columns, rows);
    this.screen.output.write(clear + drawn);
  };

  /** Each cell is written: not every window erases in the colour that is set. */
  #filled({ colour }: Extract<ScreenView, { kind: 'colour' }>, columns: number, rows: number): string {
    const rgb = screenColours[colour];
    const isExact = ['truecolor', '24bit'].includes(this.env.COLORTERM ?? '');
    // Of 256 colours those from 16 on are a cube of six levels each, whose corners these are.
    const [red, green, blue] = rgb.map((level) => (level === 0 ? 0 : 5)) as [number, number, number];
    const set = isExact ? `48;2;${rgb.join(';')}` : `48;5;${16 + 36 * red + 6 * green + blue}`;
    const lines = Array.from({ length: rows }, (_, k) => `${csi}${k + 1}H${' '.repeat(columns)}`);
    return `${csi}${set}m${lines.join('')}`;
  }
}

/** Words in the middle of the window; what does not fit at the bottom is cut. */
function placed({ title, lines }: Extract<ScreenView, { kind: 'words' }>, columns: number, rows: number): string {
  const width = Math.max(10, Math.min(maxColumns, columns - 4));
  const left = Math.max(1, Math.floor((columns - width) / 2) + 1);
  const titled = wrapped(title, width).map((line) => `${csi}1m${line}${csi}22m`);
  const all = [...titled, ...lines.flatMap((line) => ['', ...wrapped(line, width)])];
  const top = Math.max(1, Math.floor((rows - all.length) / 2) + 1);
  return all
    .slice(0, rows)
    .map((line, k) => `${csi}${top + k};${left}H${line}`)
    .join('');
}

/** Lines of at most so many columns, broken between words; Japanese ones, too. A word that is longer has a line of its own. */
export function wrapped(text: string, columns: number): string[] {
  const words: string[] = [];
  for (const { segment } of new Intl.Segmenter('ja', { granularity: 'word' }).segment(printable(text))) {
    // Punctuation stays with the word before it.
    if (words.length === 0 || /[\p{L}\p{N}]/u.test(segment)) words.push(segment);
    else words[words.length - 1] += segment;
  }
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && columnsOf((line + word).trimEnd()) > columns) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}

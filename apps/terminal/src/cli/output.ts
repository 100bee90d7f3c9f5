import { stripVTControlCharacters, styleText } from 'node:util';
import { printable, printableJson } from '@tegata/contracts';

/** Where a command writes. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Kinds of emphasis; plain where nobody sees colours. */
export type Emphasis = 'strong' | 'faint' | 'good' | 'bad' | 'warning';

const styles = { strong: 'bold', faint: 'dim', good: 'green', bad: 'red', warning: 'yellow' } as const;

/** The sequences by which styles begin and end, and no others. */
const emphasised = new RegExp(
  `(${Object.values(styles)
    .flatMap((style) => styleText(style, ' ', { validateStream: false }).split(' '))
    .map((sequence) => sequence.replace('[', '\\['))
    .join('|')})`,
  'g',
);

/**
 * What a command says, without what a terminal would obey in texts of others: of control sequences those of {@link Emphasis} pass alone. With `--json` the result is the only thing on standard output, as one document; progress goes to
 * standard error, and only without `--json`.
 */
export class Output {
  constructor(
    private readonly streams: Streams,
    readonly json: boolean,
    private readonly colours = (process.env.NO_COLOR ?? '') === '',
  ) {}

  /** Whether progress may move on one line. */
  get lively(): boolean {
    return !this.json && this.streams.stderr.isTTY === true;
  }

  /** The result: a value for programs, lines for people. */
  result(value: unknown, lines: readonly string[]): void {
    const text = this.json ? printableJson(value) : lines.map(seen).join('\n');
    if (text !== '') this.streams.stdout.write(`${text}\n`);
  }

  /** One line of a result that comes line by line, whatever `--json` says. */
  line(text: string): void {
    this.streams.stdout.write(`${seen(text)}\n`);
  }

  /** Something that is wrong with what was given, when the command goes on. */
  warning(line: string): void {
    this.streams.stderr.write(`${seen(line)}\n`);
  }

  /** A line about what is going on. */
  progress(line: string): void {
    if (!this.json) this.streams.stderr.write(`${seen(line)}\n`);
  }

  /** Text that comes and goes on one line; nothing where that isn't possible. */
  transient(text: string): void {
    if (this.lively) this.streams.stderr.write(`\r\u001b[2K${seen(text)}`);
  }

  /** The error a command ended with. */
  error(error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    /** Codes of SGP.22 and of the eUICC; for programs, and for people who ask for details. */
    readonly details?: Readonly<Record<string, string>>;
  }): void {
    if (this.json) {
      this.streams.stdout.write(`${printableJson({ error })}\n`);
      return;
    }
    const head = this.style('bad', 'Error:', this.streams.stderr);
    const tail = this.style('faint', `(${error.code})`, this.streams.stderr);
    this.streams.stderr.write(`${seen(`${head} ${error.message} ${tail}`)}\n${seen(error.hint)}\n`);
  }

  /** Emphasised text for standard output, or for the given stream. */
  style(emphasis: Emphasis, text: string, stream: { readonly isTTY?: boolean } = this.streams.stdout): string {
    return this.colours && stream.isTTY === true ? styleText(styles[emphasis], text) : text;
  }

  /** Emphasised text for progress. */
  styleProgress(emphasis: Emphasis, text: string): string {
    return this.style(emphasis, text, this.streams.stderr);
  }
}

/** A line as it is shown. What stands between the sequences of styles is what others may have written. */
const seen = (line: string): string =>
  line
    .split(emphasised)
    .map((part, at) => (at % 2 === 1 ? part : printable(part)))
    .join('');

/** Columns of text, each as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Columns a text takes: East Asian wide characters take two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) {
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return columns;
}

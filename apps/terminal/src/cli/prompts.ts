import process from 'node:process';
import { TerminalError } from '../terminal-error.ts';

/** Asks the user. Every question throws INPUT_NEEDED where nobody can answer, and INTERRUPTED when the user gives up. */
export interface Prompts {
  readonly possible: boolean;
  text(message: string, check?: (value: string) => string | undefined): Promise<string>;
  secret(message: string, check?: (value: string) => string | undefined): Promise<string>;
  confirm(message: string): Promise<boolean>;
}

/** Questions go where progress goes, so that standard output has nothing but results. */
const output = process.stderr;

/** Questions on the user's screen; `what` is said to be missing where there is no screen. */
export class ScreenPrompts implements Prompts {
  constructor(readonly possible: boolean) {}

  async text(message: string, check?: (value: string) => string | undefined): Promise<string> {
    const { text } = await this.#clack(message);
    return answered(await text({ message, output, validate: (value) => check?.(value ?? '') }));
  }

  async secret(message: string, check?: (value: string) => string | undefined): Promise<string> {
    const { password } = await this.#clack(message);
    return answered(await password({ message, output, validate: (value) => check?.(value ?? '') }));
  }

  async confirm(message: string): Promise<boolean> {
    const { confirm } = await this.#clack(message);
    return answered(await confirm({ message, output, initialValue: false }));
  }

  async #clack(message: string) {
    if (!this.possible) throw new TerminalError('invalid', 'INPUT_NEEDED', `Missing: ${message}.`);
    return import('@clack/prompts');
  }
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer === 'symbol')
    throw new TerminalError('cancelled', 'INTERRUPTED', 'Stopped before anything was sent.');
  return answer as Exclude<T, symbol>;
}

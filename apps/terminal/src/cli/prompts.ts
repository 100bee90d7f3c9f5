import type { Readable, Writable } from 'node:stream';
import { printable } from '@tegata/contracts';
import { TerminalError } from '../terminal-error.ts';
import { FreshKeys, type Keyboard } from './fresh-keys.ts';

/** Asks the user. Every question throws INPUT_NEEDED where nobody can answer, and INTERRUPTED when the user gives up. */
export interface Prompts {
  readonly possible: boolean;
  text(message: string, check?: (value: string) => string | undefined): Promise<string>;
  secret(message: string, check?: (value: string) => string | undefined): Promise<string>;
  /** Whether the user agrees. "No" until they choose otherwise: Enter alone consents to nothing, nor do keys pressed before the question. */
  confirm(message: string): Promise<boolean>;
}

/** Where questions are shown and answered. */
export interface Screen {
  readonly input: Keyboard;
  /** Where progress goes too, so that standard output has nothing but results. */
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Questions on the user's screen; what is asked for is said to be missing where nobody can answer. */
export class ScreenPrompts implements Prompts {
  readonly possible: boolean;
  readonly #screen: { readonly input: Keyboard & Readable; readonly output: Writable };

  /** @param silent whether nothing may be asked, such as where a program reads the output */
  constructor({ input, output }: Screen, silent: boolean) {
    this.possible = input.isTTY === true && output.isTTY === true && !silent;
    this.#screen = { input: input as Keyboard & Readable, output: output as Writable };
  }

  async text(message: string, check?: (value: string) => string | undefined): Promise<string> {
    const { text } = await this.#clack(message);
    return answered(
      await text({ message: printable(message), ...this.#screen, validate: (value) => check?.(value ?? '') }),
    );
  }

  async secret(message: string, check?: (value: string) => string | undefined): Promise<string> {
    const { password } = await this.#clack(message);
    return answered(
      await password({ message: printable(message), ...this.#screen, validate: (value) => check?.(value ?? '') }),
    );
  }

  async confirm(message: string): Promise<boolean> {
    const { confirm } = await this.#clack(message);
    const input = await FreshKeys.of(this.#screen.input);
    try {
      return answered(await confirm({ message: printable(message), ...this.#screen, input, initialValue: false }));
    } finally {
      input.done();
    }
  }

  async #clack(message: string) {
    if (!this.possible) throw new TerminalError('invalid', 'INPUT_NEEDED', `Missing: ${message}.`);
    return import('@clack/prompts');
  }
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer === 'symbol') throw new TerminalError('cancelled', 'INTERRUPTED', 'Stopped at the question.');
  return answer as Exclude<T, symbol>;
}

import type { Typed } from './command-line/typed.ts';
import type { Output } from './output.ts';
import type { PasswordSource } from './password.ts';
import type { Prompts } from './prompts.ts';
import type { AccessOptions } from './server-access.ts';
import type { Settings } from './settings.ts';
import type { TerminalClients } from './terminal-client.ts';
import type { WindowScreen } from './window-screen.ts';

/** Options of commands that work with the eUICC of a card in a reader, too. */
export interface CardOptions extends AccessOptions {
  /** Part of the reader's name; true: whichever has a card. Absent: the eUICC of this terminal. */
  readonly reader?: string | true;
}

/** What a command works with. */
export interface CommandContext {
  readonly settings: Settings;
  /** What is typed or piped in; read only by commands that say so. */
  readonly stdin: NodeJS.ReadableStream;
  readonly output: Output;
  readonly prompts: Prompts;
  readonly passwords: PasswordSource;
  /** The window as a screen beside a camera; undefined where nobody sits before one, or a program reads the output. */
  readonly window: () => Promise<WindowScreen | undefined>;
  /** Other commands, with what says which terminal or card this one works with. */
  readonly typed: Typed;
  /** Given when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** Runs something with the terminal's services, or with those of the card that the options name. */
  withTerminal<T>(command: (terminal: TerminalClients) => Promise<T>, options?: CardOptions): Promise<T>;
}

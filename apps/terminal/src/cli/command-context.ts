import type { Output } from './output.ts';
import type { PasswordSource } from './password.ts';
import type { Prompts } from './prompts.ts';
import type { Settings } from './settings.ts';
import type { TerminalClients } from './terminal-client.ts';

/** What a command works with. */
export interface CommandContext {
  readonly settings: Settings;
  /** What is typed or piped in; read only by commands that say so. */
  readonly stdin: NodeJS.ReadableStream;
  readonly output: Output;
  readonly prompts: Prompts;
  readonly passwords: PasswordSource;
  /** Given when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** Runs something with the terminal's services. */
  withTerminal<T>(command: (terminal: TerminalClients) => Promise<T>): Promise<T>;
}

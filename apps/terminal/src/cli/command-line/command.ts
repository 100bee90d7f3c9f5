import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

/** Runs the function of a command; given by main, which knows streams and settings. */
export type Runner = (
  command: Command,
  action: (context: CommandContext, ...positionals: (string | undefined)[]) => Promise<void>,
  positionals?: readonly (string | undefined)[],
) => Promise<void>;

/** Lines below the help of a command that can be typed as they are. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

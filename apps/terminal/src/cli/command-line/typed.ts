import type { Command } from 'commander';
import { CardOption } from './card-options.ts';

/** A command of `tegata` as a person types it, from its words: `profile enable ICCID`. `--help` alone is the help of the command that runs. */
export type Typed = (words: string) => string;

type Environment = Readonly<Record<string, string | undefined>>;

/** Whoever calls through npx has no tegata on the path. */
const programAsTyped = (env: Environment): string => (env.npm_command === 'exec' ? 'npx tegata' : 'tegata');

/** Help, with its examples as they are typed. */
export const helpAsTyped = (help: string, env: Environment): string =>
  help.replaceAll(/(?<=^ {2}\$ |\| )tegata /gm, `${programAsTyped(env)} `);

/** Options by which every command finds the terminal. */
const ofTerminal = ['--state', '--network'];

/**
 * Commands that go on with the terminal of the command that runs, or with its card: they have the options by which it was found,
 * so that they can be pasted.
 *
 * @param current the command that runs; absent when the command line was refused
 */
export function typedAfter(current: Command | undefined, env: Environment): Typed {
  const program = programAsTyped(env);
  return (words) => {
    if (words === '--help') return [program, ...pathOf(current), words].join(' ');
    const options = current === undefined || words.endsWith(' --help') ? [] : optionsFor(words, current);
    return [program, words, ...options].join(' ');
  };
}

function pathOf(command: Command | undefined | null): string[] {
  return command?.parent ? [...pathOf(command.parent), command.name()] : [];
}

function optionsFor(words: string, current: Command): string[] {
  const program = rootOf(current);
  const next = commandOf(program, words.split(' '));
  const withCard =
    current.options.some((option) => option instanceof CardOption) && current.opts().reader !== undefined;
  return [
    ...(withCard ? next.options.filter((option) => option instanceof CardOption) : []),
    ...program.options.filter(({ long }) => ofTerminal.includes(long ?? '')),
  ].flatMap((option) => {
    const value: unknown = current.optsWithGlobals()[option.attributeName()];
    return [value].flat().flatMap((each) => written(option.long ?? '', option.optional, each));
  });
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function commandOf(command: Command, [word, ...rest]: readonly string[]): Command {
  const next = command.commands.find((subcommand) => subcommand.name() === word);
  return next === undefined ? command : commandOf(next, rest);
}

function written(name: string, optional: boolean, value: unknown): string[] {
  if (value === undefined) return [];
  if (value === true || value === '') return [name];
  return [`${name}${optional ? '=' : ' '}${quoted(String(value))}`];
}

/** As a shell reads it back. */
const quoted = (value: string): string =>
  /^[\w./:=@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;

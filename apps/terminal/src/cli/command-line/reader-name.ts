import { Argument, type Command, type CommanderError } from 'commander';

/** An argument that may be left out, and by what a word is known for it. */
export class KnownArgument extends Argument {
  constructor(
    name: string,
    description: string,
    readonly pattern: RegExp,
  ) {
    super(`[${name}]`, description);
  }
}

/**
 * The command line with `--reader WORD` written so that it has one meaning. The word is the name of the reader, unless the command
 * lacks an argument without it, or it is of the kind of the argument that may come next: in `profile enable --reader ICCID` the
 * profile. `--reader=NAME` is always the name.
 *
 * @param program of its own, which is not run: reading a command line leaves traces in it
 */
export function withReaderName(args: readonly string[], program: Command): readonly string[] {
  const at = args.indexOf('--reader');
  const word = args[at + 1];
  const end = args.indexOf('--');
  if (at < 0 || word === undefined || word.startsWith('-') || (end >= 0 && end < at)) return args;
  const read = commandIn(args.toSpliced(at, 2), program);
  if (read === undefined || !isArgument(word, read)) return args;
  return args.with(at, '--reader=');
}

interface CommandRead {
  readonly command: Command;
  readonly operands: readonly string[];
}

/** The command that is named, and what stands there for its arguments, as commander reads it; undefined where it refuses. */
function commandIn(args: readonly string[], program: Command): CommandRead | undefined {
  let command = program;
  let operands: readonly string[] = [];
  let rest = [...args];
  try {
    for (;;) {
      const parsed = silenced(command).parseOptions(rest);
      operands = [...operands, ...parsed.operands];
      const next = command.commands.find((subcommand) => subcommand.name() === operands[0]);
      if (next === undefined) return { command, operands };
      [command, operands, rest] = [next, operands.slice(1), parsed.unknown];
    }
  } catch (error) {
    if ((error as CommanderError).code?.startsWith('commander.')) return undefined;
    throw error;
  }
}

const silenced = (command: Command): Command => command.exitOverride().configureOutput({ writeErr: () => {} });

function isArgument(word: string, { command, operands }: CommandRead): boolean {
  const reader = command.options.find(({ long }) => long === '--reader');
  const next = command.registeredArguments[operands.length];
  if (!reader?.optional || next === undefined) return false;
  return next.required || (next instanceof KnownArgument && next.pattern.test(word));
}

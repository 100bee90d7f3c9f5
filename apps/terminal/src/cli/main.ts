import process from 'node:process';
import { explainRefusal, nameStatusCodes } from '@tegata/rsp';
import { type Command, CommanderError } from 'commander';
import { TerminalError } from '../terminal-error.ts';
import type { CardOptions } from './command-context.ts';
import type { Runner } from './command-line/command.ts';
import { withReaderName } from './command-line/reader-name.ts';
import { helpAsTyped, type Typed, typedAfter } from './command-line/typed.ts';
import { adviceFor, exitCodes, RSP_REFUSAL } from './exit-codes.ts';
import { Output, type Streams } from './output.ts';
import { PasswordSource } from './password.ts';
import { createProgram } from './program.ts';
import { ScreenPrompts } from './prompts.ts';
import { type GlobalOptions, settingsOf } from './settings.ts';
import type { TerminalClients } from './terminal-client.ts';

/** What a run of the program has around it. */
export interface Surroundings extends Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs `tegata` with these arguments (without program names). Returns the exit code; everything else went to the streams.
 */
export async function main(args: readonly string[], surroundings: Surroundings = process): Promise<number> {
  // Looked at before anything is parsed: a wrong command line is answered in JSON too.
  const json = args.includes('--json');
  const output = new Output(surroundings, json);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new TerminalError('cancelled', 'INTERRUPTED', 'Stopped.'));
  process.once('SIGINT', interrupt);
  const run: Runner = (command, action, positionals = []) => {
    usage.command = command;
    return action(contextFor(command, surroundings, output, interrupted.signal), ...positionals);
  };
  const program = createProgram(run);
  const usage = captureUsage(program, surroundings, json);
  try {
    await program.parseAsync(withReaderName(args, createProgram(run)), { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    const told = error instanceof TerminalError && error.code === 'INTERRUPTED';
    const stopped = interrupted.signal.aborted;
    const thrown = stopped && !told ? interrupted.signal.reason : error;
    if (stopped) usage.stoppedIn = usage.command?.parent?.name();
    const typed = typedAfter(usage.command, surroundings.env);
    const exitCode = conclude(thrown, output, usage, typed, args.includes('--verbose'));
    await tellReasons(thrown, output, surroundings.env);
    return exitCode;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function contextFor(command: Command, surroundings: Surroundings, output: Output, signal: AbortSignal) {
  const settings = settingsOf(command.optsWithGlobals<GlobalOptions>(), surroundings.env);
  const screen = { input: surroundings.stdin, output: surroundings.stderr };
  const prompts = new ScreenPrompts(screen, output.json);
  const passwords = new PasswordSource(settings, surroundings.stdin, prompts);
  return {
    settings,
    stdin: surroundings.stdin,
    output,
    prompts,
    passwords,
    window: async () => {
      if (output.json) return undefined;
      const { WindowScreen } = await import('./window-screen.ts');
      return WindowScreen.of(screen, surroundings.env);
    },
    typed: typedAfter(command, surroundings.env),
    signal,
    withTerminal: async <T>(action: (terminal: TerminalClients) => Promise<T>, options: CardOptions = {}) => {
      const { withCard, withTerminal } = await import('./terminal-client.ts');
      const tell = (note: string) => output.progress(note);
      if (options.reader === undefined) return withTerminal(settings, tell, action);
      return withCard(settings, options, signal, tell, action);
    },
  };
}

/** How far a command line was understood. */
interface Usage {
  /** The command that ran, or that refused its options. */
  command?: Command;
  /** Its group, when it was stopped while it ran. */
  stoppedIn?: string | undefined;
  readonly complaints: string[];
}

/** Help goes where it belongs; complaints about the command line are kept, and printed unless JSON is wanted. */
function captureUsage(program: Command, { stdout, stderr, env }: Surroundings, json: boolean): Usage {
  const usage: Usage = { complaints: [] };
  configure(program);
  return usage;

  function configure(command: Command): void {
    command.exitOverride().configureOutput({
      writeOut: (text) => stdout.write(helpAsTyped(text, env)),
      writeErr: (text) => {
        usage.command = command;
        usage.complaints.push(helpAsTyped(text, env));
      },
      getErrHasColors: () => !json && stderr.isTTY === true,
    });
    for (const subcommand of command.commands) configure(subcommand);
  }
}

/** Reasons of identity verification that an error is or names, in the language of the user's locale where it is another than the error's. */
async function tellReasons(error: unknown, output: Output, env: Surroundings['env']): Promise<void> {
  if (output.json || !(error instanceof Error)) return;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const { localeOf, localReasons } = await import('@tegata/contracts');
  for (const line of localReasons(`${error.message} (${code})`, localeOf(env))) output.progress(line);
}

function conclude(
  error: unknown,
  output: Output,
  { stoppedIn, complaints }: Usage,
  typed: Typed,
  verbose: boolean,
): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    if (error.code === 'commander.help' && !output.json) {
      // A group without a command: its help is the answer.
      output.progress(complaints.join('').trimEnd());
      return exitCodes.usage;
    }
    const message = complaints.join('').trim() || error.message;
    output.error({ code: 'USAGE', message: sentence(message), hint: adviceFor('USAGE', undefined, typed).hint });
    return exitCodes.usage;
  }
  const { code, message, status, details } = describe(error);
  const { exit, hint } = adviceFor(code, details?.subjectCode === undefined ? status : RSP_REFUSAL, typed, stoppedIn);
  output.error({ code, message, hint, ...(details && { details }) });
  if (verbose && details !== undefined) {
    for (const [name, value] of Object.entries(details)) output.progress(`${name}: ${value}`);
  }
  if (verbose && error instanceof Error) output.progress(error.stack ?? String(error));
  return exitCodes[exit];
}

/** Code, sentence and status of anything that was thrown. Errors of this project have a code; others are faults. */
function describe(error: unknown): {
  code: string;
  message: string;
  status?: string;
  details?: Readonly<Record<string, string>>;
} {
  const ours = error instanceof Error && 'code' in error && typeof error.code === 'string';
  if (!ours || isSystemCode(error.code as string)) {
    return { code: 'INTERNAL_ERROR', message: error instanceof Error ? error.message : String(error) };
  }
  const status = 'status' in error && typeof error.status === 'string' ? { status: error.status } : {};
  const details = detailsOf(error);
  const { subjectCode, reasonCode } = details;
  // What a server says itself may be in any words; the sentence depends on its codes.
  const message =
    subjectCode !== undefined && reasonCode !== undefined ? explainRefusal(subjectCode, reasonCode) : error.message;
  return {
    code: error.code as string,
    message: withViolations(message, error),
    ...status,
    ...(Object.keys(details).length > 0 && { details }),
  };
}

/** Codes of SGP.22 by name, what they mean, and what the server said itself. */
function detailsOf(error: Error): Readonly<Record<string, string>> {
  const metadata: unknown = 'metadata' in error ? error.metadata : 'details' in error ? error.details : undefined;
  if (typeof metadata !== 'object' || metadata === null) return {};
  const texts = Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const details: Record<string, string> = Object.fromEntries(texts);
  const { subjectCode, reasonCode } = details;
  if (subjectCode === undefined || reasonCode === undefined) return details;
  const { subject, reason } = nameStatusCodes(subjectCode, reasonCode);
  return { ...details, ...(subject && { subject }), ...(reason && { reason }), serverMessage: error.message };
}

/** The message, and which fields of a request were refused and why, where a server says so; the first it may have said already. */
function withViolations(message: string, error: object): string {
  if (!('fieldViolations' in error) || !Array.isArray(error.fieldViolations)) return message;
  const violations = error.fieldViolations.map(({ field, description }) => `${field} ${description}`);
  const said = violations[0] !== undefined && message.startsWith(violations[0]);
  return [...(said ? [] : [message]), ...violations.map((violation) => `${violation}.`)].join(' ');
}

/** Codes of Node.js and of the operating system: `ERR_MODULE_NOT_FOUND`, `ENOSPC`. */
function isSystemCode(code: string): boolean {
  return /^(?:ERR_[A-Z0-9_]+|E[A-Z0-9]+)$/.test(code);
}

/** What commander complains of, and what it takes to be meant: `error: unknown command 'profil'`, `(Did you mean profile?)`. */
function sentence(complaint: string): string {
  const [first = complaint, suggestion = ''] = complaint.split('\n');
  const guess = /^\((Did you mean .*)\)$/.exec(suggestion)?.[1];
  return `${first.replace(/^error: /, '').replace(/^./, (letter) => letter.toUpperCase())}${guess === undefined ? '' : `. ${guess}`}`;
}

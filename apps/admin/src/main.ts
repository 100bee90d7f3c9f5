import { printable, printableJson } from '@tegata/contracts';
import { decodeServiceError, ServiceError } from '@tegata/service-kit';
import { CommanderError } from 'commander';
import { BatchRefusedError, type RowFault } from './batch/batch-error.ts';
import { AdminError } from './network.ts';
import { adminProgram } from './program.ts';

/** Runs the program; the exit code is 0 only when the command did what it was asked. */
export async function run(argv: readonly string[]): Promise<void> {
  const json = argv.includes('--json');
  // Whoever reads may have seen enough, as `head` has; the command goes on and does what it was asked.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  let complaints = '';
  const complain = (text: string) => {
    if (json) complaints += text;
    else process.stderr.write(text);
  };
  try {
    await adminProgram((text) => process.stdout.write(text), complain).parseAsync(argv);
  } catch (error) {
    const usage = error instanceof CommanderError;
    process.exitCode = usage ? error.exitCode : 1;
    if (usage && (error.exitCode === 0 || !json)) return;
    const described: DescribedError = usage ? describeUsage(complaints) : describeError(error);
    const { code, hint } = described;
    // That of a batch has a line for each row.
    const message = described.faults ? described.message : printable(described.message);
    if (json) process.stdout.write(`${printableJson({ error: described }, 2)}\n`);
    else process.stderr.write(`${message}\n${hint ? `${hint}\n` : ''}(${printable(code)})\n`);
  }
}

/** What is told of an error; programs are told every row of a batch. */
interface DescribedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly faults?: readonly RowFault[];
}

/** What commander complains of: a sentence, or the help of a group without a command. */
function describeUsage(complaints: string): DescribedError {
  const [complaint = ''] = complaints.split('\n');
  return { code: 'USAGE', message: complaint.replace(/^error: /, ''), hint: 'Add --help for how the command is used.' };
}

/** Code, sentence and advice of whatever a command ended with. */
export function describeError(error: unknown): DescribedError {
  if (error instanceof AdminError) {
    const { code, message, hint } = error;
    return { code, message, hint, ...(error instanceof BatchRefusedError && { faults: error.faults }) };
  }
  if (isOwnFault(error)) {
    const { message } = error;
    return {
      code: 'INTERNAL_ERROR',
      message,
      hint: 'No server said this: it is a fault of tegata-admin, or of this machine.',
    };
  }
  const { reason, message, metadata } = decodeServiceError(error);
  const codes = metadata.subjectCode ? ` ${metadata.subjectCode}/${metadata.reasonCode}` : '';
  const unreachable = reason === 'SERVER_UNREACHABLE';
  return {
    code: `${reason}${codes}`,
    message,
    hint: unreachable ? 'Is the server running? `tegata-admin status` shows which answer.' : '',
  };
}

/** Neither a server's refusal nor a connection's: those have a status. */
function isOwnFault(error: unknown): error is Error {
  const hasStatus = error instanceof ServiceError || (error instanceof Error && 'details' in error);
  return error instanceof Error && !hasStatus;
}

import { decodeServiceError } from '@tegata/service-kit';
import { CommanderError } from 'commander';
import { AdminError } from './network.ts';
import { adminProgram } from './program.ts';

/** Runs the program; the exit code is 0 only when the command did what it was asked. */
export async function run(argv: readonly string[]): Promise<void> {
  const json = argv.includes('--json');
  // Whoever reads may have seen enough, as `head` has; the command goes on and does what it was asked.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await adminProgram((text) => process.stdout.write(text)).parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) throw error;
    process.exitCode = 1;
    const { code, message, hint } = describe(error);
    if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, hint } }, null, 2)}\n`);
    else process.stderr.write(`${message}\n${hint ? `${hint}\n` : ''}(${code})\n`);
  }
}

function describe(error: unknown): { code: string; message: string; hint: string } {
  if (error instanceof AdminError) return error;
  const { reason, message, metadata } = decodeServiceError(error);
  const codes = metadata.subjectCode ? ` ${metadata.subjectCode}/${metadata.reasonCode}` : '';
  const unreachable = reason === 'SERVER_UNREACHABLE';
  return {
    code: `${reason}${codes}`,
    message,
    hint: unreachable ? 'Is the server running? `tegata-admin status` shows which answer.' : '',
  };
}

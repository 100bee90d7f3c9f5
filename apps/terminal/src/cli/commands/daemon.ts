import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger, runUntilSignal } from '@tegata/service-kit';
import { startTerminal } from '../../daemon/start-terminal.ts';
import { TerminalError } from '../../terminal-error.ts';
import type { CommandContext } from '../command-context.ts';

/** `tegata daemon` */
export async function daemon(
  { output, settings, signal }: CommandContext,
  options: { readonly wait?: string },
): Promise<void> {
  const tell = (line: string) => output.progress(line);
  await waitForFile(settings.networkFile, secondsOf(options.wait), signal, tell);
  const level = settings.verbose ? 'debug' : 'info';
  // Standard output is for the result, which is where the socket is.
  const logger = createLogger('terminal', { level, destination: process.stderr });
  const terminal = await startTerminal({ ...settings, published: true, onStarted: tell, logger });
  const { socket, eid } = terminal;
  const explore = `npx buf curl --protocol grpc --http2-prior-knowledge --unix-socket ${socket} --list-methods http://terminal`;
  output.result({ socket, eid }, [`The terminal's socket is ${socket}`, `Look around: ${explore}`]);
  if (signal.aborted) await terminal.stop();
  else await runUntilSignal(async () => terminal, { logger });
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^[0-9]{1,5}$/.test(text)) return Number(text);
  throw new TerminalError('invalid', 'USAGE', `${text} is not a number of seconds.`);
}

/** The servers of a network that is being started write the network file when they are ready. */
async function waitForFile(
  path: string,
  seconds: number,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  if (seconds > 0 && !existsSync(path)) tell(`Waiting for ${path}`);
  while (!existsSync(path) && performance.now() < end) await sleep(200, undefined, { signal });
}

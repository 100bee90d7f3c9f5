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
  await waitForFile(settings.networkFile, secondsOf(options.wait), signal, (line) => output.progress(line));
  const level = settings.verbose ? 'debug' : 'info';
  const logger = createLogger('terminal', { level });
  const onStarted = (note: string) => output.progress(note);
  let failure: unknown;
  await runUntilSignal(
    async () => {
      try {
        const terminal = await startTerminal({ ...settings, published: true, onStarted, logger });
        output.progress(`The terminal's socket is ${terminal.socket}`);
        output.progress(
          `Explore: npx buf curl --protocol grpc --http2-prior-knowledge --unix-socket ${terminal.socket} --list-methods http://terminal`,
        );
        return terminal;
      } catch (error) {
        failure = error;
        throw error;
      }
    },
    { logger },
  );
  if (failure !== undefined) throw failure;
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

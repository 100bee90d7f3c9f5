import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { nextMessage } from './next-message.ts';
import type { DownloadTimes, TerminalAnswer, TerminalSettings } from './terminal-messages.ts';

/** Processes that terminals are spread over, at most. */
const mostProcesses = 4;

/** What came of a number of downloads. */
export interface Downloads {
  readonly times: readonly DownloadTimes[];
  /** processor time of the terminals' processes */
  readonly cpuMs: number;
}

/** Terminals in processes of their own. */
export class Terminals {
  private constructor(
    private readonly processes: readonly ChildProcess[],
    private readonly shares: readonly number[],
  ) {}

  static async start(settings: TerminalSettings): Promise<Terminals> {
    const shares = split(settings.terminals, Math.min(settings.terminals, mostProcesses));
    const processes = shares.map((terminals) =>
      fork(resolve(import.meta.dirname, 'terminal-process.ts'), [JSON.stringify({ ...settings, terminals })], {
        execArgv: ['--import', 'tsx'],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    );
    const all = new Terminals(processes, shares);
    await Promise.all(processes.map((each) => answerOf(each)));
    return all;
  }

  /** Processes that the terminals are spread over. */
  get processCount(): number {
    return this.processes.length;
  }

  /** Downloads these profiles, each terminal one after the other, all terminals at once. @throws when one fails */
  async download(matchingIds: readonly string[]): Promise<Downloads> {
    const terminals = this.shares.reduce((sum, share) => sum + share, 0);
    const lists = Array.from({ length: terminals }, (_, at) =>
      matchingIds.filter((_id, index) => index % terminals === at),
    );
    const answers = await Promise.all(
      this.processes.map((each, at) => {
        const first = this.shares.slice(0, at).reduce((sum, share) => sum + share, 0);
        each.send({ matchingIds: lists.slice(first, first + this.shares[at]!) });
        return answerOf(each);
      }),
    );
    return {
      times: answers.flatMap((answer) => (answer.kind === 'downloaded' ? answer.times : [])),
      cpuMs: answers.reduce((sum, answer) => sum + (answer.kind === 'downloaded' ? answer.cpuMs : 0), 0),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.processes.map(async (each) => {
        if (each.exitCode !== null || each.signalCode !== null) return;
        const gone = once(each, 'exit');
        each.disconnect();
        await gone;
      }),
    );
  }
}

async function answerOf(child: ChildProcess): Promise<TerminalAnswer> {
  const answer = await nextMessage<TerminalAnswer>(child);
  if (answer.kind === 'failed') throw new Error(`a download failed: ${answer.why}`);
  return answer;
}

/** `total` in `parts` whole numbers that differ by one at most. */
const split = (total: number, parts: number): number[] =>
  Array.from({ length: parts }, (_, at) => Math.floor(total / parts) + (at < total % parts ? 1 : 0));

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { nextMessage } from './next-message.ts';
import type {
  DownloadTimes,
  TerminalAnswer,
  TerminalProcessSettings,
  TerminalSettings,
  TerminalTask,
} from './terminal-messages.ts';

/** Processes that terminals are spread over. */
const processCount = 4;

/** What came of a number of downloads. */
export interface Downloads {
  readonly times: readonly DownloadTimes[];
  /** processor time of the terminals' processes */
  readonly cpuMs: number;
}

/**
 * Terminals in processes of their own. The processes stay while terminals come and go, because what a new one compiles would take the cores and
 * their caches from the server that is measured.
 */
export class Terminals {
  private shares: readonly number[] = [];

  private constructor(private readonly processes: readonly ChildProcess[]) {}

  static async start(settings: TerminalProcessSettings): Promise<Terminals> {
    const processes = Array.from({ length: processCount }, () =>
      fork(resolve(import.meta.dirname, 'terminal-process.ts'), [JSON.stringify(settings)], {
        execArgv: ['--import', 'tsx'],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    );
    await Promise.all(processes.map(answerOf));
    return new Terminals(processes);
  }

  /** Manufactures and connects new terminals, in place of those that were. */
  async replace(settings: TerminalSettings): Promise<void> {
    this.shares = split(settings.terminals, processCount);
    await this.tellAll((nth) => ({ kind: 'replace', settings: { ...settings, terminals: this.shares[nth]! } }));
  }

  /** Downloads these profiles, each terminal one after the other, all terminals at once. @throws when one fails */
  async download(matchingIds: readonly string[]): Promise<Downloads> {
    const terminals = this.shares.reduce((sum, share) => sum + share, 0);
    const lists = Array.from({ length: terminals }, (_, at) =>
      matchingIds.filter((_id, index) => index % terminals === at),
    );
    const answers = await this.tellAll((nth) => {
      const first = this.shares.slice(0, nth).reduce((sum, share) => sum + share, 0);
      return { kind: 'download', matchingIds: lists.slice(first, first + this.shares[nth]!) };
    });
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

  private tellAll(task: (nth: number) => TerminalTask): Promise<TerminalAnswer[]> {
    return Promise.all(
      this.processes.map((each, nth) => {
        each.send(task(nth));
        return answerOf(each);
      }),
    );
  }
}

async function answerOf(child: ChildProcess): Promise<TerminalAnswer> {
  const answer = await nextMessage<TerminalAnswer>(child);
  if (answer.kind === 'failed') throw new Error(`a process of terminals failed: ${answer.why}`);
  return answer;
}

/** `total` in `parts` whole numbers that differ by one at most. */
const split = (total: number, parts: number): number[] =>
  Array.from({ length: parts }, (_, at) => Math.floor(total / parts) + (at < total % parts ? 1 : 0));

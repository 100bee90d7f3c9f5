import { type Profiler, Session } from 'node:inspector';

/** Counts of executions fall into these classes; more of a loop within one tells nothing new. */
const countClasses = [1, 2, 3, 4, 8, 16, 32, 128];

/** Which blocks of one script ran, and about how often: V8's own counters, by its inspector. */
export class Coverage {
  readonly #session = new Session();
  readonly #script: string;

  /** @param script end of its URL */
  constructor(script: string) {
    this.#script = script;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** What ran since the last time: a name for each block and class of its count. */
  take(): string[] {
    let taken: Profiler.ScriptCoverage[] = [];
    // A session of the own thread answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (_error, answer) => {
      taken = answer?.result ?? [];
    });
    return taken
      .filter(({ url }) => url.endsWith(this.#script))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .filter(({ count }) => count > 0)
      .map(({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}x${classOf(count)}`);
  }
}

const classOf = (count: number): number => countClasses.filter((least) => count >= least).length;

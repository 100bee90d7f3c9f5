/** One step of a contract's chart (S1-S58), as one server or the terminal saw it. */
export interface RecordedStep {
  /** UUID in text form. */
  readonly contractId: string;
  /** For example `S22`. */
  readonly step: string;
  /** `terminal`, `management/aozora`, `authentication`, `relay`. */
  readonly recordedBy: string;
  readonly startTime: Date;
  readonly durationUs: bigint;
  /** `ok`, or the reason of a failure in upper snake case. */
  readonly outcome: string;
}

/** Where a server keeps its steps. */
export interface FlowStore {
  /** Stores steps; one that is there already (same contract, step, recorder and start) is left as it is. */
  insert(steps: readonly RecordedStep[]): Promise<void>;
  /** Steps of a contract in order of time. */
  find(contractId: string): Promise<readonly RecordedStep[]>;
}

/** Stable reason of an error, as the flow chart shows it. */
const reasonOf = (error: unknown): string =>
  error !== null && typeof error === 'object' && 'reason' in error && typeof error.reason === 'string'
    ? error.reason
    : 'FAILED';

/** Times the steps a server takes and keeps them, so that the chart of a contract can be printed from data. */
export class FlowRecorder {
  readonly #store: FlowStore;
  readonly #recordedBy: string;
  readonly #clock: () => Date;

  constructor(store: FlowStore, recordedBy: string, clock: () => Date) {
    this.#store = store;
    this.#recordedBy = recordedBy;
    this.#clock = clock;
  }

  /**
   * Takes a step and records how long it took and how it ended. The step's own result or error is passed on.
   * @param outcomeOf names a failure that is a result, not an error.
   */
  async record<T>(
    contractId: string,
    step: string,
    take: () => Promise<T> | T,
    outcomeOf: (result: T) => string = () => 'ok',
  ): Promise<T> {
    const startTime = this.#clock();
    const start = process.hrtime.bigint();
    let outcome = 'ok';
    try {
      const result = await take();
      outcome = outcomeOf(result);
      return result;
    } catch (error) {
      outcome = reasonOf(error);
      throw error;
    } finally {
      const durationUs = (process.hrtime.bigint() - start) / 1000n;
      await this.#store.insert([{ contractId, step, recordedBy: this.#recordedBy, startTime, durationUs, outcome }]);
    }
  }

  /** Stores steps that someone else has timed. */
  store(steps: readonly RecordedStep[]): Promise<void> {
    return this.#store.insert(steps);
  }

  /** Steps of a contract in order of time. */
  find(contractId: string): Promise<readonly RecordedStep[]> {
    return this.#store.find(contractId);
  }
}

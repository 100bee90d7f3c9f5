/** Lets one piece of work run at a time, in the order asked for: an eUICC has one session with servers at a time. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all that was asked for before has ended, well or badly. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** When all that was asked for until now has ended. */
  idle(): Promise<void> {
    return this.run(async () => {});
  }
}

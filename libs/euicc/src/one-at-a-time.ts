/**
 * Lets one piece of work run at a time, in the order in which they were asked for: a card answers one command before it
 * takes the next.
 */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all that was asked for before has ended, well or badly. */
  run<T>(work: () => Promise<T> | T): Promise<T> {
    const result = this.last.then(work, work);
    this.last = result.catch(() => {});
    return result;
  }
}

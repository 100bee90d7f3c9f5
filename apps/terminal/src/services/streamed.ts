/**
 * Turns work that tells things while it goes on into a stream of these things. The stream ends as the work ends, and fails as
 * it fails, after everything was read. The work begins with the first read and is not stopped by a reader that leaves:
 * what stops it is its own signal.
 */
export async function* streamed<T>(work: (tell: (thing: T) => void) => Promise<void>): AsyncGenerator<T> {
  const told: T[] = [];
  let wake = () => {};
  let ended = false;
  let failure: unknown;
  let failed = false;
  work((thing) => {
    told.push(thing);
    wake();
  })
    .catch((error: unknown) => {
      failed = true;
      failure = error;
    })
    .finally(() => {
      ended = true;
      wake();
    });
  while (true) {
    const next = told.shift();
    if (next !== undefined) {
      yield next;
    } else if (ended) {
      if (failed) throw failure;
      return;
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

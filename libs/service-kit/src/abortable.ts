/**
 * The same items until the signal, then its reason as an error. Something that waits for its next item, which may never
 * come, is left behind.
 */
export async function* abortable<T>(items: AsyncIterable<T> | Iterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let stop: (reason: unknown) => void = () => {};
  const aborted = () => stop(signal.reason);
  signal.addEventListener('abort', aborted);
  try {
    while (true) {
      const { done, value } = await new Promise<IteratorResult<T, unknown>>((resolve, reject) => {
        stop = reject;
        if (signal.aborted) reject(signal.reason);
        else Promise.resolve(iterator.next()).then(resolve, reject);
      });
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', aborted);
    // Not awaited: a generator that is waiting for something runs its `finally` only when that has come.
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

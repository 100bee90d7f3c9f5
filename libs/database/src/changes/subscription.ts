/** Why a watcher is woken. Whatever the reason, it looks at the current state. */
export type WakeUp =
  /** Nothing is missed from here on: the first look. */
  | 'armed'
  /** The key was announced. */
  | 'notified'
  /** The connection was lost for a while, in which something may have been missed. */
  | 'reconnected'
  /** Nothing was heard for a while. */
  | 'polled';

/** One watcher's wake-ups: those that come while it is busy become one. */
export class Subscription {
  #pending: WakeUp | undefined;
  #deliver: ((wakeUp: WakeUp | undefined) => void) | undefined;
  #ended = false;
  /** Whether it had its first wake-up from a connection that listens. */
  armed = false;

  wake(wakeUp: WakeUp): void {
    if (this.#deliver !== undefined) this.#deliver(wakeUp);
    else this.#pending ??= wakeUp;
  }

  /** There are no more wake-ups. */
  end(): void {
    this.#ended = true;
    this.#deliver?.(undefined);
  }

  /**
   * The next wake-up: one that came meanwhile, or the first to come, or `polled` after a while.
   *
   * @returns `undefined` once the signal is aborted, or there are no more.
   */
  next(timeoutMs: number, signal: AbortSignal): Promise<WakeUp | undefined> {
    if (signal.aborted || this.#ended) return Promise.resolve(undefined);
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined) return Promise.resolve(pending);
    return new Promise((resolve) => {
      const settle = (wakeUp: WakeUp | undefined) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.#deliver = undefined;
        resolve(wakeUp);
      };
      const onAbort = () => settle(undefined);
      const timer = setTimeout(() => settle('polled'), timeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#deliver = settle;
    });
  }
}

import type { Caller } from './caller.ts';
import { callerLabel } from './caller.ts';

/** Calls of one method by one caller since the server was made. */
export interface CallCount {
  /** Full method path. */
  readonly method: string;
  /** `terminal`, `local`, `relay`, `management/aozora`. */
  readonly caller: string;
  readonly count: number;
}

/** Services that watch a server; their calls would drown the others. */
const uncounted = /^\/(grpc\.|tegata\.operations\.)/;

/** Counts calls as they arrive, refused ones too: what was not called counts nothing. */
export class CallCounts {
  readonly #counts = new Map<string, { method: string; caller: string; count: number }>();

  record(method: string, caller: Caller | undefined): void {
    if (uncounted.test(method)) return;
    const label = caller ? callerLabel(caller) : 'unidentified';
    const key = `${method} ${label}`;
    const known = this.#counts.get(key);
    if (known) known.count++;
    else this.#counts.set(key, { method, caller: label, count: 1 });
  }

  /** Counts that are not 0, by method, then caller. */
  snapshot(): CallCount[] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => ({ ...count }));
  }
}

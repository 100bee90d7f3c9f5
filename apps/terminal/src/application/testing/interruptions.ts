import { ServiceError } from '@tegata/service-kit';

/** What happens to one call or one write. */
export type Interruption =
  /** Nothing. */
  | 'none'
  /** The server can't be reached. */
  | 'unreachable'
  /** The server does it, its answer gets lost. */
  | 'answer-lost'
  /** The process is killed before it. */
  | 'killed-before'
  /** The process is killed after it. */
  | 'killed-after';

/** The end of the process. Nothing that comes after it in the same run has any effect. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** Interrupts what passes through it, after a plan: one entry for each call or write, then nothing any more. */
export class Interruptions {
  readonly #plan: Interruption[];
  #killed = false;
  /** How many calls and writes have passed. */
  passed = 0;

  constructor(plan: readonly Interruption[] = []) {
    this.#plan = [...plan];
  }

  /** Whether the process is dead. */
  get killed(): boolean {
    return this.#killed;
  }

  /** A new process: what was killed lives again. */
  restart(): void {
    this.#killed = false;
  }

  /** A call to a server. */
  async call<T>(action: () => T | Promise<T>): Promise<T> {
    const interruption = this.#next();
    if (interruption === 'unreachable') throw unreachable();
    const result = await action();
    if (interruption === 'answer-lost') throw unreachable();
    return this.#after(interruption, result);
  }

  /** Something within the terminal: it can't get lost, but the process can be killed. */
  local<T>(action: () => T): T {
    const interruption = this.#next();
    return this.#after(interruption, action());
  }

  /** The same for something that takes its time. */
  async localAsync<T>(action: () => Promise<T>): Promise<T> {
    const interruption = this.#next();
    return this.#after(interruption, await action());
  }

  #next(): Interruption {
    if (this.#killed) throw new Killed();
    this.passed++;
    const interruption = this.#plan.shift() ?? 'none';
    if (interruption === 'killed-before') this.#kill();
    return interruption;
  }

  #after<T>(interruption: Interruption, result: T): T {
    if (interruption === 'killed-after') this.#kill();
    return result;
  }

  #kill(): never {
    this.#killed = true;
    throw new Killed();
  }
}

function unreachable(): ServiceError {
  return new ServiceError({
    status: 'UNAVAILABLE',
    reason: 'SERVER_UNREACHABLE',
    message: 'The server can not be reached.',
  });
}

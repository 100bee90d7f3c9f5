import { readIfThere, removeDurably, writeDurably } from '../state/durable-file.ts';
import type { CompletedStep } from './chart-steps.ts';
import { type ContractRecord, completedSteps } from './contract-record.ts';

/**
 * S1-S4 happen before there is a contract. They are kept until the first contract that is applied for after the registration
 * takes them into its chart.
 */
export class RegistrationSteps {
  constructor(private readonly path: string) {}

  /** Keeps the steps of a registration just made, in place of those of an earlier one. */
  keep(steps: readonly CompletedStep[]): void {
    writeDurably(this.path, Buffer.from(JSON.stringify(completedSteps.write(steps))));
  }

  /** The steps that no contract has taken yet. */
  waiting(): readonly CompletedStep[] {
    const stored = readIfThere(this.path);
    return stored === undefined ? [] : completedSteps.read(JSON.parse(Buffer.from(stored).toString('utf8')), 'steps');
  }

  /** The steps for a new contract: none if one of the earlier contracts has them, although they are still kept. */
  forNewContract(earlier: readonly ContractRecord[]): readonly CompletedStep[] {
    const waiting = this.waiting();
    const taken = earlier.some(({ steps }) => steps.some((step) => waiting.some((mine) => isSameStep(mine, step))));
    return taken ? [] : waiting;
  }

  /** Forgets the steps; called after the record that has them is stored. */
  forget(): void {
    removeDurably(this.path);
  }
}

function isSameStep(a: CompletedStep, b: CompletedStep): boolean {
  return a.step === b.step && a.startTime.getTime() === b.startTime.getTime();
}

/** Times the registration, whose steps come as calls of their own. */
export class RegistrationClock {
  #found: CompletedStep | undefined;
  /** When the user was told that nothing is registered. */
  #asked: { readonly time: Date; readonly microseconds: number } | undefined;

  constructor(
    private readonly now: () => Date,
    private readonly microseconds: () => number,
  ) {}

  /** S1: times a look at the status; S2 is its answer, when that is that nothing is registered. */
  async look<T extends { readonly registered: boolean }>(status: () => Promise<T>): Promise<T> {
    const [time, from] = [this.now(), this.microseconds()];
    const answer = await status();
    if (!answer.registered && this.#asked === undefined) {
      this.#found = this.#step('S1', time, from);
      this.#asked = { time: this.now(), microseconds: this.microseconds() };
    }
    return answer;
  }

  /** S3, S4: times a registration. With its result come S1-S4, when it is the first one. */
  async register<T>(registration: () => Promise<T>): Promise<{ result: T; steps: readonly CompletedStep[] }> {
    const [found, asked, time, from] = [this.#found, this.#asked, this.now(), this.microseconds()];
    const presentedUs = asked === undefined ? 0 : Math.max(0, Math.round(from - asked.microseconds));
    const result = await registration();
    if (found === undefined || asked === undefined) return { result, steps: [] };
    this.#found = undefined;
    this.#asked = undefined;
    const steps = [
      found,
      { step: 'S2', startTime: asked.time, durationUs: 0 },
      { step: 'S3', startTime: asked.time, durationUs: presentedUs },
      this.#step('S4', time, from),
    ];
    return { result, steps };
  }

  #step(step: string, startTime: Date, from: number): CompletedStep {
    return { step, startTime, durationUs: Math.max(0, Math.round(this.microseconds() - from)) };
  }
}

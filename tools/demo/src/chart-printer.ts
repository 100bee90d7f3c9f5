import { flowSteps } from '@tegata/contracts';

/** A completed step, whoever recorded it. */
export interface DemoStep {
  readonly step: string;
  readonly recordedBy: string;
  readonly ms: number;
  readonly outcome: string;
}

/**
 * Prints the chart of one contract while it happens, in the order of its numbers: a step that is known early waits for
 * those before it, because a call ends after the steps that it contains.
 */
export class ChartPrinter {
  readonly #expected: string[];
  readonly #known = new Map<string, DemoStep>();
  readonly #print: (line: string) => void;

  /** @param expected numbers of the chart, in order. */
  constructor(expected: readonly string[], print: (line: string) => void) {
    this.#expected = [...expected];
    this.#print = print;
  }

  /** Takes in a step; one that is known already changes nothing. */
  add(step: DemoStep): void {
    if (this.#known.has(step.step)) return;
    this.#known.set(step.step, step);
    for (let next = this.#expected[0]; next !== undefined; next = this.#expected[0]) {
      const known = this.#known.get(next);
      if (!known) return;
      this.#print(stepLine(known));
      this.#expected.shift();
    }
  }

  /** Prints what is left after a failure, gaps and all. */
  flush(): void {
    for (const number of this.#expected.splice(0)) {
      const known = this.#known.get(number);
      if (known) this.#print(stepLine(known));
    }
  }

  /** Every step that is known, in the order of the chart's numbers. */
  get steps(): readonly DemoStep[] {
    return [...this.#known.values()].sort((a, b) => Number(a.step.slice(1)) - Number(b.step.slice(1)));
  }
}

/** `S14  management → authentication   requests identity verification   412.3 ms`. */
export function stepLine({ step, ms, outcome }: DemoStep): string {
  const described = flowSteps[step];
  const way = !described
    ? ''
    : described.from === described.to
      ? described.from
      : `${described.from} → ${described.to}`;
  const failed = outcome === 'ok' ? '' : `  ${outcome}`;
  return `  ${step.padEnd(4)} ${way.padEnd(28)} ${(described?.what ?? '').padEnd(54)} ${ms.toFixed(1).padStart(8)} ms${failed}`;
}

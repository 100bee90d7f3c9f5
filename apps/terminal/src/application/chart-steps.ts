import { type firstContractSteps, flowSteps, type laterContractSteps } from '@tegata/contracts';

/** Which of the two charts a contract follows: the first contract of a person, or a later one with an identity certificate. */
export type Flow = 'first' | 'later';

interface ChartStep {
  /** Number in the chart of a first contract. */
  readonly first?: keyof typeof firstContractSteps;
  /** Number in the chart of a later contract. */
  readonly later?: keyof typeof laterContractSteps;
}

/** The steps that the terminal records, in the order of the charts. */
export const chartSteps = {
  findNothingRegistered: { first: 'S1' },
  askForRegistration: { first: 'S2' },
  presentRegistration: { first: 'S3' },
  register: { first: 'S4' },
  apply: { first: 'S5', later: 'S41' },
  receiveRequirements: { first: 'S6', later: 'S42' },
  askForAuthentication: { first: 'S7', later: 'S43' },
  presentAuthentication: { first: 'S8', later: 'S44' },
  authenticateLocally: { first: 'S9', later: 'S45' },
  lookForCertificate: { first: 'S10', later: 'S46' },
  takeDocuments: { first: 'S11' },
  takeCertificate: { later: 'S47' },
  submit: { first: 'S12', later: 'S48' },
  receiveProofRequest: { first: 'S16' },
  startCapture: { first: 'S17' },
  capture: { first: 'S18' },
  submitIdPhoto: { first: 'S19' },
  acquire: { first: 'S27', later: 'S53' },
  receive: { first: 'S32', later: 'S56' },
  storeCertificate: { first: 'S33' },
  load: { first: 'S34', later: 'S57' },
  enable: { first: 'S35', later: 'S58' },
} as const satisfies Record<string, ChartStep>;

/** Name of a step, independent of the chart. */
export type StepName = keyof typeof chartSteps;

/** Number of a step in a chart, for example `S34`; undefined where that chart has no such step. */
export function numberOf(name: StepName, flow: Flow): string | undefined {
  const step: ChartStep = chartSteps[name];
  return step[flow];
}

/** What a step achieves, in a few words. */
export function describeStep(number: string): string {
  return flowSteps[number]?.what ?? '';
}

/** A step as it was seen. */
export interface CompletedStep {
  /** Number in the chart. */
  readonly step: string;
  readonly startTime: Date;
  readonly durationUs: number;
}

/**
 * Adds a completed step. A step done again (a second try at local authentication) replaces the earlier one: the chart has
 * each number once.
 */
export function withStep(steps: readonly CompletedStep[], added: CompletedStep): readonly CompletedStep[] {
  return [...steps.filter(({ step }) => step !== added.step), added];
}

/**
 * The same steps under the numbers of the other chart, where it has them. Needed when S10/S46 shows that the contract
 * follows another chart than was expected when it was applied for.
 */
export function renumbered(steps: readonly CompletedStep[], flow: Flow): readonly CompletedStep[] {
  return steps.map((recorded) => {
    const known = Object.values<ChartStep>(chartSteps).find(
      ({ first, later }) => first === recorded.step || later === recorded.step,
    );
    return { ...recorded, step: known?.[flow] ?? recorded.step };
  });
}

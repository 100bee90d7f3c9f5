import type { Applicant } from '@tegata/contracts/management-v1';
import {
  type CompletedStep,
  ContractPhase,
  type ContractProgress,
  ContractsService,
  type Evidence,
  type ContractRecord as RecordMessage,
  type ScreenView as ScreenViewMessage,
} from '@tegata/contracts/terminal-v1';
import { type CallContext, implement, refusal, type ServiceImplementation } from '@tegata/service-kit';
import { describeStep, type CompletedStep as RecordedStep } from '../application/chart-steps.ts';
import type { ContractApplications, Following } from '../application/contract-applications.ts';
import {
  type ContractRecord,
  contractIdOf,
  type RecordedApplicant,
  type RecordedEvidence,
  type Stage,
} from '../application/contract-record.ts';
import type { Progress } from '../application/run.ts';
import { preferredLanguage } from '../capture/page/words.ts';
import type { PersonScreen, ScreenView } from '../capture/person-screen.ts';
import { screenColourOf } from '../capture/shown-prompt.ts';
import { CallersScreens } from './callers-screens.ts';
import { streamed } from './streamed.ts';

/** What the service works with. */
export interface ContractsContext {
  readonly applications: ContractApplications;
  /** Reads what is needed of the network; called before a run. */
  readonly loadNetwork: () => Promise<void>;
}

/** tegata.terminal.v1.Contracts: the contract applications of this terminal. */
export function contractsService({ applications, loadNetwork }: ContractsContext): ServiceImplementation {
  const screens = new CallersScreens();
  return implement(ContractsService, {
    apply: ({ carrier, applicant, password, evidence, disclose, screenLanguage }, context) =>
      progressOf(context, withScreen(screenLanguage), async (following) => {
        const application = { carrier, applicant: applicantOf(applicant), password, disclose };
        await loadNetwork();
        return applications.apply({ ...application, ...evidenceOf(evidence) }, following);
      }),

    resume: ({ contractId, password, evidence, screenLanguage }, context) =>
      progressOf(context, withScreen(screenLanguage), async (following) => {
        await loadNetwork();
        return applications.resume({ id: contractId, password, ...evidenceOf(evidence) }, following);
      }),

    cancel: async ({ contractId }, { signal }) => {
      await loadNetwork();
      return { contract: recordMessage(await applications.cancel(contractId, signal)) };
    },

    reportScreen: async ({ number }) => {
      screens.report(number);
      return {};
    },

    list: async () => ({ contracts: applications.list().map(recordMessage) }),

    get: async ({ contractId }) => {
      const record = applications.get(contractId);
      return { contract: recordMessage(record), steps: record.steps.map(stepMessage) };
    },
  });

  function withScreen(language: string) {
    return (tell: (progress: Progress) => void): PersonScreen | undefined =>
      language === ''
        ? undefined
        : screens.of(preferredLanguage([language]), (number, view) => tell({ kind: 'screen', number, view }));
  }
}

async function* progressOf(
  { signal }: CallContext,
  screenTold: (tell: (progress: Progress) => void) => PersonScreen | undefined,
  run: (following: Following) => Promise<ContractRecord>,
): AsyncIterable<{ progress: ContractProgress }> {
  const told = streamed<Progress>(async (tell) => {
    const record = await run({ tell, signal, screen: screenTold(tell) });
    // The last word is always where the contract stands, also where nothing changed.
    tell({ kind: 'contract', record });
  });
  for await (const progress of told) yield { progress: progressMessage(progress) };
}

/** Progress, as it is told to callers. */
export function progressMessage(progress: Progress): ContractProgress {
  switch (progress.kind) {
    case 'step':
      return { event: { $case: 'step', value: stepMessage(progress.step) } };
    case 'contract':
      return { event: { $case: 'contract', value: recordMessage(progress.record) } };
    case 'capturePage':
      return { event: { $case: 'capturePage', value: progress.link } };
    case 'note':
      return { event: { $case: 'note', value: progress.note } };
    case 'screen':
      return { event: { $case: 'screen', value: { number: progress.number, shown: shownMessage(progress.view) } } };
  }
}

function shownMessage(view: ScreenView | undefined): ScreenViewMessage['shown'] {
  if (view === undefined) return undefined;
  if (view.kind === 'colour') return { $case: 'colour', value: screenColourOf(view.colour) };
  const { title, lines, awaitsPerson } = view;
  return { $case: 'words', value: { title, lines: [...lines], awaitsPerson } };
}

function stepMessage({ step, startTime, durationUs }: RecordedStep): CompletedStep {
  const duration = { seconds: BigInt(Math.floor(durationUs / 1e6)), nanos: (durationUs % 1e6) * 1000 };
  return { step, description: describeStep(step), startTime, duration };
}

const phaseOfStage: Readonly<Record<Stage, ContractPhase>> = {
  opening: ContractPhase.APPLYING,
  informing: ContractPhase.APPLYING,
  deciding: ContractPhase.DECIDING,
  acquiring: ContractPhase.ACQUIRING,
  installing: ContractPhase.ACQUIRING,
  enabling: ContractPhase.ACQUIRING,
  reporting: ContractPhase.COMPLETE,
  complete: ContractPhase.COMPLETE,
  ended: ContractPhase.ENDED,
};

function recordMessage(record: ContractRecord): RecordMessage {
  const { carrier, stage, state, identityVerification, reasons, createTime } = record;
  return {
    contractId: contractIdOf(record) ?? '',
    carrier,
    phase: phaseOfStage[stage],
    state,
    // Before installation the ICCID is what the carrier announced, not what the eUICC has.
    iccid: stage === 'enabling' || stage === 'reporting' || stage === 'complete' ? record.iccid : '',
    imsi: stage === 'reporting' || stage === 'complete' ? record.imsi : '',
    identityVerification,
    reasons: [...reasons],
    createTime,
  };
}

function applicantOf(applicant: Applicant | undefined): RecordedApplicant {
  // The field rules ask for both.
  if (applicant?.birthDate === undefined) throw refusal('FIELD_INVALID');
  const { familyName, givenName, birthDate, address } = applicant;
  return { familyName, givenName, birthDate, address };
}

/** What is recorded of the evidence, and the PIN, which is not. */
function evidenceOf(evidence: Evidence | undefined): {
  readonly evidence: RecordedEvidence | undefined;
  readonly publicKeyPin?: string;
} {
  if (evidence === undefined) return { evidence: undefined };
  const { documentFile, framesDirectory, chipDirectory, camera } = evidence;
  const { publicKeyDirectory, publicKeyPin, transferCode } = evidence;
  const named = [documentFile, framesDirectory, chipDirectory, camera, publicKeyDirectory, transferCode];
  if (named.every((place) => place === '')) return { evidence: undefined };
  const optional = (value: string) => (value === '' ? undefined : value);
  const recorded = {
    ...{ documentFile, framesDirectory, chipDirectory: optional(chipDirectory), camera: optional(camera) },
    chipReader: optional(evidence.chipReader),
    publicKeyDirectory: optional(publicKeyDirectory),
    transferCode: optional(transferCode),
  };
  return { evidence: recorded, publicKeyPin };
}

import { ContractState } from '@tegata/contracts/management-v1';
import { ServiceError } from '@tegata/service-kit';
import { type ApplicationEnd, type Camera, leastDocumentSide } from '../capture/camera.ts';
import { checkCamera } from '../capture/camera-source.ts';
import type { PersonScreen } from '../capture/person-screen.ts';
import { readChipFolder } from '../evidence/document-chip.ts';
import { readIdentityDocument } from '../evidence/identity-document.ts';
import { checkPublicKeyCard } from '../evidence/public-key-card.ts';
import { readTransferCode } from '../evidence/transfer-code.ts';
import { TerminalError } from '../terminal-error.ts';
import { advance } from './advance.ts';
import {
  type ContractRecord,
  cameraSourceOf,
  contractIdOf,
  isOver,
  photographsDocument,
  type RecordedApplicant,
  type RecordedEvidence,
  type RecordIn,
} from './contract-record.ts';
import type { RecordStore } from './record-store.ts';
import type { RegistrationSteps } from './registration-steps.ts';
import type { ApplicationSurroundings, Progress, Run } from './run.ts';
import { requireUsable } from './stages/authenticate-locally.ts';
import { alwaysOf } from './stages/settle.ts';

/** A contract to apply for. */
export interface Application {
  /** Carrier, by its name in the network file. */
  readonly carrier: string;
  readonly applicant: RecordedApplicant;
  readonly password: string;
  readonly evidence: RecordedEvidence | undefined;
  /** PIN of the card in the evidence; kept for this run only */
  readonly publicKeyPin?: string | undefined;
  /** Names of certificate attributes to disclose. */
  readonly disclose: readonly string[];
}

/** What the user gives to go on with a contract. */
export interface Resumption {
  /** Contract or application identifier; empty for the only open one. */
  readonly id: string;
  readonly password: string | undefined;
  /** Pictures in place of those given before. */
  readonly evidence: RecordedEvidence | undefined;
  /** PIN of the card in the evidence; kept for this run only */
  readonly publicKeyPin?: string | undefined;
}

/** How a run is followed and stopped. */
export interface Following {
  readonly tell: (progress: Progress) => void;
  readonly signal: AbortSignal;
  /** Screen before the person, if who follows has one. */
  readonly screen?: PersonScreen | undefined;
}

/** The contract applications of a terminal. Several may run at once, each only once. */
export class ContractApplications {
  readonly #running = new Map<string, RunningApplication>();

  constructor(
    private readonly surroundings: ApplicationSurroundings,
    private readonly store: RecordStore,
    private readonly registrationSteps: RegistrationSteps,
    private readonly random: (octets: number) => Uint8Array,
  ) {}

  /**
   * Applies for a contract and goes on as far as possible. What is missing on this side is said before anything is sent:
   * CARRIER_UNKNOWN, LOCAL_AUTHENTICATION_NOT_REGISTERED, LOCAL_AUTHENTICATION_LOCKED, EVIDENCE_NEEDED and what is wrong
   * with the pictures.
   */
  async apply(application: Application, following: Following): Promise<ContractRecord> {
    const { carrier, applicant, password, evidence, publicKeyPin, disclose } = application;
    this.surroundings.desk(carrier);
    requireUsable(await this.surroundings.localAuthenticator.status());
    const certified = await this.surroundings.certificates.isStored();
    if (evidence !== undefined) await this.#check(evidence, publicKeyPin, following);
    else if (!certified) throw evidenceNeeded();

    const earlier = this.store.all();
    const open = earlier.find((other) => other.carrier === carrier && !isOver(other));
    if (open !== undefined) {
      const note = `Another application to ${carrier} is open: ${contractIdOf(open) ?? hexOf(open.applicationId)}.`;
      following.tell({ kind: 'note', note });
    }
    const record: ContractRecord = {
      stage: 'opening',
      applicationId: this.random(16),
      carrier,
      createTime: this.surroundings.now(),
      flow: certified ? 'later' : 'first',
      identityVerification: false,
      state: ContractState.UNSPECIFIED,
      reasons: [],
      steps: certified ? [] : this.registrationSteps.forNewContract(earlier),
      applicant,
      disclose,
      evidence,
    };
    this.store.save(record);
    if (record.steps.length > 0) this.registrationSteps.forget();
    for (const step of record.steps) following.tell({ kind: 'step', step });
    return this.#run(record, { password, publicKeyPin }, following);
  }

  /** Goes on with a contract. CONTRACT_NOT_FOUND, NO_OPEN_CONTRACT, SEVERAL_OPEN_CONTRACTS, CONTRACT_BUSY. */
  async resume({ id, password, evidence, publicKeyPin }: Resumption, following: Following): Promise<ContractRecord> {
    const record = id === '' ? this.store.onlyOpen() : this.store.get(id);
    if (evidence === undefined) return this.#run(record, { password, publicKeyPin }, following);
    await this.#check(evidence, publicKeyPin, following);
    const renewed = withEvidence(record, evidence);
    if (!this.#running.has(hexOf(record.applicationId))) this.store.save(renewed);
    return this.#run(renewed, { password, publicKeyPin }, following);
  }

  /**
   * Gives up a contract whose profile is not installed; a run that goes on with it ends. Where the answer to the application was lost, the
   * carrier is asked for the contract first: it has none left then. Repeating it changes nothing. CONTRACT_NOT_FOUND, NO_OPEN_CONTRACT,
   * SEVERAL_OPEN_CONTRACTS, CONTRACT_STATE_UNSUITABLE.
   */
  async cancel(id: string, signal: AbortSignal): Promise<ContractRecord> {
    const record = id === '' ? this.store.onlyOpen() : this.store.get(id);
    if (record.stage === 'ended' && record.state === ContractState.CANCELLED) return record;
    if (!isBeforeInstallation(record)) {
      const message = 'This contract can not be given up any more: it is installed, refused or lapsed.';
      throw new TerminalError('precondition', 'CONTRACT_STATE_UNSUITABLE', message);
    }
    const desk = this.surroundings.desk(record.carrier);
    const credentials = record.stage === 'opening' ? await desk.apply(record.applicationId, signal) : record;
    const { state, contractId } = await desk.cancel(credentials, signal);
    const ended: ContractRecord = { stage: 'ended', ...alwaysOf(record), state, reasons: [], contractId };
    const running = this.#running.get(hexOf(record.applicationId));
    if (running === undefined) this.store.save(ended);
    else running.giveUp(ended);
    return ended;
  }

  /** All applications, newest first. */
  list(): ContractRecord[] {
    return this.store.all();
  }

  /** One. CONTRACT_NOT_FOUND. */
  get(id: string): ContractRecord {
    return this.store.get(id);
  }

  /** Says what is wrong with the pictures or the camera, and tells a camera that may turn out to be too small. */
  async #check(
    evidence: RecordedEvidence,
    publicKeyPin: string | undefined,
    { tell, signal }: Following,
  ): Promise<void> {
    checkEvidence(evidence, publicKeyPin, this.surroundings.eid);
    if (evidence.publicKeyDirectory !== undefined) return;
    const camera = this.surroundings.camera(cameraSourceOf(evidence), { announce: () => undefined });
    const side = await camera.documentSide?.(signal);
    const isPicture = evidence.chipDirectory === undefined && evidence.transferCode === undefined;
    if (!isPicture || side === undefined || side >= leastDocumentSide) return;
    const note = `This camera gives ${side} pixels each way. Where the document has to be held before it, ${leastDocumentSide} are needed, and the capture ends there.`;
    tell({ kind: 'note', note });
  }

  async #run(
    record: ContractRecord,
    secrets: Pick<Run, 'password' | 'publicKeyPin'>,
    { tell, signal, screen }: Following,
  ): Promise<ContractRecord> {
    const key = hexOf(record.applicationId);
    if (this.#running.has(key)) {
      throw new TerminalError('busy', 'CONTRACT_BUSY', 'Another program is going on with this contract right now.');
    }
    const running = new RunningApplication();
    this.#running.set(key, running);
    const cameras = new Map<string, Camera>();
    const beside = { announce: (link: string) => tell({ kind: 'capturePage', link }), screen };
    const camera = (source: string): Camera => {
      const made = cameras.get(source) ?? this.surroundings.camera(source, beside);
      cameras.set(source, made);
      return made;
    };
    let end: ApplicationEnd = { kind: 'complete' };
    try {
      tell({ kind: 'contract', record });
      const run = {
        ...this.surroundings,
        ...secrets,
        camera,
        signal: AbortSignal.any([signal, running.signal]),
        tell,
        heard: undefined,
        acquired: undefined,
        submissions: 0,
      };
      let last = await advance(record, run).catch((error: unknown) => {
        if (running.givenUp === undefined) throw error;
        return running.givenUp;
      });
      if (running.givenUp !== undefined && last.stage !== 'ended') last = running.givenUp;
      if (last === running.givenUp) {
        this.store.save(last);
        tell({ kind: 'contract', record: last });
      }
      if (last.stage !== 'complete') end = endOf(last);
      return last;
    } catch (error) {
      end = endBy(error);
      throw error;
    } finally {
      await Promise.all([...cameras.values()].map(({ attended }) => attended?.end(end)));
      this.#running.delete(key);
    }
  }
}

/** An application that a run goes on with. */
class RunningApplication {
  readonly #stop = new AbortController();
  /** how its contract ended at the carrier meanwhile, by the person's wish */
  givenUp: ContractRecord | undefined;

  /** Aborted when nothing is left to go on with. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  giveUp(ended: ContractRecord): void {
    this.givenUp = ended;
    this.#stop.abort();
  }
}

/** How an application ended that did not come to an enabled profile. */
function endOf({ reasons, state }: ContractRecord): ApplicationEnd {
  if (state === ContractState.CANCELLED) {
    return { kind: 'stopped', code: 'CONTRACT_CANCELLED', message: 'The contract was cancelled.' };
  }
  if (reasons.length === 0) return { kind: 'stopped', code: 'CONTRACT_LAPSED', message: 'The contract has lapsed.' };
  const message = reasons.map(({ code, sentence }) => `${sentence} (${code})`).join(' ');
  return { kind: 'stopped', code: 'CONTRACT_REFUSED', message };
}

/** How an application ended that was stopped on its way. What is no error of this project's is a fault, of which the person is told no more. */
function endBy(error: unknown): ApplicationEnd {
  return error instanceof TerminalError || error instanceof ServiceError
    ? { kind: 'stopped', code: error.code, message: error.message }
    : { kind: 'stopped', code: 'INTERRUPTED', message: 'The application was interrupted. Nothing is lost.' };
}

/** Whether nothing of the profile is in the eUICC yet. */
function isBeforeInstallation(
  record: ContractRecord,
): record is RecordIn<'opening' | 'informing' | 'deciding' | 'acquiring' | 'installing'> {
  return !isOver(record) && record.stage !== 'enabling' && record.stage !== 'reporting';
}

/** The record with other pictures; an ID photo that was refused may then be answered anew. */
function withEvidence(record: ContractRecord, evidence: RecordedEvidence): ContractRecord {
  switch (record.stage) {
    case 'opening':
    case 'informing':
      return { ...record, evidence };
    case 'deciding':
      return { ...record, evidence, photoSent: undefined };
    default:
      return record;
  }
}

function checkEvidence(evidence: RecordedEvidence, publicKeyPin: string | undefined, eid: string): void {
  const { documentFile, chipDirectory, publicKeyDirectory, transferCode } = evidence;
  if (publicKeyDirectory !== undefined) {
    checkPublicKeyCard(publicKeyDirectory, publicKeyPin);
    return;
  }
  if (transferCode !== undefined) readTransferCode(transferCode, eid);
  else if (chipDirectory !== undefined) readChipFolder(chipDirectory);
  else if (!photographsDocument(evidence)) readIdentityDocument(documentFile);
  checkCamera(cameraSourceOf(evidence));
}

function evidenceNeeded(): TerminalError {
  return new TerminalError(
    'precondition',
    'EVIDENCE_NEEDED',
    'Identity documents and photos are needed for this contract: no identity certificate is stored.',
  );
}

function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

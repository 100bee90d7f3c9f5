import type { Contract } from '@tegata/contracts/management-v1';
import type { ChipPassword } from '@tegata/emrtd';
import type { Camera } from '../capture/camera.ts';
import type { CameraSurroundings } from '../capture/camera-source.ts';
import type { FrameInspector } from '../capture/frame-inspector.ts';
import type { ScreenView } from '../capture/person-screen.ts';
import { type CompletedStep, type Flow, numberOf, type StepName, withStep } from './chart-steps.ts';
import type { ContractRecord } from './contract-record.ts';
import type { Patience } from './follow-contract.ts';
import type { CertificateStore, ContractDesk, LocalAuthenticator, Profiles, Provisioning, Seal } from './ports.ts';
import type { Retry } from './retry.ts';

/** What the user hears while an application runs. */
export type Progress =
  | { readonly kind: 'step'; readonly step: CompletedStep }
  | { readonly kind: 'contract'; readonly record: ContractRecord }
  | { readonly kind: 'note'; readonly note: string }
  /** where a person finds the capture page */
  | { readonly kind: 'capturePage'; readonly link: string }
  /** what the screen before the person shows from now on; undefined: the capture is over */
  | { readonly kind: 'screen'; readonly number: number; readonly view: ScreenView | undefined };

/** What every application of a terminal works with. */
export interface ApplicationSurroundings {
  readonly eid: string;
  readonly localAuthenticator: LocalAuthenticator;
  readonly certificates: CertificateStore;
  readonly profiles: Profiles;
  readonly seal: Seal;
  /** The camera of a source, as `--camera` says it. CAMERA_UNKNOWN. */
  camera(source: string, beside: CameraSurroundings): Camera;
  /**
   * Has the chip of the document in a reader answer a challenge of 8 octets.
   * Errors: those of PcscError and ChipAccessError, by their codes.
   */
  challengeChip(
    password: ChipPassword,
    challenge: Uint8Array,
    reading: {
      /** name of the reader */
      readonly reader: string;
      readonly signal: AbortSignal;
      readonly tell: (note: string) => void;
    },
  ): Promise<Uint8Array>;
  /** Who looks whether the frames of one capture can be used, before they are sent. `tell` hears what can't be looked for. */
  inspector(tell: (note: string) => void): FrameInspector;
  /** That many octets from a CSPRNG. */
  random(octets: number): Uint8Array;
  desk(carrier: string): ContractDesk;
  provisioning(relayAddress: string): Provisioning;
  /** Makes a data acquisition key, 32 octets, mixed with the digest of documents or certificate (SHA-256). */
  makeDataAcquisitionKey(evidenceDigest: Uint8Array): Uint8Array;
  readonly retry: Retry;
  readonly patience: Patience;
  /** Waits; throws the signal's reason when it is given. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Time of day. */
  now(): Date;
  /** Time for durations, in microseconds from some beginning. */
  microseconds(): number;
  /** Stores a record durably. */
  save(record: ContractRecord): void;
}

/** One run over an application, from where it stands to where it can't go on by itself. */
export interface Run extends Omit<ApplicationSurroundings, 'camera'> {
  /** The camera of a source: one and the same throughout the run. */
  camera(source: string): Camera;
  /** Password for local authentication, while the user has given one. */
  readonly password: string | undefined;
  /** PIN of the card that signs, while the user has given one. */
  readonly publicKeyPin: string | undefined;
  readonly signal: AbortSignal;
  tell(progress: Progress): void;
  /** The contract as the carrier last gave it in this run, not yet acted on. */
  heard: Contract | undefined;
  /** When the relay's answer was there in this run: certificate and route; the profile follows. */
  acquired: Instant | undefined;
  /** Submissions of contract information in this run. */
  submissions: number;
}

/** A moment, by both clocks. */
export interface Instant {
  readonly time: Date;
  readonly microseconds: number;
}

/** Now. */
export function instantOf(run: Pick<Run, 'now' | 'microseconds'>): Instant {
  return { time: run.now(), microseconds: run.microseconds() };
}

/** Records steps as they end. */
export class StepLog {
  #steps: readonly CompletedStep[];

  constructor(
    private readonly run: Pick<Run, 'now' | 'microseconds' | 'tell'>,
    private readonly flow: Flow,
    steps: readonly CompletedStep[],
  ) {
    this.#steps = steps;
  }

  /** All steps, for the record. */
  get steps(): readonly CompletedStep[] {
    return this.#steps;
  }

  /** Does something and records it as a step; nothing is recorded when it fails. */
  async time<T>(name: StepName, action: () => T | Promise<T>): Promise<T> {
    const stop = this.start(name);
    const result = await action();
    stop();
    return result;
  }

  /** Begins a step, now or at an earlier moment; the returned function ends it. */
  start(name: StepName, { time, microseconds }: Instant = instantOf(this.run)): () => void {
    return () => this.#add(name, time, Math.max(0, Math.round(this.run.microseconds() - microseconds)));
  }

  /** Records a step that turns out to be done, unless it is recorded already: begun then, and without a duration, since nobody saw its end. */
  found(name: StepName, startTime: Date): void {
    const number = numberOf(name, this.flow);
    if (this.#steps.some(({ step }) => step === number)) return;
    this.#add(name, startTime, 0);
  }

  #add(name: StepName, startTime: Date, durationUs: number): void {
    const number = numberOf(name, this.flow);
    if (number === undefined) return;
    const step = { step: number, startTime, durationUs };
    this.#steps = withStep(this.#steps, step);
    this.run.tell({ kind: 'step', step });
  }
}

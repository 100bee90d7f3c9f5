import { randomBytes } from 'node:crypto';
import {
  type CapturePrompt,
  CapturePromptKind,
  CaptureSegment,
  HeadMotion,
  ScreenColour,
} from '@tegata/contracts/authentication-v1';
import type { ApplyForContractResponse, Contract } from '@tegata/contracts/management-v1';
import type { ScreenColour as Colour } from '@tegata/ekyc';
import {
  assembleCaptureStatement,
  beginCaptureChain,
  type CaptureStatement,
  captureStatementOctets,
  chainFrames,
  sealEnvelope,
  sealPurposes,
} from '@tegata/identity';
import { InProcessKey } from '@tegata/pki';
import type { CaptureName, SampleApplicant } from '@tegata/sample-applicant';
import type { Connection } from '@tegata/service-kit';
import type { Certificate } from '@tegata/x509';
import { contractDesk, type Device } from './device.ts';

const names: Readonly<Partial<Record<HeadMotion, CaptureName>>> = {
  [HeadMotion.LEFT]: 'left',
  [HeadMotion.RIGHT]: 'right',
  [HeadMotion.UP]: 'up',
  [HeadMotion.DOWN]: 'down',
};

/** What a prompt asks for, as capture folders call it. */
export function captureName({ kind, motion }: CapturePrompt): CaptureName {
  return kind === CapturePromptKind.LOOK_STRAIGHT ? 'straight' : (names[motion] ?? 'straight');
}

const colourNames: Readonly<Partial<Record<ScreenColour, Colour>>> = {
  [ScreenColour.RED]: 'red',
  [ScreenColour.GREEN]: 'green',
  [ScreenColour.BLUE]: 'blue',
  [ScreenColour.CYAN]: 'cyan',
  [ScreenColour.MAGENTA]: 'magenta',
  [ScreenColour.YELLOW]: 'yellow',
};

/** What a person shows who does as asked, before a screen that does. */
export const asAsked =
  ({ captures, lit, documentLit }: SampleApplicant): Answer =>
  (prompt, k) => {
    const byColour = prompt.kind === CapturePromptKind.DOCUMENT_COLOURS ? documentLit : lit;
    if (prompt.colours.length === 0 || byColour === undefined) return frames(captures[captureName(prompt)], k);
    return prompt.colours.map((colour, n) => ({
      image: byColour[colourNames[colour] ?? 'red'],
      capturedAtMs: 200 * (k + n),
      colourNumber: n + 1,
    }));
  };

/** A frame that a test sends. */
export interface SentFrame {
  readonly image: Uint8Array;
  readonly capturedAtMs: number;
  readonly colourNumber: number;
}

/** Frames for a prompt; `k` counts the frames of the capture so far. */
export type Answer = (prompt: CapturePrompt, k: number) => readonly SentFrame[];

/** Pictures as frames at five a second. */
export const frames = (images: readonly Uint8Array[], k: number): SentFrame[] =>
  images.map((image, n) => ({ image, capturedAtMs: 200 * (k + n), colourNumber: 0 }));

/** What a test has otherwise than it should be, in the segment of one prompt. */
export interface Deviation {
  readonly stated?: Partial<CaptureStatement>;
  /** the frames that are sent, in place of those that were signed for */
  readonly sent?: (signed: readonly SentFrame[]) => readonly SentFrame[];
  /** whose key signs */
  readonly device?: Device;
}

/** A capture whose every message a test chooses. */
export class Capture {
  contract: Contract;
  #head: Uint8Array<ArrayBuffer>;
  #frames = 0;

  private constructor(
    private readonly setting: CaptureSetting,
    contract: Contract,
    captureId: Uint8Array,
  ) {
    this.contract = contract;
    const { identityProofRequestId = '', nonce = randomBytes(32) } = contract.identityProofRequest ?? {};
    this.#head = beginCaptureChain(identityProofRequestId, nonce, captureId);
  }

  /** Begins the capture that a contract's identity proof request asks for. */
  static async begin(
    setting: CaptureSetting,
    identityProofRequestId: string,
    captureId: Buffer = randomBytes(16),
  ): Promise<Capture> {
    const { contractId, contractToken } = setting.open;
    const { contract } = await contractDesk(setting.carrier).beginCapture({
      contractId,
      contractToken,
      identityProofRequestId,
      captureId,
    });
    if (contract === undefined) throw new Error('no contract');
    return new Capture(setting, contract, captureId);
  }

  /** The prompt that is awaited. */
  get prompt(): CapturePrompt {
    const prompt = this.contract.identityProofRequest?.prompt;
    if (prompt === undefined) throw new Error('nothing is asked');
    return prompt;
  }

  /** Answers the prompt that is awaited. */
  async answer(answer: Answer, deviation: Deviation = {}): Promise<void> {
    const { prompt } = this;
    const signed = answer(prompt, this.#frames);
    const head = chainFrames(this.#head, { promptNumber: prompt.promptNumber, promptNonce: prompt.nonce }, signed);
    this.contract = await this.send(prompt, head, signed, deviation);
    this.#head = head;
    this.#frames += signed.length;
  }

  /** Answers every prompt; gives the contract after the last. */
  async answerAll(answer: Answer): Promise<Contract> {
    const { promptsTotal } = this.prompt;
    for (let k = 0; k < promptsTotal; k++) await this.answer(answer);
    return this.contract;
  }

  private async send(
    prompt: CapturePrompt,
    chainHead: Uint8Array,
    signed: readonly SentFrame[],
    { stated, sent = (same) => same, device = this.setting.device }: Deviation,
  ): Promise<Contract> {
    const { open, carrier, recipient } = this.setting;
    const { contractId, contractToken } = open;
    const identityProofRequestId = this.contract.identityProofRequest?.identityProofRequestId ?? '';
    const statement = captureStatementOctets({
      contractId,
      identityProofRequestId,
      promptNumber: prompt.promptNumber,
      promptNonce: prompt.nonce,
      eid: this.setting.device.eid,
      frameCount: signed.length,
      chainHead,
      time: new Date(),
      ...stated,
    });
    const signature = await new InProcessKey(device.euicc.privateKey).sign(statement, 'ieee-p1363');
    const plaintext = CaptureSegment.encode({
      captureStatement: Buffer.from(assembleCaptureStatement(statement, signature)),
      frames: sent(signed).map((frame) => ({ ...frame, image: Buffer.from(frame.image) })),
    }).finish();
    const sealedSegment = await sealEnvelope({
      recipient,
      purpose: sealPurposes.captureSegment,
      binding: contractId,
      plaintext,
    });
    const { contract } = await contractDesk(carrier).submitCapture(
      { contractId, contractToken, identityProofRequestId, promptNumber: prompt.promptNumber, sealedSegment },
      { timeoutMs: 120_000 },
    );
    if (contract === undefined) throw new Error('no contract');
    return contract;
  }
}

/** Who captures for which contract. */
export interface CaptureSetting {
  readonly device: Device;
  readonly open: ApplyForContractResponse;
  readonly carrier: Connection;
  readonly recipient: Certificate;
}

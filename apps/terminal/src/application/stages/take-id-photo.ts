import { type CapturePrompt, CaptureSegment, type SealedEnvelope } from '@tegata/contracts/authentication-v1';
import type { Contract } from '@tegata/contracts/management-v1';
import { beginCaptureChain, chainFrames } from '@tegata/identity';
import { askInWords, type FrameFault, faultInWords, type OpenCamera, type TakenFrame } from '../../capture/camera.ts';
import type { FrameInspector } from '../../capture/frame-inspector.ts';
import { shownPrompt } from '../../capture/shown-prompt.ts';
import { TerminalError } from '../../terminal-error.ts';
import type { RecordIn } from '../contract-record.ts';
import type { Run } from '../run.ts';

type Deciding = RecordIn<'deciding'>;

/** Frames of the last prompt of a capture, to be sent. */
export interface LastSegment {
  readonly promptNumber: number;
  readonly sealed: SealedEnvelope;
}

/** What became of a capture: its last frames are to be sent, or the carrier has gone on otherwise. */
export type Taken = { readonly last: LastSegment } | { readonly contract: Contract };

/**
 * S16-S19: begins the capture and answers prompt after prompt. The frames are chained as they come, the eUICC signs the chain after
 * each prompt, and they are sent before the next prompt is known. Ends before the last frames are sent.
 *
 * Frames that can't be used are taken again where a person is before the camera (`attended`), as long as the prompt lives, unless the camera is what they fail by.
 *
 * Errors: those of the camera and of the contract desk, CAPTURE_TOO_LATE, and why frames can't be used.
 */
export async function takeIdPhoto(
  record: Deciding,
  request: { readonly identityProofRequestId: string; readonly nonce: Uint8Array },
  camera: OpenCamera,
  attended: boolean,
  run: Run,
): Promise<Taken> {
  const inspector = run.inspector((note) => run.tell({ kind: 'note', note }));
  try {
    return await answerPrompts(record, request, { camera, attended, inspector }, run);
  } finally {
    await inspector.close();
  }
}

/** Who takes frames, whether a person is before it who can answer at once, and who looks at what was taken. */
interface Capturing {
  readonly camera: OpenCamera;
  readonly attended: boolean;
  readonly inspector: FrameInspector;
}

async function answerPrompts(
  record: Deciding,
  { identityProofRequestId, nonce }: { readonly identityProofRequestId: string; readonly nonce: Uint8Array },
  capturing: Capturing,
  run: Run,
): Promise<Taken> {
  const desk = run.desk(record.carrier);
  const captureId = run.random(16);
  let contract = await run.retry(
    () => desk.beginCapture(record, identityProofRequestId, captureId, run.signal),
    run.signal,
  );
  let head = beginCaptureChain(identityProofRequestId, nonce, captureId);
  for (;;) {
    const asked = contract.identityProofRequest;
    const prompt = asked?.prompt;
    // An earlier capture that was lost is given up, and another request takes its place.
    if (asked?.identityProofRequestId !== identityProofRequestId || prompt === undefined) return { contract };
    const frames = await answer(prompt, capturing, run);
    const chained = frames.map(({ jpeg, takenAtMs, colourNumber }) => ({
      image: jpeg,
      capturedAtMs: takenAtMs,
      colourNumber,
    }));
    const { promptNumber, promptsTotal, nonce: promptNonce } = prompt;
    head = chainFrames(head, { promptNumber, promptNonce }, chained);
    const captureStatement = await run.localAuthenticator.signCapture({
      contractId: record.contractId,
      identityProofRequestId,
      promptNumber,
      promptNonce,
      frameCount: frames.length,
      chainHead: head,
      time: run.now(),
    });
    const sealed = await sealSegment(record, captureStatement, chained, run);
    if (promptNumber + 1 === promptsTotal) return { last: { promptNumber, sealed } };
    contract = await run.retry(
      () => desk.submitCapture(record, identityProofRequestId, promptNumber, sealed, run.signal),
      run.signal,
    );
    if (contract.identityProofRequest?.prompt?.promptNumber === promptNumber) throw unusable();
  }
}

/** Time in which a prompt can be answered once more. */
const timeToTakeAgainMs = 7_000;
/** Time that is left for frames to be signed and sent. */
const timeToSendMs = 4_000;
/** Time to look at frames where their prompt has no end. */
const timeToLookMs = 10_000;

async function answer(
  prompt: CapturePrompt,
  { camera, attended, inspector }: Capturing,
  run: Run,
): Promise<readonly TakenFrame[]> {
  const shown = shownPrompt(prompt);
  const { ask, promptNumber, promptsTotal } = shown;
  run.tell({ kind: 'note', note: `ID photo, ${promptNumber + 1} of ${promptsTotal}: ${askInWords(ask)}.` });
  let again: FrameFault | undefined;
  for (;;) {
    const frames = await inTime(shown.deadline, run, (signal) =>
      camera.answer(again === undefined ? shown : { ...shown, again }, signal),
    );
    if (frames.length === 0) throw new TerminalError('precondition', 'FRAMES_MISSING', 'The camera gave no frames.');
    const leftMs = () => (shown.deadline === undefined ? undefined : shown.deadline.getTime() - run.now().getTime());
    again = await inspector.inspect(frames, ask, (leftMs() ?? timeToLookMs + timeToSendMs) - timeToSendMs);
    if (again === undefined) return frames;
    // Sent or not, the try is used up when the prompt lapses: what there is may still do.
    const canTakeAgain = attended && again !== 'FRAMES_TOO_SMALL';
    if (canTakeAgain && (leftMs() ?? 0) < timeToTakeAgainMs) return frames;
    if (!canTakeAgain)
      throw new TerminalError('invalid', again, `${faultInWords(again)} (${again}) Nothing of this prompt was sent.`);
    run.tell({ kind: 'note', note: `Once more: ${faultInWords(again)}` });
  }
}

/** CAPTURE_TOO_LATE when the prompt lapses meanwhile: its frames would not be taken any more. */
async function inTime<T>(
  deadline: Date | undefined,
  run: Pick<Run, 'now' | 'signal'>,
  take: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (deadline === undefined) return take(run.signal);
  const leftMs = deadline.getTime() - run.now().getTime();
  const message =
    leftMs > 0
      ? 'The frames of a prompt were not there in time.'
      : 'A prompt had lapsed before it could be shown: is the clock of this machine right?';
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new TerminalError('precondition', 'CAPTURE_TOO_LATE', message)),
    Math.max(0, leftMs),
  );
  try {
    return await take(AbortSignal.any([run.signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}

function sealSegment(
  { encryptionChain, contractId }: Deciding,
  captureStatement: Uint8Array,
  frames: readonly { image: Uint8Array; capturedAtMs: number; colourNumber: number }[],
  run: Run,
): Promise<SealedEnvelope> {
  const plaintext = CaptureSegment.encode({
    captureStatement: Buffer.from(captureStatement),
    frames: frames.map((frame) => ({ ...frame, image: Buffer.from(frame.image) })),
  }).finish();
  return run.seal(encryptionChain, 'tegata capture segment v1', contractId, plaintext);
}

function unusable(): TerminalError {
  return new TerminalError('internal', 'CARRIER_ANSWER_UNUSABLE', 'The carrier asks for the same frames again.');
}

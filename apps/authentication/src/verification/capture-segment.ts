import { createPublicKey } from 'node:crypto';
import { compileValidator, descriptors } from '@tegata/contracts';
import { CaptureSegment } from '@tegata/contracts/authentication-v1';
import { CaptureStatementError, chainFrames, verifyCaptureStatement } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import type { Verification } from '../generated/client.ts';
import { promptsOf } from './capture-prompts.ts';

const descriptor = descriptors().getMessage('tegata.authentication.v1.CaptureSegment');
if (descriptor === undefined) throw new Error('the contracts lack CaptureSegment');
const validate = compileValidator(descriptor);

/** A segment that belongs where it was sent: frames of the prompt that is awaited, signed by the eUICC of the contract. */
export interface AcceptedSegment {
  /** head of the chain after its frames */
  readonly chainHead: Uint8Array<ArrayBuffer>;
  readonly lastFrameAtMs: bigint;
}

/**
 * Looks at the frames of one prompt before they are kept: how many, in which order, whether the eUICC has signed for these and
 * for this prompt, and whether they follow those of the prompts before. No picture is decoded.
 *
 * @param eid of the eUICC whose assertion opened the verification
 * @throws ServiceError INVALID_ARGUMENT (ID_PHOTO_INCOMPLETE, CAPTURE_FRAMES_TOO_MANY, CAPTURE_TIMES_UNORDERED),
 * PERMISSION_DENIED (CAPTURE_STATEMENT_MALFORMED, CAPTURE_SIGNATURE_INVALID, CAPTURE_OF_ANOTHER_PROMPT, CAPTURE_CHAIN_BROKEN)
 */
export function acceptSegment(octets: Uint8Array, row: Verification, eid: string): AcceptedSegment {
  const { promptNumber, promptNonce, chainHead, contractId, identityProofRequestId } = row;
  const asked = promptsOf(row)[promptNumber];
  if (asked === undefined || !promptNonce || !chainHead) throw refusal('CAPTURE_PROMPT_NOT_ASKED');
  const { captureStatement, frames } = readCaptureSegment(octets);
  if (frames.length > asked.maxFrames * Math.max(1, asked.colours.length)) throw refusal('CAPTURE_FRAMES_TOO_MANY');
  let lastFrameAtMs = row.lastFrameAtMs;
  let colour = 0;
  for (const { capturedAtMs, colourNumber } of frames) {
    if (BigInt(capturedAtMs) <= lastFrameAtMs) throw refusal('CAPTURE_TIMES_UNORDERED');
    if (colourNumber < colour || colourNumber > asked.colours.length) throw refusal('CAPTURE_TIMES_UNORDERED');
    lastFrameAtMs = BigInt(capturedAtMs);
    colour = colourNumber;
  }
  const head = chainFrames(new Uint8Array(chainHead), { promptNumber, promptNonce }, frames);
  try {
    verifyCaptureStatement(captureStatement, {
      contractId,
      identityProofRequestId,
      promptNumber,
      promptNonce,
      eid,
      frameCount: frames.length,
      chainHead: head,
      euiccKey: createPublicKey({ key: Buffer.from(row.euiccPublicKey), format: 'der', type: 'spki' }),
    });
  } catch (cause) {
    if (cause instanceof CaptureStatementError) throw refusal(cause.code, { cause });
    throw cause;
  }
  return { chainHead: head, lastFrameAtMs };
}

/**
 * A segment by the rules of its fields: nobody could look at it before.
 * @throws ServiceError INVALID_ARGUMENT (ID_PHOTO_INCOMPLETE, CAPTURE_FRAMES_TOO_MANY)
 */
function readCaptureSegment(octets: Uint8Array): CaptureSegment {
  let segment: CaptureSegment;
  try {
    segment = CaptureSegment.decode(octets);
  } catch (cause) {
    throw refusal('ID_PHOTO_INCOMPLETE', { cause });
  }
  if (segment.frames.length > maxFramesOfSegment) throw refusal('CAPTURE_FRAMES_TOO_MANY');
  const fieldViolations = validate(segment);
  if (fieldViolations.length > 0) throw refusal('ID_PHOTO_INCOMPLETE', { fieldViolations });
  return segment;
}

/** What the field rule of CaptureSegment.frames says. */
const maxFramesOfSegment = 24;

import { createHash } from 'node:crypto';
import { uuidOctets } from './uuid-element.ts';

/** One frame, as the chain takes it in. */
export interface ChainedFrame {
  /** the encoded picture, as sent */
  readonly image: Uint8Array;
  /** milliseconds since the first frame of the capture, to 2^32 - 1 */
  readonly capturedAtMs: number;
  /** which of the prompt's colours was on the screen, from 1; 0 for none */
  readonly colourNumber: number;
}

/** The prompt that frames answer. */
export interface ChainedPrompt {
  readonly promptNumber: number;
  /** 32 octets */
  readonly promptNonce: Uint8Array;
}

/**
 * Where the hash chain over the frames of a capture begins, 32 octets: bound to one identity proof request and one capture.
 *
 * @param identityProofRequestId UUID in text form
 * @param nonce of the identity proof request, 32 octets
 * @param captureId chosen by the terminal, 16 octets
 */
export function beginCaptureChain(
  identityProofRequestId: string,
  nonce: Uint8Array,
  captureId: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return hash([Buffer.from('tegata capture chain v1\0'), uuidOctets(identityProofRequestId), nonce, captureId]);
}

/**
 * The head of the chain after one more frame, 32 octets: SHA-256 over the head before, number and nonce of the prompt, colour,
 * time, and the digest of the picture. Every part has a fixed length (docs/protocol.md).
 */
export function chainFrame(
  head: Uint8Array,
  { promptNumber, promptNonce }: ChainedPrompt,
  { image, capturedAtMs, colourNumber }: ChainedFrame,
): Uint8Array<ArrayBuffer> {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(promptNumber, 0);
  numbers.writeUInt32BE(colourNumber, 4);
  numbers.writeUInt32BE(capturedAtMs, 8);
  return hash([head, promptNonce, numbers, hash([image])]);
}

/** The head after several frames of one prompt. */
export function chainFrames(
  head: Uint8Array<ArrayBuffer>,
  prompt: ChainedPrompt,
  frames: readonly ChainedFrame[],
): Uint8Array<ArrayBuffer> {
  return frames.reduce((so, frame) => chainFrame(so, prompt, frame), head);
}

function hash(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
}

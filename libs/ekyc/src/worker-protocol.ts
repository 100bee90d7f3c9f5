import type { PictureKind } from './describe-face.ts';
import type { DocumentKind } from './document-checks.ts';
import type { EkycErrorCode } from './errors.ts';
import type { FaceDescriptor } from './face-descriptor.ts';
import type { FrameDigests } from './frame-digests.ts';
import type { Box, Landmarks } from './landmarks.ts';
import type { Verdict } from './verdict.ts';
import type { DocumentVerdict, FaceReference, VerificationInput } from './verification.ts';

/** A face found in a picture. */
export interface LocatedFace {
  /** 468 vertices, pixels of the picture as decoded (its longer side is at most 2048) */
  readonly landmarks: Landmarks;
  readonly box: Box;
  /** confidence, 0..1 */
  readonly score: number;
}

/** What a worker can be asked, and what it answers. */
export interface EkycTasks {
  digestFrames: { ask: { frames: readonly Uint8Array[]; key: Uint8Array }; answer: (FrameDigests | undefined)[] };
  verifyIdentity: { ask: VerificationInput; answer: Verdict };
  checkDocument: { ask: { document: Uint8Array; kind: DocumentKind }; answer: DocumentVerdict };
  makeReference: { ask: { document: Uint8Array; kind: DocumentKind }; answer: FaceReference };
  describeFace: { ask: { picture: Uint8Array; kind: PictureKind }; answer: FaceDescriptor | undefined };
  locateFaces: { ask: { image: Uint8Array }; answer: LocatedFace[] };
}

/** Message to a worker. One task at a time. */
export interface TaskMessage {
  readonly task: string;
  readonly ask: unknown;
  /** one 32-bit word, not zero when nobody waits for the answer any more */
  readonly cancelled: SharedArrayBuffer;
}

/** Message from a worker. `ready` comes once, after the models are loaded and warm; then one message for each task. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly code: EkycErrorCode; readonly message: string };

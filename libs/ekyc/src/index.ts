export type { PictureKind } from './describe-face.ts';
export { addressDifference, type ConfirmedIdentity, type DeclaredIdentity } from './document/declared-identity.ts';
export { DocumentReader, type ReadingOptions } from './document/document-reader.ts';
export type { DocumentReading, DocumentType } from './document/document-reading.ts';
export { type DocumentJudgement, type DocumentOutcome, judgeDocument } from './document/judge-document.ts';
export { isLicenceNumberSound, licenceCheckDigit } from './document/licence-number.ts';
export { OCR_B, OCR_B_OUTLINES } from './document/ocr-b-outlines.ts';
export type { PrintedField, PrintedFields } from './document/printed-fields.ts';
export type { MrzReading } from './document/read-mrz.ts';
export { foldedAddress } from './document/same-text.ts';
export type { DocumentKind } from './document-checks.ts';
export { type DecisionOptions, EkycEngine, type EkycEngineOptions } from './engine.ts';
export { EkycBusyError, EkycError, type EkycErrorCode } from './errors.ts';
export { descriptorDistance, type FaceDescriptor, meanDescriptor } from './face-descriptor.ts';
export type { FrameDigests } from './frame-digests.ts';
export { estimateHeadPose, type HeadPose, poseRotation } from './head-pose.ts';
export type { MatchLimits } from './identity-checks.ts';
export { type Box, eyeDistance, eyes, LANDMARK_COUNT, type Landmarks, type Point, vertex } from './landmarks.ts';
export { MEAN_FACE } from './mean-face.ts';
export { measureDocumentLight } from './measure-document-light.ts';
export {
  CHALLENGE_LENGTH,
  type Challenge,
  DRAWABLE_CHALLENGES,
  drawChallenge,
  isTurn,
  type LitPrompt,
  litPrompts,
  PROMPTS,
  type Prompt,
} from './prompt.ts';
export { REASONS, type Reason, type ReasonAbout, type ReasonCode } from './reasons.ts';
export { drawColours, type LightResponse, SCREEN_COLOURS, type ScreenColour } from './screen-light.ts';
export { judgeSeenFrames } from './seen-frames.ts';
export { CAPTURE_LIMITS, TEXT_THRESHOLDS, THRESHOLDS } from './thresholds.ts';
export { type Check, type MotionScore, NO_SCORES, type Outcome, type Scores, type Verdict } from './verdict.ts';
export type { CapturedFrame, DocumentVerdict, FaceReference, VerificationInput } from './verification.ts';
export type { PoolState, WorkerEvent } from './worker-pool.ts';
export type { LocatedFace } from './worker-protocol.ts';

import {
  DOCUMENT_LIMITS,
  decodeImage,
  FRAME_LIMITS,
  type ImageLimits,
  type ImageRefusal,
  ImageRefusedError,
  PORTRAIT_LIMITS,
  type RgbImage,
} from '@tegata/encoded-picture';
import { checkCapture } from './capture-checks.ts';
import { MODEL_SET } from './descriptor-files.ts';
import { checkOthers, checkPortrait, type DocumentKind } from './document-checks.ts';
import { documentReference, seeDocument } from './document-view.ts';
import { EkycError } from './errors.ts';
import type { MatchLimits } from './identity-checks.ts';
import { judge, verdict } from './judgement.ts';
import type { ObservedFrame, ObservedPortrait, ShownDocument } from './observation.ts';
import { observeOthers, observePortrait, type PlacedPortrait } from './observe-portrait.ts';
import type { Perception } from './perception.ts';
import { cutPortrait, encodePortrait } from './portrait-picture.ts';
import { type Challenge, litPrompts } from './prompt.ts';
import type { Reason, ReasonCode } from './reasons.ts';
import type { QuarterTurns } from './turned-image.ts';
import { type Check, concluded, NO_SCORES, type Verdict } from './verdict.ts';

/** One camera frame of an ID photo. */
export interface CapturedFrame {
  /** encoded picture: JPEG, PNG or WebP, at most 512 KiB, not mirrored */
  readonly octets: Uint8Array;
  /** which motion it was taken for, by its place in the challenge; -1 looking straight; prompts of colours follow the motions, see `litPrompts` */
  readonly promptIndex: number;
  /** milliseconds on the terminal's clock, increasing */
  readonly capturedAtMs: number;
  /** which of the challenge's colours was on the screen, from 0; absent for none */
  readonly colourIndex?: number | undefined;
}

/** What is kept of a document's portrait, to compare the same person's face with later. */
export interface FaceReference {
  /** 128 numbers */
  readonly descriptor: readonly number[];
  /** models that made the descriptor: those of another set can't be compared with it */
  readonly models: string;
  /** the portrait, cut out, upright: JPEG of 400 by 400 pixels without metadata */
  readonly portrait: Uint8Array;
}

/** What is to be judged. */
export interface VerificationInput {
  /** picture of the document: JPEG, PNG or WebP, at most 5 MiB */
  readonly document: Uint8Array;
  /** `page` unless said otherwise */
  readonly documentKind?: DocumentKind;
  /** descriptor kept of an earlier verification whose portrait `document` is; made anew from the portrait when the models are others */
  readonly reference?: Pick<FaceReference, 'descriptor' | 'models'> | undefined;
  readonly challenge: Challenge;
  /** bands of the match; those of {@link THRESHOLDS} when absent */
  readonly matchLimits?: MatchLimits;
  readonly frames: readonly CapturedFrame[];
}

/** Whether a picture can serve as an identity document. */
export interface DocumentVerdict {
  readonly outcome: 'accepted' | 'refused';
  readonly reasons: readonly Reason[];
  readonly checks: readonly Check[];
  /** quarter turns, clockwise, that make the document upright; null where no portrait was found */
  readonly quarterTurns: QuarterTurns | null;
}

/** Looks for the portrait in a picture of a document, and for somebody else's. `between` is called between pictures and may throw to give up. */
export async function checkDocument(
  perception: Perception,
  document: Uint8Array,
  kind: DocumentKind,
  between: () => void,
): Promise<DocumentVerdict> {
  const { checks, portrait, image } = await readDocument(perception, document, kind, between);
  if (portrait !== undefined && image !== undefined && allHold(checks)) {
    checks.push(...checkOthers(await observeOthers(perception, image, portrait, kind, between)));
  }
  const { outcome, reasons } = concluded(checks);
  return {
    outcome: outcome === 'accepted' ? 'accepted' : 'refused',
    reasons,
    checks,
    quarterTurns: portrait?.quarterTurns ?? null,
  };
}

/**
 * Judges document and ID photo together. What costs least comes first; a document that cannot serve, or frames that are no
 * capture, are refused before any frame is analysed. That nobody else is on the document was for {@link checkDocument} to say. `between` is called between pictures and may throw to give up.
 */
export async function verifyIdentity(
  perception: Perception,
  { document, documentKind = 'page', reference, challenge, matchLimits, frames }: VerificationInput,
  between: () => void,
): Promise<Verdict> {
  const capture = checkCapture(frames, challenge);
  if (!allHold(capture)) return verdict(capture, NO_SCORES);
  const { checks: documentChecks, portrait, image } = await readDocument(perception, document, documentKind, between);
  const before = [...capture, ...documentChecks];
  if (image === undefined || portrait === undefined || !allHold(documentChecks)) return verdict(before, NO_SCORES);

  const lit = litPrompts(challenge).find(({ subject }) => subject === 'document');
  const sent = lit && documentReference(image);
  const observed: ObservedFrame[] = [];
  const shown: ShownDocument[] = [];
  for (const { octets, promptIndex, colourIndex } of frames) {
    between();
    const frame = await decodeOr('FRAME', octets, FRAME_LIMITS);
    if ('refused' in frame) return verdict([...before, frame.refused], NO_SCORES);
    if (sent !== undefined && promptIndex === lit?.promptIndex) {
      shown.push({ colourIndex, seen: seeDocument(frame.image, sent) });
    } else observed.push(await perception.observeFrame(frame.image, promptIndex, colourIndex));
  }
  return judge(before, observed, challenge, comparedWith(portrait, reference), matchLimits, shown);
}

/** The portrait with the descriptor that was kept of it, where the models of today can be compared with it. */
function comparedWith(portrait: ObservedPortrait, reference: VerificationInput['reference']): ObservedPortrait {
  if (reference?.models !== MODEL_SET) return portrait;
  return { ...portrait, face: { ...portrait.face, descriptor: Float32Array.from(reference.descriptor) } };
}

/** Makes what is kept of a document whose portrait was accepted. Throws EKYC_INPUT_INVALID where there is none. */
export async function makeReference(
  perception: Perception,
  document: Uint8Array,
  kind: DocumentKind,
  between: () => void,
): Promise<FaceReference> {
  const decoded = await decodeOr('DOCUMENT', document, kind === 'portrait' ? PORTRAIT_LIMITS : DOCUMENT_LIMITS);
  const portrait = 'refused' in decoded ? undefined : await observePortrait(perception, decoded.image, between);
  if (portrait === undefined) throw new EkycError('EKYC_INPUT_INVALID', 'no portrait in the document');
  const { face, view } = portrait;
  return {
    descriptor: [...face.descriptor],
    models: MODEL_SET,
    portrait: await encodePortrait(cutPortrait(view, face.box), REFERENCE_SIDE),
  };
}

/** Side of a kept portrait, in pixels. */
const REFERENCE_SIDE = 400;

async function readDocument(
  perception: Perception,
  octets: Uint8Array,
  kind: DocumentKind,
  between: () => void,
): Promise<{ checks: Check[]; portrait: PlacedPortrait | undefined; image: RgbImage | undefined }> {
  const document = await decodeOr('DOCUMENT', octets, kind === 'portrait' ? PORTRAIT_LIMITS : DOCUMENT_LIMITS);
  if ('refused' in document) return { checks: [document.refused], portrait: undefined, image: undefined };
  const portrait = await observePortrait(perception, document.image, between);
  return { checks: checkPortrait(portrait, kind), portrait, image: document.image };
}

const REFUSALS: Record<'DOCUMENT' | 'FRAME', Record<ImageRefusal, ReasonCode>> = {
  DOCUMENT: {
    FORMAT: 'DOCUMENT_FORMAT_NOT_ACCEPTED',
    TOO_LARGE: 'DOCUMENT_TOO_LARGE',
    TOO_SMALL: 'DOCUMENT_TOO_SMALL',
    UNREADABLE: 'DOCUMENT_UNREADABLE',
  },
  FRAME: {
    FORMAT: 'FRAME_FORMAT_NOT_ACCEPTED',
    TOO_LARGE: 'FRAME_TOO_LARGE',
    TOO_SMALL: 'FRAME_TOO_SMALL',
    UNREADABLE: 'FRAME_UNREADABLE',
  },
};

async function decodeOr(
  what: 'DOCUMENT' | 'FRAME',
  octets: Uint8Array,
  limits: ImageLimits,
): Promise<{ image: RgbImage } | { refused: Check }> {
  try {
    return { image: await decodeImage(octets, limits) };
  } catch (error) {
    if (!(error instanceof ImageRefusedError)) throw error;
    const name = what === 'DOCUMENT' ? 'document.image' : 'frame.image';
    return { refused: { name, measured: 0, limit: 1, held: false, reason: REFUSALS[what][error.refusal] } };
  }
}

function allHold(checks: readonly Check[]): boolean {
  return checks.every(({ held }) => held);
}

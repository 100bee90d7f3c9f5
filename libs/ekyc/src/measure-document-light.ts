import { decodeImage } from './decode-image.ts';
import { documentReference, seeDocument } from './document-view.ts';
import { checkDocumentLight } from './light-checks.ts';
import type { ScreenColour } from './screen-light.ts';
import { DOCUMENT_LIMITS, FRAME_LIMITS } from './thresholds.ts';

/**
 * How a document that is held before the camera answers the light of the screen, as a verification would have it: one frame for each colour, and the
 * picture of the document. Judges nothing, and needs no model. Throws ImageRefusedError for what is no picture.
 */
export async function measureDocumentLight(
  document: Uint8Array,
  colours: readonly ScreenColour[],
  frames: readonly Uint8Array[],
): Promise<ReturnType<typeof checkDocumentLight>> {
  const sent = documentReference(await decodeImage(document, DOCUMENT_LIMITS));
  const shown = [];
  for (const [colourIndex, frame] of frames.entries()) {
    shown.push({ colourIndex, seen: seeDocument(await decodeImage(frame, FRAME_LIMITS), sent) });
  }
  return checkDocumentLight(shown, { colours, promptIndex: 0 });
}

import {
  DOCUMENT_LIMITS,
  decodeImage,
  FRAME_LIMITS,
  type ImageLimits,
  ImageRefusedError,
  type RgbImage,
} from '@tegata/encoded-picture';
import { documentReference, seeDocument } from './document-view.ts';
import { EkycError } from './errors.ts';
import { checkDocumentLight } from './light-checks.ts';
import type { ScreenColour } from './screen-light.ts';

/**
 * How a document that is held before the camera answers the light of the screen, as a verification would have it: one frame for each colour, and the
 * picture of the document. Judges nothing, and needs no model. Throws EKYC_INPUT_INVALID for what is no picture.
 */
export async function measureDocumentLight(
  document: Uint8Array,
  colours: readonly ScreenColour[],
  frames: readonly Uint8Array[],
): Promise<ReturnType<typeof checkDocumentLight>> {
  const sent = documentReference(await decoded(document, DOCUMENT_LIMITS));
  const shown = [];
  for (const [colourIndex, frame] of frames.entries()) {
    shown.push({ colourIndex, seen: seeDocument(await decoded(frame, FRAME_LIMITS), sent) });
  }
  return checkDocumentLight(shown, { colours, promptIndex: 0 });
}

async function decoded(octets: Uint8Array, limits: ImageLimits): Promise<RgbImage> {
  try {
    return await decodeImage(octets, limits);
  } catch (error) {
    if (error instanceof ImageRefusedError) throw new EkycError('EKYC_INPUT_INVALID', error.message);
    throw error;
  }
}

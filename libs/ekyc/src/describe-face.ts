import { DOCUMENT_LIMITS, decodeImage, FRAME_LIMITS, PORTRAIT_LIMITS } from '@tegata/encoded-picture';
import type { FaceDescriptor } from './face-descriptor.ts';
import { observePortrait } from './observe-portrait.ts';
import type { Perception } from './perception.ts';

/** What a picture is taken for: a camera frame, or where a portrait is looked for (see `DocumentKind`). */
export type PictureKind = 'frame' | 'page' | 'portrait';

/**
 * The descriptor of the face in a picture, as a verification would have it; undefined where there is none. Judges nothing.
 *
 * @throws ImageRefusedError for what is no such picture
 */
export async function describeFace(
  perception: Perception,
  picture: Uint8Array,
  kind: PictureKind,
  between: () => void,
): Promise<FaceDescriptor | undefined> {
  if (kind === 'frame') {
    const frame = await perception.observeFrame(await decodeImage(picture, FRAME_LIMITS), -1);
    return frame.face?.descriptor;
  }
  const image = await decodeImage(picture, kind === 'portrait' ? PORTRAIT_LIMITS : DOCUMENT_LIMITS);
  return (await observePortrait(perception, image, between))?.face.descriptor;
}

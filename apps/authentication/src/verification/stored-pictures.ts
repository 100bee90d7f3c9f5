import { CaptureSegment, type IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { stripMetadata } from '@tegata/encoded-picture';

/**
 * Documents as they are judged and stored: the picture without place, device and profile. The files of a chip stay as they are signed;
 * metadata of their portrait is the issuing state's.
 */
export const withoutMetadata = (documents: IdentityDocuments): IdentityDocuments => ({
  ...documents,
  documentImage: Buffer.from(stripMetadata(documents.documentImage)),
});

/** A segment as it is stored, once the eUICC's signature over it was verified: frames likewise. */
export function segmentWithoutMetadata(octets: Uint8Array): Uint8Array {
  const { frames, ...segment } = CaptureSegment.decode(octets);
  const stripped = frames.map((frame) => ({ ...frame, image: Buffer.from(stripMetadata(frame.image)) }));
  return CaptureSegment.encode({ ...segment, frames: stripped }).finish();
}

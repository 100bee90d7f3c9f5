import { PICTURE_SIDES } from '@tegata/document-picture';
import type { ImageLimits } from './decode-image.ts';

// Of the authentication server, which judges, and of the terminal, which looks before it sends: both see the same picture.

/** What a picture of a document may be. The octets are those the contract allows. */
export const DOCUMENT_LIMITS: ImageLimits = {
  maxOctets: 5 * 1024 * 1024,
  maxPixels: 40_000_000,
  minSide: 240,
  workingSide: PICTURE_SIDES.text,
};

/** The portrait of a chip: some hundred pixels across in every passport. */
export const PORTRAIT_LIMITS: ImageLimits = {
  ...DOCUMENT_LIMITS,
  maxOctets: 1_048_576,
  maxPixels: 4_000_000,
  jpeg2000: true,
};

/** What a camera frame may be. The octets are those the contract allows. */
export const FRAME_LIMITS: ImageLimits = {
  maxOctets: 512 * 1024,
  maxPixels: 4_000_000,
  minSide: 240,
  workingSide: 960,
};

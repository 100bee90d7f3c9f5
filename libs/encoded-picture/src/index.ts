export {
  decodeImage,
  type ImageLimits,
  type ImageRefusal,
  ImageRefusedError,
  type RgbImage,
  readImageHeader,
  scaledDown,
} from './decode-image.ts';
export { type PictureFormat, pictureFormat } from './picture-format.ts';
export { DOCUMENT_LIMITS, FRAME_LIMITS, PORTRAIT_LIMITS } from './picture-limits.ts';
export { stripMetadata } from './strip-metadata.ts';

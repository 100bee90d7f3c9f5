export { type Findable, findAgain, findable } from './find-again.ts';
export {
  blankPlane,
  boxBlurred,
  cropped,
  type GreyPlane,
  greyPlane,
  halfTurned,
  pgm,
  type RgbImage,
  resized,
  sampled,
} from './grey-plane.ts';
export { type Homography, homographyTo, mapped, type Point, type Quad, straightened } from './homography.ts';
export { solve } from './linear-system.ts';
export { CARD_SIZES, type CardSize, type LocatedCard, locateCards } from './locate-card.ts';
export {
  PICTURE_LIMITS,
  PICTURE_SIDES,
  type PictureCheck,
  type PictureFault,
  pictureChecks,
  pictureFaults,
} from './picture-faults.ts';
export { type PictureQuality, pictureQuality } from './picture-quality.ts';
export {
  type DocumentPicture,
  documentOutline,
  type StraightDocument,
  type StraightenOptions,
  straightenDocument,
} from './place-document.ts';

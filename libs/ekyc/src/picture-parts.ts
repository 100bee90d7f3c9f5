import type { RgbImage } from '@tegata/encoded-picture';
import type { Box } from './landmarks.ts';

/** A part of a picture: the same pixels, and where in the picture they are. */
export interface PicturePart {
  readonly left: number;
  readonly top: number;
  readonly image: RgbImage;
}

/** Four parts of a picture, each three fifths of its width and height, one in every corner. */
export function cornersOf(image: RgbImage): PicturePart[] {
  return partsOf(image, Math.ceil(image.width * 0.6), Math.ceil(image.height * 0.6), [2, 2]);
}

/** Side of the squares against the shorter side of the picture, and at least against its longer one, which bounds their number. */
const SIDE = { shorter: 0.8, longer: 0.25 } as const;
/** By how much of their side neighbouring squares overlap at least: what is smaller is whole in one of them. */
const OVERLAP = 1 / 3;

/** Side of the squares of a picture. */
export function squareSide({ width, height }: Pick<RgbImage, 'width' | 'height'>): number {
  return Math.round(Math.max(SIDE.shorter * Math.min(width, height), SIDE.longer * Math.max(width, height)));
}

/** Squares that cover a picture and overlap: four of a picture whose sides are as 4 to 3, 12 at most. */
export function squaresOf(image: RgbImage): PicturePart[] {
  const { width, height } = image;
  const side = squareSide(image);
  const count = (length: number) => 1 + Math.max(0, Math.ceil((length - side) / (side * (1 - OVERLAP))));
  return partsOf(image, Math.min(side, width), Math.min(side, height), [count(width), count(height)]);
}

/** Parts of one size, so many across and down, from edge to edge. */
function partsOf(
  image: RgbImage,
  width: number,
  height: number,
  [across, down]: readonly [number, number],
): PicturePart[] {
  const starts = (count: number, room: number) =>
    Array.from({ length: count }, (_, k) => (count === 1 ? 0 : Math.round((k * room) / (count - 1))));
  return starts(down, image.height - height).flatMap((top) =>
    starts(across, image.width - width).map((left) => ({ left, top, image: cut(image, { left, top, width, height }) })),
  );
}

function cut(image: RgbImage, { left, top, width, height }: Box): RgbImage {
  const rgb = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 3 * ((top + row) * image.width + left);
    rgb.set(image.rgb.subarray(from, from + 3 * width), 3 * row * width);
  }
  return { width, height, rgb };
}

/** How near an edge of a part a face is cut by it, against the face's longer side: a descriptor is of a square that is larger by so much. */
const CUT_MARGIN = 0.2;

/** Whether something in a part of a picture goes on beyond an edge of the part, where the picture goes on. */
export function isCut({ left, top, width, height }: Box, part: PicturePart, whole: RgbImage): boolean {
  const margin = CUT_MARGIN * Math.max(width, height);
  const [right, bottom] = [part.image.width - left - width, part.image.height - top - height];
  return (
    (left < margin && part.left > 0) ||
    (top < margin && part.top > 0) ||
    (right < margin && part.left + part.image.width < whole.width) ||
    (bottom < margin && part.top + part.image.height < whole.height)
  );
}

import { sidesGoneBeyond } from './beyond-sides.ts';
import { type GreyPlane, greyPlane, type RgbImage } from './grey-plane.ts';
import { homographyTo, type Point, type Quad, straightened } from './homography.ts';
import { CARD_SIZES, type CardSize, type LocatedCard, locateCards } from './locate-card.ts';
import { pictureQuality } from './picture-quality.ts';
import { repeatedPattern } from './repeated-pattern.ts';

/** Pixels a millimetre that documents are straightened to: capitals of a machine readable zone are 29 high. */
const RESOLUTION = 12;
/** From this support of its outline on, a document is taken to lie in the picture; below it may fill it. */
const SURE_SUPPORT = 0.85;
/** Proportions of a picture that a document fills may be off by so much (natural logarithm). */
const FILLING = 0.05;

/**
 * Where a document fills the picture, what stands across it is its portrait, at most so much of the picture and so long for its width: those of scans 0.11 to 0.14, and 1.25
 * to 1.31. A document is 1.42 times as long as it is wide, or 1.59.
 */
const PORTRAIT = { share: 0.2, proportion: 1.38 } as const;

/** How a document lies in a picture, and how it was photographed. */
export interface DocumentPicture {
  /** whether its outline was found; otherwise the whole picture was taken for the document */
  readonly located: boolean;
  /** whether the picture has the proportions of a document, which then fills it */
  readonly fillsPicture: boolean;
  /** documents in the picture */
  readonly documents: number;
  /** its longer side in pixels of the picture */
  readonly width: number;
  /** share of its longer side by which a corner lies outside of the picture */
  readonly beyondEdge: number;
  /** sides of it that are edges of the picture, or lines on it beyond which it goes on to the edge: there it goes on outside */
  readonly sidesCut: number;
  /** see `PictureQuality` */
  readonly sharpness: number;
  readonly glareShare: number;
  /** mean difference between the colours of a pixel, 0 to 255; under 2 a copy in grey */
  readonly chroma: number;
  /** see `repeatedPattern`: how far the pixels of a screen or the dots of a print stand out; 0 where they were not looked for, -1 where there is too little to look at */
  readonly pattern: number;
}

/** A document as a scanner would show it, and how it was photographed. */
export interface StraightDocument {
  readonly plane: GreyPlane;
  readonly picture: DocumentPicture;
}

/** How to look at a picture. */
export interface StraightenOptions {
  /** called between steps; may throw to give up */
  readonly between?: () => void;
  /**
   * the same picture with more pixels, in which the finest patterns are looked for, as scaling down takes them away; `none` does not look for
   * them. The picture itself when left out.
   */
  readonly fine?: RgbImage | 'none';
}

/**
 * Finds the document in a picture, straightens it and measures how it was photographed. 150 to 400 ms for a picture whose longer side is 2048
 * pixels, and 200 to 500 ms for the patterns. Larger pictures are for the caller to scale down.
 */
export function straightenDocument(
  image: RgbImage,
  { between = () => undefined, fine = image }: StraightenOptions = {},
): StraightDocument {
  const grey = greyPlane(image);
  const cards = locateCards(grey);
  between();
  const placed = placeDocument(grey, cards);
  const plane = straight(grey, placed);
  between();
  const pattern = fine === 'none' ? 0 : patternOf(fine, image, placed);
  return { plane, picture: { ...placed.picture, ...pictureQuality(plane), chroma: chromaOf(image), pattern } };
}

/** What repeats in a document that was found in a picture, as another of more pixels shows it. */
function patternOf(fine: RgbImage, image: RgbImage, { corners, size }: Placed): number {
  const [sx, sy] = [fine.width / image.width, fine.height / image.height];
  const moved = corners.map(({ x, y }) => ({ x: (x + 0.5) * sx - 0.5, y: (y + 0.5) * sy - 0.5 })) as unknown as Quad;
  const { width, height } = CARD_SIZES[size];
  const fromMillimetres = homographyTo(moved, width, height);
  if (fromMillimetres === undefined) throw new Error('a located document has no outline');
  return repeatedPattern(fine, { corners: moved, fromMillimetres });
}

/** Where the document lies in a picture, and of which size it is: its outline, or the whole picture where it fills it. */
export function documentOutline(grey: GreyPlane): Pick<LocatedCard, 'corners' | 'size'> {
  return placeDocument(grey, locateCards(grey));
}

interface Placed {
  readonly corners: Quad;
  readonly size: CardSize;
  readonly picture: Omit<DocumentPicture, 'sharpness' | 'glareShare' | 'chroma' | 'pattern'>;
}

/** Where the document is: its outline, or the whole picture. */
function placeDocument(grey: GreyPlane, found: readonly LocatedCard[]): Placed {
  const { width, height } = grey;
  const filling = sizeFilledBy(width, height);
  const cards = filling === undefined ? found : found.filter((card) => !isPortrait(card, grey));
  const [card] = cards;
  const located = card !== undefined && (card.support >= SURE_SUPPORT || filling === undefined);
  const corners = located ? card.corners : landscape(width, height);
  const length = (a: number, b: number) => Math.hypot(corners[a]!.x - corners[b]!.x, corners[a]!.y - corners[b]!.y);
  const longer = (length(0, 1) + length(2, 3)) / 2;
  const beyond = Math.max(
    0,
    ...corners.flatMap(({ x, y }) => [-x, -y, x - (width - 1), y - (height - 1)]).map((pixels) => pixels / longer),
  );
  return {
    corners,
    size: located ? card.size : (filling ?? 'ID-3'),
    picture: {
      located,
      fillsPicture: filling !== undefined,
      documents: cards.filter((other) => other.support >= SURE_SUPPORT && areaShare(other, cards[0]!) > 0.3).length,
      width: longer,
      beyondEdge: located ? beyond : 0,
      sidesCut: located
        ? sidesAlongEdges(corners, width, height) + sidesGoneBeyond(grey, corners)
        : sidesCutOf(card, grey),
    },
  };
}

/** Whether a rectangle is the portrait of a document that fills the picture. */
function isPortrait({ corners }: LocatedCard, { width, height }: GreyPlane): boolean {
  const [a, b, c, d] = corners;
  const side = (one: Point, other: Point) => ({ x: other.x - one.x, y: other.y - one.y });
  const mean = (one: Point, other: Point) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
  const [along, across] = [side(mean(a, d), mean(b, c)), side(mean(a, b), mean(d, c))];
  const [longer, shorter] = [Math.hypot(along.x, along.y), Math.hypot(across.x, across.y)];
  const isAcross = Math.abs(width > height ? along.y : along.x) > 0.97 * longer;
  const isSmall = longer * shorter <= PORTRAIT.share * width * height;
  return isAcross && isSmall && longer <= PORTRAIT.proportion * shorter;
}

/** Share of a picture that an outline has to have, which is seen on three sides, for the picture not to be filled by the document. */
const LARGE = 0.5;

/**
 * Support of three sides on average at least, and of the fourth at most, for the document to go on beyond that: of passports cut at the top, on which some line was taken for
 * the side that is missing, 1.00 and 0.31.
 */
const THREE_SIDES = { seen: 0.9, unseen: 0.5 } as const;

/** A document whose proportions the picture happens to have, and which is seen to end inside of it but for one side: that is an edge of the picture, or is not seen. */
function sidesCutOf(card: LocatedCard | undefined, { width, height }: GreyPlane): number {
  if (!card || areaOf(card) <= LARGE * width * height) return 0;
  const { corners, support, leastSupport } = card;
  const isUnseen = leastSupport <= THREE_SIDES.unseen && (4 * support - leastSupport) / 3 >= THREE_SIDES.seen;
  return isUnseen || sidesAlongEdges(corners, width, height) === 1 ? 1 : 0;
}

/** Pixels from an edge of the picture within which a side of a document is that edge. */
const ALONG_EDGE = 4;

function sidesAlongEdges(corners: Quad, width: number, height: number): number {
  const near = (distances: readonly number[]) => distances.every((distance) => Math.abs(distance) <= ALONG_EDGE);
  return corners.filter((from, k) => {
    const ends = [from, corners[(k + 1) % 4]!];
    const [xs, ys] = [ends.map(({ x }) => x), ends.map(({ y }) => y)];
    return near(xs) || near(ys) || near(xs.map((x) => x - (width - 1))) || near(ys.map((y) => y - (height - 1)));
  }).length;
}

/** The size of document whose proportions a picture has. */
function sizeFilledBy(width: number, height: number): CardSize | undefined {
  const proportion = Math.log(Math.max(width, height) / Math.min(width, height));
  return (Object.keys(CARD_SIZES) as CardSize[]).find((size) => {
    const { width: w, height: h } = CARD_SIZES[size];
    return Math.abs(proportion - Math.log(w / h)) <= FILLING;
  });
}

/** A whole picture, its longer side first. */
function landscape(width: number, height: number): Quad {
  const [left, right, top, bottom] = [-0.5, width - 0.5, -0.5, height - 0.5];
  const [a, b, c, d] = [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
  return width >= height ? [a!, b!, c!, d!] : [b!, c!, d!, a!];
}

const areaShare = (one: LocatedCard, other: LocatedCard): number => areaOf(one) / areaOf(other);

const areaOf = ({ corners }: LocatedCard): number =>
  Math.abs(corners.reduce((sum, { x, y }, k) => sum + x * corners[(k + 1) % 4]!.y - corners[(k + 1) % 4]!.x * y, 0)) /
  2;

/** The document as a scanner would show it. A document whose proportions are unknown keeps those of the picture. */
function straight(grey: GreyPlane, { corners, size, picture }: Placed): GreyPlane {
  const { width, height } = CARD_SIZES[size];
  const pixels = Math.round(width * RESOLUTION);
  const fits = picture.located || sizeFilledBy(grey.width, grey.height) !== undefined;
  const proportion = fits ? height / width : Math.min(grey.width, grey.height) / Math.max(grey.width, grey.height);
  const plane = straightened(grey, corners, pixels, Math.round(pixels * proportion));
  if (plane === undefined) throw new Error('a located document has no outline');
  return plane;
}

/** Mean difference between the strongest and the weakest colour of a pixel. */
function chromaOf({ rgb }: RgbImage): number {
  let [sum, n] = [0, 0];
  for (let at = 0; at + 2 < rgb.length; at += 3 * 7) {
    sum += Math.max(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!) - Math.min(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!);
    n++;
  }
  return n === 0 ? 0 : sum / n;
}

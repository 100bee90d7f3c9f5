import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { pictureFaults, straightenDocument } from '../index.ts';

// A program: what is told of pictures of documents whose edges are cut, one JSON object of lists. It is one since the arithmetic takes
// ten times as long inside of a test's sandbox. Documents are of the development set beside the workspace: read there, never copied in.

const folder = fileURLToPath(new URL('../../../../../shared/vectors/faces/documents', import.meta.url));

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels of the longer side of a document, and of the table around it. */
const [LONG, TABLE] = [640, 70];

/** A document of the set on a dark table, turned. */
async function photographed(file: string, degrees: number) {
  const turned = sharp(await sharp(`${folder}/${file}`).resize({ width: LONG }).ensureAlpha().png().toBuffer());
  const { data, info } = await turned
    .rotate(degrees, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .extend({ ...{ top: TABLE, bottom: TABLE, left: TABLE, right: TABLE }, background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .flatten({ background: '#3c4048' })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { picture: data, width: info.width, height: info.height };
}

/** The picture without so many pixels of it at each edge. */
const without = (
  { width, height }: { readonly width: number; readonly height: number },
  { left = 0, right = 0, top = 0, bottom = 0 }: { left?: number; right?: number; top?: number; bottom?: number },
): Box => ({ left, top, width: width - left - right, height: height - top - bottom });

async function faultsOf(picture: Buffer, box?: Box): Promise<string[]> {
  const seen = box === undefined ? sharp(picture) : sharp(picture).extract(box);
  const { data, info } = await seen.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return pictureFaults(
    straightenDocument({ width: info.width, height: info.height, rgb: data }, { fine: 'none' }).picture,
  );
}

const edges = ['left', 'right', 'top', 'bottom'] as const;
/** Faults of each picture, and which it is. */
const told: Record<'whole' | 'corner' | 'side' | 'title', [name: string, faults: string[]][]> = {
  whole: [],
  corner: [],
  side: [],
  title: [],
};
for (const file of ['jpdl-0.jpg', 'td3-1.jpg']) {
  const [straight, turned] = [await photographed(file, 0), await photographed(file, 12)];
  for (const { picture } of [straight, turned]) told.whole.push([file, await faultsOf(picture)]);
  for (const edge of edges) {
    const corner = without(turned, { [edge]: TABLE + Math.round(0.05 * LONG) });
    told.corner.push([`${file} ${edge}`, await faultsOf(turned.picture, corner)]);
    const length = (edge === 'left' || edge === 'right' ? straight.width : straight.height) - 2 * TABLE;
    const side = without(straight, { [edge]: TABLE + Math.round(0.2 * length) });
    told.side.push([`${file} ${edge}`, await faultsOf(straight.picture, side)]);
  }
}
// what is left, with the table beside it, has the proportions of a card
for (const file of ['td3-0.jpg', 'td3-1.jpg']) {
  const straight = await photographed(file, 0);
  const title = without(straight, { top: TABLE + Math.round(0.1 * (straight.height - 2 * TABLE)) });
  told.title.push([file, await faultsOf(straight.picture, title)]);
}
console.log(JSON.stringify(told));

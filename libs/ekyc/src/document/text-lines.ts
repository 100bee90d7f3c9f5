import { cropped, type GreyPlane, resized } from '@tegata/document-picture';
import { inkOf } from './mrz-rows.ts';

/** A piece of text in one line, in pixels of the picture. */
export interface TextLine {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels of the picture to one of the map that lines are found in. */
const COARSE = 3;

/** Measures of what is a line of text: heights, and the gap that parts two pieces, in pixels of a card 1027 wide. */
const HEIGHTS = { min: 12, max: 56 } as const;
const GAP = 30;

/** Lines of text on a straightened document, from the top, left to right. Pictures and patterns are no text by their size. */
export function findTextLines(plane: GreyPlane): TextLine[] {
  const small = resized(plane, Math.round(plane.width / COARSE), Math.round(plane.height / COARSE));
  const ink = inkOf(small, 10);
  const marked = joined(
    ink.values.map((value) => (value > 0.1 ? 1 : 0)),
    ink.width,
    ink.height,
  );
  return components(marked, ink.width, ink.height)
    .map(({ left, top, right, bottom }) => ({
      left: left * COARSE,
      top: top * COARSE,
      width: (right - left + 1) * COARSE,
      height: (bottom - top + 1) * COARSE,
    }))
    .filter(({ width, height }) => height >= HEIGHTS.min && height <= HEIGHTS.max && width >= 1.2 * height)
    .sort((a, b) => (Math.abs(middle(a) - middle(b)) < 14 ? a.left - b.left : middle(a) - middle(b)));
}

const middle = ({ top, height }: TextLine) => top + height / 2;

/** A line cut out with a margin, `shownHeight` pixels high. */
export function cutLine(plane: GreyPlane, line: TextLine, shownHeight: number): GreyPlane {
  const margin = Math.round(0.35 * line.height);
  const left = Math.max(0, line.left - margin);
  const top = Math.max(0, line.top - margin);
  const right = Math.min(plane.width, line.left + line.width + margin);
  const bottom = Math.min(plane.height, line.top + line.height + margin);
  const part = cropped(plane, left, top, right - left, bottom - top);
  return resized(part, Math.max(16, Math.round((part.width * shownHeight) / part.height)), shownHeight);
}

/** Marks the gaps between characters of a line, too. */
function joined(marks: Float32Array, width: number, height: number): Uint8Array {
  const gap = Math.round(GAP / COARSE);
  const out = new Uint8Array(marks.length);
  for (let y = 0; y < height; y++) {
    let last = -gap - 1;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (marks[at] === 0) continue;
      const from = x - last <= gap ? last : x;
      out.fill(1, y * width + from, at + 1);
      last = x;
    }
  }
  return out;
}

interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Bounds of everything that hangs together. */
function components(marked: Uint8Array, width: number, height: number): Bounds[] {
  const seen = new Uint8Array(marked.length);
  const found: Bounds[] = [];
  const stack: number[] = [];
  for (let start = 0; start < marked.length; start++) {
    if (marked[start] === 0 || seen[start] === 1) continue;
    const bounds = { left: width, top: height, right: 0, bottom: 0 };
    stack.push(start);
    seen[start] = 1;
    while (stack.length > 0) {
      const at = stack.pop()!;
      const [x, y] = [at % width, Math.floor(at / width)];
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y);
      for (const [nx, ny] of [
        [x - 1, y],
        [x + 1, y],
        [x, y - 1],
        [x, y + 1],
      ] as const) {
        if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
        const next = ny * width + nx;
        if (marked[next] === 1 && seen[next] === 0) {
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    found.push(bounds);
  }
  return found;
}

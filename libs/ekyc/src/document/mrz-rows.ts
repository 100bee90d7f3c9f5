import { boxBlurred, type GreyPlane, resized, sampled } from '@tegata/document-picture';

/** A row of text: its middle line, and how far it reaches. Pixels of the picture it was found in. */
export interface TextRow {
  /** where the ink begins and ends */
  readonly left: number;
  readonly right: number;
  /** middle of the row at `left`, and how much it falls for every pixel to the right */
  readonly middle: number;
  readonly slope: number;
  /** height of its capitals, nearly */
  readonly height: number;
}

/** Width that rows are looked for at. */
const SEARCH_WIDTH = 750;

/** Dark ink on lighter paper: how much darker a pixel is than the paper around it, light from one side taken out. */
export function inkOf(plane: GreyPlane, radius: number): GreyPlane {
  const paper = boxBlurred(plane, radius);
  const soft = boxBlurred(plane, 1);
  return {
    width: plane.width,
    height: plane.height,
    values: soft.values.map((value, at) => Math.max(0, (paper.values[at]! - value) / (paper.values[at]! + 16) - 0.08)),
  };
}

/**
 * Long rows of evenly spread characters, as a machine readable zone has, from the top; none where there are none.
 * @param reach degrees to either side that the rows may lean by
 */
export function findLongRows(plane: GreyPlane, reach: number): TextRow[] {
  const scale = Math.min(1, SEARCH_WIDTH / plane.width);
  const small = scale === 1 ? plane : resized(plane, Math.round(plane.width * scale), Math.round(plane.height * scale));
  const ink = inkOf(small, 14);
  const slope = likeliestSlope(ink, reach);
  return rowsAlong(ink, slope).map((row) => ({
    left: row.left / scale,
    right: row.right / scale,
    middle: row.middle / scale,
    slope,
    height: row.height / scale,
  }));
}

/** The slope along which rows and the gaps between them differ most. */
function likeliestSlope(ink: GreyPlane, reach: number): number {
  const sharpness = (slope: number) => {
    const profile = profileAlong(ink, slope, 2);
    let sum = 0;
    for (let y = 1; y < profile.length; y++) sum += (profile[y]! - profile[y - 1]!) ** 2;
    return sum;
  };
  const best = (middle: number, width: number, step: number) => {
    let [chosen, highest] = [middle, -1];
    for (let degrees = middle - width; degrees <= middle + width + 1e-9; degrees += step) {
      const value = sharpness(Math.tan((degrees * Math.PI) / 180));
      if (value > highest) [chosen, highest] = [degrees, value];
    }
    return chosen;
  };
  const rough = best(0, reach, 0.5);
  return Math.tan((best(rough, 0.4, 0.1) * Math.PI) / 180);
}

/** Ink along sloping lines, by where they cross the left edge; of every `step`th column. */
function profileAlong({ width, height, values }: GreyPlane, slope: number, step: number): Float32Array {
  const profile = new Float32Array(height);
  for (let x = 0; x < width; x += step) {
    const shift = Math.round(slope * x);
    for (let y = Math.max(0, shift); y < Math.min(height, height + shift); y++) {
      profile[y - shift]! += values[y * width + x]!;
    }
  }
  return profile;
}

function rowsAlong(ink: GreyPlane, slope: number): TextRow[] {
  const profile = profileAlong(ink, slope, 1);
  const rows: TextRow[] = [];
  const sorted = Float32Array.from(profile).sort();
  const floor = sorted[Math.floor(sorted.length / 2)]!;
  const ceiling = sorted.at(-1)!;
  for (const share of [0.18, 0.32, 0.5]) {
    const threshold = floor + share * (ceiling - floor);
    for (let y = 0; y < profile.length; y++) {
      if (profile[y]! <= threshold) continue;
      const top = y;
      while (y < profile.length && profile[y]! > threshold) y++;
      const height = y - top;
      if (height < 5 || height > 0.1 * ink.width) continue;
      const middle = (top + y - 1) / 2;
      if (rows.some((row) => Math.abs(row.middle - middle) < height / 2)) continue;
      const extent = extentOf(ink, slope, top, y, height);
      if (extent !== undefined) rows.push({ ...extent, slope, height, middle });
    }
  }
  // `middle` so far is where the line crosses the left edge of the picture
  return rows.map((row) => ({ ...row, middle: row.middle + slope * row.left })).sort((a, b) => a.middle - b.middle);
}

/** From the first to the last character of a row, the longest stretch without a wide gap. */
function extentOf(
  ink: GreyPlane,
  slope: number,
  top: number,
  bottom: number,
  height: number,
): { left: number; right: number } | undefined {
  const columns = new Float32Array(ink.width);
  for (let x = 0; x < ink.width; x++) {
    let sum = 0;
    for (let y = top; y < bottom; y++) sum += sampled(ink, x, y + slope * x);
    columns[x] = sum / height;
  }
  const sorted = Float32Array.from(columns).sort();
  const threshold = 0.25 * sorted[Math.floor(0.9 * sorted.length)]!;
  let best: { left: number; right: number } | undefined;
  let start = -1;
  let last = -1;
  for (let x = 0; x <= ink.width; x++) {
    const inked = x < ink.width && columns[x]! > threshold;
    if (inked) {
      if (start < 0) start = x;
      last = x;
    } else if (start >= 0 && (x - last > 2.2 * height || x === ink.width)) {
      if (best === undefined || last - start > best.right - best.left) best = { left: start, right: last };
      start = -1;
    }
  }
  return best !== undefined && best.right - best.left > 12 * height ? best : undefined;
}

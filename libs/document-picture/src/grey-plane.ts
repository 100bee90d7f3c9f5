// taken out of Math once, for tests inside a vm context, where every look at a global costs more than the sum it is for
const { floor, max, min, round } = Math;

/** 8-bit sRGB pixels, three octets each, rows from the top. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A grey picture, 0 black to 255 white, row by row. */
export interface GreyPlane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** A plane of one value. */
export function blankPlane(width: number, height: number, value = 0): GreyPlane {
  return { width, height, values: new Float32Array(width * height).fill(value) };
}

/** Brightness by the weights of ITU-R BT.601. */
export function greyPlane({ width, height, rgb }: RgbImage): GreyPlane {
  const values = new Float32Array(width * height);
  for (let at = 0, k = 0; at < values.length; at++, k += 3) {
    values[at] = 0.299 * rgb[k]! + 0.587 * rgb[k + 1]! + 0.114 * rgb[k + 2]!;
  }
  return { width, height, values };
}

/** The value at a place between pixels; beyond the edges that of the edge. */
export function sampled({ width, height, values }: GreyPlane, x: number, y: number): number {
  const px = min(max(x, 0), width - 1);
  const py = min(max(y, 0), height - 1);
  const [x0, y0] = [floor(px), floor(py)];
  const [fx, fy] = [px - x0, py - y0];
  const at = y0 * width + x0;
  const right = x0 + 1 < width ? 1 : 0;
  const below = y0 + 1 < height ? width : 0;
  const upper = values[at]! * (1 - fx) + values[at + right]! * fx;
  const lower = values[at + below]! * (1 - fx) + values[at + below + right]! * fx;
  return upper * (1 - fy) + lower * fy;
}

/** The plane in another size; each value is the mean of the area it stands for, or between its neighbours when enlarged. */
export function resized(plane: GreyPlane, width: number, height: number): GreyPlane {
  const [sx, sy] = [plane.width / width, plane.height / height];
  const [nx, ny] = [max(1, round(sx)), max(1, round(sy))];
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < ny; j++) {
        for (let i = 0; i < nx; i++) {
          sum += sampled(plane, (x + (i + 0.5) / nx) * sx - 0.5, (y + (j + 0.5) / ny) * sy - 0.5);
        }
      }
      values[y * width + x] = sum / (nx * ny);
    }
  }
  return { width, height, values };
}

/** A part of a plane. Whole pixels, inside of it. */
export function cropped(plane: GreyPlane, left: number, top: number, width: number, height: number): GreyPlane {
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * plane.width + left;
    values.set(plane.values.subarray(from, from + width), y * width);
  }
  return { width, height, values };
}

/** Mean over squares of 2 `radius` + 1 pixels, smaller at the edges. The time does not depend on the radius. */
export function boxBlurred(plane: GreyPlane, radius: number): GreyPlane {
  const { width, height } = plane;
  const across = runningMeans(plane.values, width, height, radius, 1, width);
  return { width, height, values: runningMeans(across, height, width, radius, width, 1) };
}

/** Running means along lines of `length` values, `step` apart; lines are `line` apart. */
function runningMeans(
  values: Float32Array,
  length: number,
  lines: number,
  radius: number,
  step: number,
  line: number,
): Float32Array {
  const out = new Float32Array(values.length);
  for (let l = 0; l < lines; l++) {
    const base = l * line;
    let [sum, from, to] = [0, 0, 0];
    for (let k = 0; k < length; k++) {
      for (; to < min(length, k + radius + 1); to++) sum += values[base + to * step]!;
      for (; from < k - radius; from++) sum -= values[base + from * step]!;
      out[base + k * step] = sum / (to - from);
    }
  }
  return out;
}

/** The plane turned by half. */
export function halfTurned({ width, height, values }: GreyPlane): GreyPlane {
  return { width, height, values: Float32Array.from(values).reverse() };
}

/** A binary PGM file, 8 bits a pixel: what Tesseract's Leptonica reads without a codec. */
export function pgm({ width, height, values }: GreyPlane): Uint8Array {
  const header = Buffer.from(`P5\n${width} ${height}\n255\n`, 'ascii');
  const pixels = Uint8ClampedArray.from(values);
  return Buffer.concat([header, Buffer.from(pixels.buffer)]);
}

import type { SeededRandom } from '../seeded-random.ts';
import { transferred } from './point-spread.ts';
import { type Scene, SEEN_COLOURS } from './sensor.ts';
import type { SensorView } from './sensor-view.ts';

const { abs, cos, exp, hypot, max, min, PI, sin } = Math;

/** Light that a place of a flat thing gives back, 0 to 1, by millimetres from its middle. */
export type Reflectance = (x: number, y: number, channel: 0 | 1 | 2) => number;

/** Something flat that lies on a table. */
export interface Lying {
  /** millimetres, and the radius of its corners */
  readonly width: number;
  readonly height: number;
  readonly corner: number;
  readonly surface: Reflectance;
}

/** A thing on a table in the light of a room that comes from one side, and a faint shadow on the other. */
export function tableScene(things: readonly Lying[], table: Reflectance, random: SeededRandom): Scene {
  const light = { x: random.between(-1, 1), y: random.between(-1, 1), slope: random.between(0, 0.0022) };
  const tint = [1 + 0.04 * random.normal(), 1, 1 + 0.06 * random.normal()] as const;
  const level = random.between(0.75, 0.95);
  const at = (x: number, y: number, c: 0 | 1 | 2) => {
    for (const { width, height, corner, surface } of things) {
      const beyond = outside(x, y, width / 2, height / 2, corner);
      if (beyond <= 0) return surface(x, y, c);
      const shadow = outside(x + 0.8 * light.x, y + 0.8 * light.y, width / 2, height / 2, corner);
      if (shadow < 0.6) return table(x, y, c) * (1 - 0.45 * exp(-max(0, beyond) / 0.8));
    }
    return table(x, y, c);
  };
  return (x, y, channel) => {
    const seen = SEEN_COLOURS[channel];
    const shade = level * (1 + light.slope * (x * light.x + y * light.y));
    return shade * (seen[0] * tint[0] * at(x, y, 0) + seen[1] * at(x, y, 1) + seen[2] * tint[2] * at(x, y, 2));
  };
}

/** Millimetres outside of a rectangle with round corners; at most 0 inside. */
function outside(x: number, y: number, halfWidth: number, halfHeight: number, corner: number): number {
  const [dx, dy] = [abs(x) - halfWidth + corner, abs(y) - halfHeight + corner];
  return (dx > 0 && dy > 0 ? hypot(dx, dy) : max(dx, dy)) - corner;
}

const TABLES = [
  [0.16, 0.1, 0.07],
  [0.05, 0.05, 0.06],
  [0.45, 0.35, 0.22],
  [0.1, 0.14, 0.2],
  [0.28, 0.28, 0.27],
  [0.62, 0.6, 0.57],
] as const;

/** The top of a table: grained wood, cloth woven at 0.5 to 1.2 mm, or plain. */
export function drawnTable(view: SensorView, blur: number, random: SeededRandom): Reflectance {
  const colour = TABLES[Math.floor(random.next() * TABLES.length)]!;
  const kind = random.next();
  const angle = random.between(0, PI);
  const [ux, uy] = [cos(angle), sin(angle)];
  if (kind < 0.35) {
    const waves = Array.from({ length: 9 }, () => ({
      length: random.between(0.7, 9),
      phase: random.between(0, 6),
      sway: random.between(0.1, 2),
    }));
    let [sum, lastX, lastY] = [0, Number.NaN, Number.NaN];
    return (x, y, c) => {
      if (x !== lastX || y !== lastY) {
        const [along, across] = [x * ux + y * uy, y * ux - x * uy];
        [sum, lastX, lastY] = [0, x, y];
        for (const { length, phase, sway } of waves) {
          sum += cos((2 * PI * (across + sway * sin(along / 23 + phase))) / length + phase);
        }
      }
      return colour[c] * (1 + 0.045 * sum);
    };
  }
  if (kind < 0.6) {
    const pitch = random.between(0.5, 1.2);
    const f = 1 / (pitch * view.resolution);
    const seen = 0.22 * transferred(blur, f * ux, f * uy);
    return (x, y, c) => {
      const [along, across] = [x * ux + y * uy, y * ux - x * uy];
      return colour[c] * (1 + seen * (cos((2 * PI * along) / pitch) + cos((2 * PI * across) / pitch)));
    };
  }
  return (_x, _y, c) => colour[c];
}

/** Lines that security printing lays under a document. */
export type FinePrint = 'none' | 'waves' | 'straight' | 'crossed' | 'rosettes';

export const FINE_PRINTS: readonly FinePrint[] = ['none', 'waves', 'waves', 'straight', 'crossed', 'rosettes'];

/** Share of light that fine lines leave, by place; each family has one ink and one distance of lines, 0.22 to 0.7 mm. */
export function drawnFinePrint(kind: FinePrint, view: SensorView, blur: number, random: SeededRandom): Reflectance {
  if (kind === 'none') return () => 1;
  const count = kind === 'crossed' ? 2 : random.next() < 0.5 ? 1 : 2;
  const first = random.between(0, PI);
  const pitch = random.between(0.22, 0.7);
  const families = Array.from({ length: count }, (_, k) => {
    const spacing = kind === 'crossed' ? pitch : random.between(0.22, 0.7);
    const strength = random.between(0.08, 0.3);
    const hue = random.between(0, 2 * PI);
    const ink = [0, 1, 2].map((c) => strength * (0.6 + 0.4 * cos(hue + (2 * PI * c) / 3)));
    const f = 1 / (spacing * view.resolution);
    const seen = [1, 2, 3].map((n) => transferred(blur, n * f, 0) * (sin(PI * n * 0.4) / (PI * n)) * 2);
    const angle = kind === 'crossed' ? first + (k * PI) / 2 : random.between(0, PI);
    return {
      spacing,
      ink,
      seen,
      ...{
        ux: cos(angle),
        uy: sin(angle),
        sway: random.between(0.5, 3),
        length: random.between(5, 30),
        phase: random.between(0, 6),
      },
      middle: [random.between(-30, 30), random.between(-15, 15)] as const,
    };
  });
  const place = (family: (typeof families)[number], x: number, y: number) => {
    const { ux, uy, sway, length, phase, middle } = family;
    const [along, across] = [x * ux + y * uy, y * ux - x * uy];
    if (kind === 'waves') return across + sway * sin((2 * PI * along) / length + phase);
    if (kind === 'rosettes') {
      const radius = hypot(x - middle[0], y - middle[1]);
      return radius + 0.15 * sway * sin(12 * Math.atan2(y - middle[1], x - middle[0]) + phase);
    }
    return across;
  };
  // the three colours of a place are asked for one after the other
  const waves = new Float64Array(count);
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  return (x, y, channel) => {
    if (x !== lastX || y !== lastY) {
      for (const [k, family] of families.entries()) {
        const turns = (2 * PI * place(family, x, y)) / family.spacing;
        const [first, second, third] = family.seen;
        const wave = 0.4 + first! * cos(turns) + second! * cos(2 * turns) + third! * cos(3 * turns);
        waves[k] = max(0, min(1, wave));
      }
      [lastX, lastY] = [x, y];
    }
    let left = 1;
    for (let k = 0; k < count; k++) left *= 1 - families[k]!.ink[channel]! * waves[k]!;
    return left;
  };
}

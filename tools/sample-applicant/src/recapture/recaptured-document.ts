import type { SeededRandom } from '../seeded-random.ts';
import {
  drawnFinePrint,
  drawnTable,
  FINE_PRINTS,
  type FinePrint,
  type Lying,
  type Reflectance,
  tableScene,
} from './card-scene.ts';
import { DISPLAYS, displayScene } from './display.ts';
import { type LightImage, lightImage } from './light-image.ts';
import { diffused, PAPER, type Printed, printedImage, screened, softened } from './printed-copy.ts';
import { drawnQuality, photographScene } from './sensor.ts';
import { drawnPose, type SensorView, sensorView } from './sensor-view.ts';

const { ceil, max, min, round } = Math;

/** What lies, or shines, before the camera. */
export const PRESENTATIONS = ['original', 'screen', 'halftone-print', 'inkjet-print'] as const;

export type Presentation = (typeof PRESENTATIONS)[number];

/** A page as it goes to the printer, and how large it is. */
export interface DrawnPage {
  /** a picture file */
  readonly picture: Uint8Array;
  /** millimetres */
  readonly width: number;
  readonly height: number;
}

/** A picture of a document, or of its picture, and what it is of. */
export interface Rephotographed {
  readonly jpeg: Uint8Array;
  /** screen, printer, surroundings; fine print of an original */
  readonly medium: string;
  /** pixels of the picture for one of the screen's, or one step of the printer's dots; 0 for an original */
  readonly pixelsPerStep: number;
}

/** Sizes of pictures: of a page's camera, of telephones. */
const SENSORS = [
  [1280, 960],
  [1920, 1440],
  [1920, 1080],
  [2592, 1944],
  [3264, 2448],
] as const;

const one = <Value>(list: readonly Value[], random: SeededRandom): Value =>
  list[Math.floor(random.next() * list.length)]!;

/**
 * Photographs a document, a screen that shows it, or a print of it, with one and the same camera: so that pictures differ by what is before
 * it. Two to ten seconds.
 */
export function photographedAs(
  presentation: Presentation,
  page: DrawnPage,
  random: SeededRandom,
): Promise<Rephotographed> {
  return { original, screen, 'halftone-print': halftonePrint, 'inkjet-print': inkjetPrint }[presentation](page, random);
}

/** A camera over something of that width, which it nearly fills; its lens is well focused, or not so well. */
function drawnCamera(width: number, random: SeededRandom): { view: SensorView; blur: number } {
  const [across, down] = one(SENSORS, random);
  const view = sensorView(across, down, drawnPose(random, width / random.between(0.6, 0.88)));
  const blur = random.next() < 0.75 ? random.between(0.4, 0.75) : random.between(0.75, 1.5);
  return { view, blur };
}

async function original(page: DrawnPage, random: SeededRandom): Promise<Rephotographed> {
  const { view, blur } = drawnCamera(page.width, random);
  const kind: FinePrint = one(FINE_PRINTS, random);
  const surface = await pageSurface(page, view, blur);
  const fine = drawnFinePrint(kind, view, blur, random);
  const card: Lying = { ...sizeOf(page), corner: 3, surface: (x, y, c) => 0.93 * surface(x, y, c) * fine(x, y, c) };
  const scene = tableScene([card], drawnTable(view, blur, random), random);
  return { jpeg: await photographScene(view, scene, drawnQuality(random), random), medium: kind, pixelsPerStep: 0 };
}

const sizeOf = ({ width, height }: DrawnPage) => ({ width, height });

async function pageSurface(page: DrawnPage, view: SensorView, blur: number): Promise<Reflectance> {
  const image = await lightImage(page.picture, undefined, 0);
  const resolution = image.width / page.width;
  const soft = await lightImage(page.picture, undefined, (max(blur, 0.5) * resolution) / view.resolution);
  const printed = printedImage(soft);
  return (x, y, c) => printed((x + page.width / 2) * resolution, (y + page.height / 2) * resolution, c);
}

async function screen(page: DrawnPage, random: SeededRandom): Promise<Rephotographed> {
  const display = one(DISPLAYS, random);
  const pitch = 25.4 / display.density;
  // so large that its text can be read, no larger than the screen
  const shown = round(random.between(min(760, 0.7 * display.across), min(0.94 * display.across, 1900)));
  const { view, blur } = drawnCamera(shown * pitch, random);
  const picture = await lightImage(page.picture, shown, blur / (view.resolution * pitch));
  const around = one(
    [
      [1, 1, 1],
      [0, 0, 0],
      [0.03, 0.03, 0.03],
      [0.2, 0.2, 0.2],
      [0.6, 0.65, 0.7],
    ] as const,
    random,
  );
  const scene = displayScene(view, { display, picture, around, blur, veil: random.between(0.005, 0.04) }, random);
  const level = random.between(0.75, 0.95);
  const jpeg = await photographScene(view, (x, y, c) => level * scene(x, y, c), drawnQuality(random), random);
  return { jpeg, medium: display.name, pixelsPerStep: view.resolution * pitch };
}

/** Lines an inch of laser printers and presses. */
const SCREEN_FREQUENCIES = [106, 133, 150, 175, 200] as const;
/** Places of dots a millimetre of an ink-jet printer: 720 an inch. */
export const DOTS = 28.35;

async function halftonePrint(page: DrawnPage, random: SeededRandom): Promise<Rephotographed> {
  const { view, blur } = drawnCamera(page.width, random);
  const frequency = one(SCREEN_FREQUENCIES, random);
  const resolution = 16;
  const picture = await lightImage(
    page.picture,
    round(page.width * resolution),
    (max(blur, 0.5) * resolution) / view.resolution,
  );
  const printed = screened(picture, resolution, frequency / 25.4, view, blur);
  const copied = copyOf(page, (x, y, c) => printed(x * resolution, y * resolution, c), random);
  const scene = tableScene(copied.things, drawnTable(view, blur, random), random);
  const jpeg = await photographScene(view, scene, drawnQuality(random), random);
  return {
    jpeg,
    medium: `${frequency} lines, ${copied.form}`,
    pixelsPerStep: (view.resolution * 25.4) / frequency,
  };
}

/** A page printed by an ink-jet printer, `DOTS` pixels a millimetre, softened as the lens will. */
export async function inkjetPrinted(page: DrawnPage, view: SensorView, blur: number): Promise<LightImage> {
  const dots = diffused(await lightImage(page.picture, round(page.width * DOTS), 0));
  // a lens that spreads by `blur` pixels, and the pixel itself: three means over so many dots
  const spread = (Math.hypot(blur, 0.29) * DOTS) / view.resolution;
  return softened(dots, max(1, ceil((Math.sqrt(4 * spread * spread + 1) - 1) / 2)), 3);
}

async function inkjetPrint(page: DrawnPage, random: SeededRandom): Promise<Rephotographed> {
  const { view, blur } = drawnCamera(page.width, random);
  const printed: Printed = printedImage(await inkjetPrinted(page, view, blur));
  const copied = copyOf(page, (x, y, c) => printed(x * DOTS, y * DOTS, c), random);
  const scene = tableScene(copied.things, drawnTable(view, blur, random), random);
  const jpeg = await photographScene(view, scene, drawnQuality(random), random);
  return { jpeg, medium: copied.form, pixelsPerStep: view.resolution / DOTS };
}

/** A print cut out along the document's edge, or on its sheet. `printed` by millimetres from its upper left corner. */
function copyOf(page: DrawnPage, printed: Reflectance, random: SeededRandom): { things: Lying[]; form: string } {
  const { width, height } = page;
  const surface: Reflectance = (x, y, c) => printed(x + width / 2, y + height / 2, c);
  const cut: Lying = { width, height, corner: 3, surface };
  if (random.next() < 0.6) return { things: [cut], form: 'cut out' };
  const sheet: Lying = { width: 297, height: 210, corner: 0, surface: () => PAPER };
  const flat: Reflectance = (x, y, c) =>
    Math.abs(x) <= width / 2 && Math.abs(y) <= height / 2 ? surface(x, y, c) : PAPER;
  return { things: [{ ...sheet, surface: flat }], form: 'on a sheet' };
}

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PICTURE_LIMITS } from './picture-faults.ts';

const program = fileURLToPath(new URL('./testing/repeated-patterns.ts', import.meta.url));

let patterns: Record<string, number>;
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program]);
  patterns = JSON.parse(stdout) as typeof patterns;
}, 600_000);

describe('a card that lies before the camera itself', () => {
  it.each([
    ['text alone', 'text'],
    ['fine lines one way', 'linesOneWay'],
    ['fine lines that sway', 'linesThatSway'],
    ['lines of two inks that cross', 'linesThatCross'],
    ['a net of lines', 'netOfLines'],
    ['a net of lines along its sides, and its overtones', 'netAlongSides'],
    ['the dots of one ink', 'oneInk'],
    ['cloth under it, some of whose overtones are where its lines are', 'cloth'],
  ])('is not taken for a screen or a print: %s', (_, name) =>
    expect(patterns[name]).toBeLessThan(PICTURE_LIMITS.maxPattern),
  );
});

describe('a picture of a picture', () => {
  it.each([
    ['the pixels of a screen, however it is turned', 'pixels'],
    ['what a sensor makes of them', 'sensed'],
    ['the colours that a sensor makes of them', 'colours'],
    ['the pixels of a screen that is dark around it', 'inTheDark'],
    ['the dots of a print, by their inks', 'dots'],
  ])('is told by %s', (_, name) => expect(patterns[name]).toBeGreaterThan(PICTURE_LIMITS.maxPattern));
});

it('says nothing of a document that is too small to show a pattern', () => expect(patterns.small).toBe(-1));

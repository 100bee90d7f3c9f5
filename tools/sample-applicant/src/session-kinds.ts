import { type CapturedFrame, type Challenge, drawChallenge, type Prompt, type ScreenColour } from '@tegata/ekyc';
import type { Portrait } from './portrait-photo.ts';
import { inOrder } from './sample-applicant.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { drawConditions, type Move, moveFor, Sitting } from './sitting.ts';

/** What a session answers, by whom, and to whose harm. */
export interface SessionPlan {
  readonly challenge: Challenge & { readonly colours: readonly ScreenColour[] };
  /** whose document is shown, and who is before the camera or in the picture held there */
  readonly holder: Portrait;
  /** somebody else, for the kinds that take two */
  readonly other: Portrait | undefined;
  /** the same seed gives the same frames */
  readonly seed: number;
}

/** Attacks by their names in manifests, and what each is. */
export const ATTACK_KINDS = {
  frozen: 'one frame of the person, over and over',
  frozenNoise: 'one view of the person, with the noise of a camera',
  stillMoved: 'a photograph of the person shifted, rolled and brought nearer in its plane',
  stillWarped: 'a photograph turned by 25 to 55 degrees as asked',
  stillWarpedAgainst: 'a photograph turned by 25 to 45 degrees against what was asked',
  stillBent: 'a photograph bent to a radius of 1.5 to 3 eye distances, turned by 30 to 50 degrees as asked',
  replay: 'the motions of another challenge',
  skipped: 'the person, who leaves out one motion',
  splice: 'the person, but one motion made by somebody else',
  stillBaseline: 'a photograph of the person looking straight, the motions made by somebody else',
  impostor: 'somebody else with the document of the person',
  lightUnlit: 'the person, recorded before the screen was on',
  lightOtherOrder: 'the person, lit by the colours in another order',
} as const;
export type AttackKind = keyof typeof ATTACK_KINDS;

/** The kinds in which there is somebody else: they are attacks only if that is another person. */
export const KINDS_OF_TWO: readonly string[] = ['splice', 'stillBaseline', 'impostor'] satisfies AttackKind[];

/**
 * The frames of a session of a kind. An attack on the motions answers the light of the screen as the person would, and an attack on
 * the light makes the motions: so each figure is that of one barrier, without the other's help.
 */
export async function renderSession(
  kind: AttackKind | 'genuine',
  { challenge: { prompts, colours }, holder, other, seed }: SessionPlan,
): Promise<CapturedFrame[]> {
  const random = seededRandom(seed, 'session');
  const conditions = drawConditions(random);
  const person = new Sitting(holder, conditions, seed);
  const stranger = () => {
    if (other === undefined) throw new RangeError(`${kind} takes two people`);
    return new Sitting(other, conditions, seed + 1);
  };
  const { straight, motions, light } = await { ...SESSIONS, genuine }[kind]({
    ...{ prompts, colours, random, person, stranger },
    picture: (bendRadius) => new Sitting(holder, conditions, seed + 2, bendRadius),
  });
  const frames = inOrder(straight, motions);
  const begin = (frames.at(-1)?.capturedAtMs ?? 0) + FRAME_INTERVAL_MS;
  const lit = (light ?? (await person.lit(colours))).map((octets, colourIndex) => ({
    ...{ octets, promptIndex: prompts.length, colourIndex },
    capturedAtMs: begin + colourIndex * FRAME_INTERVAL_MS,
  }));
  return [...frames, ...lit];
}

const FRAME_INTERVAL_MS = 200;
/** Frames looking straight. */
const STRAIGHT = 3;
/** Frames of a motion that is not made. */
const IDLE = 4;

interface Scene {
  readonly prompts: readonly Prompt[];
  readonly colours: readonly ScreenColour[];
  readonly random: SeededRandom;
  readonly person: Sitting;
  readonly stranger: () => Sitting;
  /** a picture of the person, bent to a radius in sides of the picture */
  readonly picture: (bendRadius: number) => Sitting;
}

/** The parts of a capture; the light as the person answers it, where none is said. */
interface Parts {
  readonly straight: readonly Uint8Array[];
  readonly motions: readonly (readonly Uint8Array[])[];
  readonly light?: readonly Uint8Array[];
}

const genuine = async ({ prompts, person }: Scene): Promise<Parts> => ({
  straight: await person.straight(STRAIGHT),
  motions: await motionsOf(person, prompts),
});

const SESSIONS: Readonly<Record<AttackKind, (scene: Scene) => Promise<Parts>>> = {
  frozen: async ({ prompts, person }) => {
    const [still] = await person.still(1);
    const shown = (count: number) => new Array<Uint8Array>(count).fill(still!);
    return { straight: shown(STRAIGHT), motions: prompts.map(() => shown(IDLE)) };
  },
  frozenNoise: async ({ prompts, person }) => {
    const shown = await person.still(STRAIGHT + IDLE * prompts.length);
    return {
      straight: shown.slice(0, STRAIGHT),
      motions: prompts.map((_, k) => shown.slice(STRAIGHT + IDLE * k, STRAIGHT + IDLE * (k + 1))),
    };
  },
  stillMoved: ({ prompts, picture, random }) =>
    shownPicture(picture(Infinity), prompts, (prompt) => inPlane(prompt, random)),
  stillWarped: ({ prompts, picture, random }) =>
    shownPicture(picture(Infinity), prompts, (prompt) => moveFor(prompt, random.between(25, 55))),
  stillWarpedAgainst: ({ prompts, picture, random }) =>
    shownPicture(picture(Infinity), prompts, (prompt) => moveFor(prompt, -random.between(25, 45))),
  stillBent: ({ prompts, picture, random }) =>
    shownPicture(picture(EYE_SHARE * random.between(1.5, 3)), prompts, (prompt) =>
      moveFor(prompt, random.between(30, 50)),
    ),
  replay: async (scene) => {
    let recorded: readonly Prompt[];
    do recorded = drawChallenge(octets(scene.random)).prompts;
    while (recorded.every((prompt, k) => prompt === scene.prompts[k]));
    return genuine({ ...scene, prompts: recorded });
  },
  skipped: async ({ prompts, person, random }) => {
    const straight = await person.straight(STRAIGHT);
    const motions = await motionsOf(person, prompts);
    motions[Math.floor(random.next() * motions.length)] = await person.straight(IDLE);
    return { straight, motions };
  },
  splice: async ({ prompts, person, stranger, random }) => {
    const straight = await person.straight(STRAIGHT);
    const motions = await motionsOf(person, prompts);
    const spliced = Math.floor(random.next() * motions.length);
    motions[spliced] = await stranger().motion(prompts[spliced]!);
    return { straight, motions };
  },
  stillBaseline: async ({ prompts, picture, stranger }) => ({
    straight: await picture(Infinity).straight(STRAIGHT),
    motions: await motionsOf(stranger(), prompts),
  }),
  impostor: async ({ prompts, colours, stranger }) => {
    const somebody = stranger();
    return {
      straight: await somebody.straight(STRAIGHT),
      motions: await motionsOf(somebody, prompts),
      light: await somebody.lit(colours),
    };
  },
  lightUnlit: async (scene) => ({
    ...(await genuine(scene)),
    light: await scene.person.lit(scene.colours.map(() => undefined)),
  }),
  lightOtherOrder: async (scene) => ({
    ...(await genuine(scene)),
    light: await scene.person.lit(otherOrder(scene.colours, scene.random)),
  }),
};

async function motionsOf(sitting: Sitting, prompts: readonly Prompt[]): Promise<Uint8Array[][]> {
  const motions: Uint8Array[][] = [];
  for (const prompt of prompts) motions.push(await sitting.motion(prompt));
  return motions;
}

/** Eye distance against the side of a portrait, near enough. */
const EYE_SHARE = 0.17;
/** How a hand moves a picture there and back. */
const HAND_COURSE = [0.15, 1, 0.75, 0.1];

async function shownPicture(
  shown: Sitting,
  prompts: readonly Prompt[],
  moveOf: (prompt: Prompt) => Move,
): Promise<Parts> {
  const straight = await shown.straight(STRAIGHT);
  const motions: Uint8Array[][] = [];
  for (const prompt of prompts) motions.push(await shown.along(HAND_COURSE, moveOf(prompt)));
  return { straight, motions };
}

/** A picture moved where the nose would go, rolled, and brought nearer or farther. */
function inPlane(prompt: Prompt, random: SeededRandom): Move {
  const far = random.between(0.2, 0.6);
  const way = { left: { shiftX: far }, right: { shiftX: -far }, up: { shiftY: -far }, down: { shiftY: far } }[prompt];
  return { ...way, roll: random.between(-20, 20), scale: random.between(0.85, 1.2) };
}

/** Octets for the draws of the protocol, out of seeded numbers. */
export function octets(random: SeededRandom): (count: number) => Uint8Array {
  return (count) => Uint8Array.from({ length: count }, () => Math.floor(random.next() * 256));
}

/** The colours in an order in which none is in its place. */
function otherOrder(colours: readonly ScreenColour[], random: SeededRandom): ScreenColour[] {
  const by = 1 + Math.floor(random.next() * (colours.length - 1));
  return colours.map((_, k) => colours[(k + by) % colours.length]!);
}

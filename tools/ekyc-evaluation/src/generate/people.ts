import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EkycEngine } from '@tegata/ekyc';
import {
  buildHeadModel,
  documentPhoto,
  type InventedIdentity,
  type InventedResident,
  type Picture,
  type Portrait,
  packagedPortraits,
  portraitOf,
  type SeededRandom,
} from '@tegata/sample-applicant';

/** Somebody to be rendered. */
export interface Person {
  readonly id: string;
  /** the packaged photograph that they are in; undefined for people of a folder */
  readonly photograph: string | undefined;
  /** how the camera sees them */
  readonly live: Portrait;
  /** the document's portrait, anew each time; of the same photograph where there is but one */
  readonly documentPhoto: (random: SeededRandom) => Picture;
  readonly identity: InventedIdentity;
  /** what their Japanese cards say */
  readonly resident: InventedResident;
}

/**
 * Faces turned farther than this from the camera, in degrees, are left out: a head can't be rendered from half of it, and somebody who
 * looks at the floor is no portrait. People looking straight are seen with a pitch of up to 13.
 */
export const MAX_PORTRAIT_POSE = { yaw: 22, pitch: 16 };

/**
 * The first `most` of the people of `folder`, where it is given, with two photographs each (`NNN_live.jpg`, `NNN_document.jpg`), and then
 * of those in the photographs of the package. @throws Error for a photograph without a face
 */
export async function peopleToRender(
  engine: EkycEngine,
  random: SeededRandom,
  { folder, most }: { readonly folder: string | undefined; readonly most: number },
): Promise<Person[]> {
  const people: Person[] = [];
  for await (const person of everybody(engine, folder)) {
    if (people.length >= most) break;
    const identity = inventIdentity(random, people.length);
    people.push({ ...person, identity, resident: inventResident(random, identity) });
  }
  return people;
}

/**
 * Whether it is known that two of those rendered are two people: names in a folder say so, and one photograph shows nobody twice. Of faces
 * in two photographs of the package nobody says who they are, so they may be one person.
 */
export function toldApart(one: Pick<Person, 'id' | 'photograph'>, another: Pick<Person, 'id' | 'photograph'>): boolean {
  if (one.id === another.id) return false;
  return one.photograph === undefined || another.photograph === undefined || one.photograph === another.photograph;
}

async function* everybody(
  engine: EkycEngine,
  folder: string | undefined,
): AsyncGenerator<Omit<Person, 'identity' | 'resident'>> {
  const suffix = '_live.jpg';
  const files = folder === undefined ? [] : (await readdir(folder)).filter((name) => name.endsWith(suffix)).sort();
  for (const file of files) {
    const id = file.slice(0, -suffix.length);
    const portrait = async (name: string) => portraitOf(await readFile(join(folder ?? '', name)), engine);
    yield {
      id,
      photograph: undefined,
      live: await portrait(file),
      documentPhoto: photographer(await portrait(`${id}_document.jpg`)),
    };
  }
  for await (const { name, photograph, portrait } of packagedPortraits(engine, MAX_PORTRAIT_POSE)) {
    yield { id: name, photograph, live: portrait, documentPhoto: photographer(portrait) };
  }
}

/** Builds the head once: it takes longer than a picture of it. */
function photographer(portrait: Portrait): Person['documentPhoto'] {
  const model = buildHeadModel(portrait);
  return (random) => documentPhoto(portrait, random, model);
}

const FAMILY_NAMES = ['Aoki', 'Brandt', 'Chiba', 'Dimitrova', 'Endo', 'Fontaine', 'Goto', 'Hansen', 'Ishii', 'Jansen'];
const GIVEN_NAMES = ['Aki', 'Bruno', 'Clara', 'Daichi', 'Emi', 'Filip', 'Greta', 'Haruka', 'Ines', 'Jun', 'Kaede'];

const JAPANESE_FAMILY_NAMES = ['青木', '千葉', '遠藤', '後藤', '石井', '小林', '中村', '山田', '渡辺', '斎藤'];
const JAPANESE_GIVEN_NAMES = ['亜希', '大地', '恵美', '遥', '純', '楓', '健太', '美咲', '翔', '陽子'];
const ADDRESSES = [
  '東京都千代田区霞が関',
  '大阪府大阪市北区中之島',
  '北海道札幌市中央区大通西',
  '愛知県名古屋市中区栄',
  '福岡県福岡市博多区駅前',
  '京都府京都市下京区四条通',
];

/** The same person on Japanese cards: the addresses are those of no house. */
function inventResident(
  random: SeededRandom,
  { birthDate, sex, issueDate, expiryDate }: InventedIdentity,
): InventedResident {
  const whole = (low: number, high: number) => Math.floor(random.between(low, high));
  const digits = (count: number) => Array.from({ length: count }, () => whole(0, 10)).join('');
  const one = (list: readonly string[]) => list[whole(0, list.length)]!;
  return {
    name: `${one(JAPANESE_FAMILY_NAMES)} ${one(JAPANESE_GIVEN_NAMES)}`,
    latinName: `${one(FAMILY_NAMES)} ${one(GIVEN_NAMES)}`.toUpperCase(),
    address: `${one(ADDRESSES)}${whole(90, 99)}-${whole(1, 30)}-${whole(1, 30)}`,
    ...{ birthDate, sex, issueDate, expiryDate },
    licence: digits(10),
    residenceCard: `UT${digits(8)}XX`,
  };
}

/** A name, dates and a number that belong to nobody. */
function inventIdentity(random: SeededRandom, number: number): InventedIdentity {
  const whole = (low: number, high: number) => Math.floor(random.between(low, high));
  const day = (year: number) =>
    `${year}-${String(whole(1, 13)).padStart(2, '0')}-${String(whole(1, 29)).padStart(2, '0')}`;
  const issued = new Date().getUTCFullYear() - 1 - (number % 8);
  return {
    familyName: FAMILY_NAMES[whole(0, FAMILY_NAMES.length)]!,
    givenName: GIVEN_NAMES[whole(0, GIVEN_NAMES.length)]!,
    birthDate: day(whole(1950, 2006)),
    sex: random.next() < 0.5 ? 'F' : 'M',
    documentNumber: `TG${String(whole(0, 10_000_000)).padStart(7, '0')}`,
    issueDate: day(issued),
    expiryDate: day(issued + 10),
  };
}

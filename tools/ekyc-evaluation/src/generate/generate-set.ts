import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawChallenge, drawColours, type EkycEngine } from '@tegata/ekyc';
import {
  ATTACK_KINDS,
  type AttackKind,
  chipPortrait,
  DOCUMENT_ATTACK_KINDS,
  type DocumentPlan,
  drawIdentityDocument,
  drawJapaneseCard,
  HELD_ATTACK_KINDS,
  type InventedResident,
  inBothYears,
  inEra,
  inFigures,
  issueSampleChip,
  KINDS_OF_TWO,
  licenceNumber,
  machineReadableZone,
  octets,
  type Picture,
  portraitJpeg,
  renderDocument,
  renderHeldDocument,
  renderSession,
  type SeededRandom,
  seededRandom,
} from '@tegata/sample-applicant';
import { SetError } from '../set/fields.ts';
import type { HeldEntry, PresentationEntry, SessionEntry } from '../set/manifest.ts';
import { type Person, peopleToRender, toldApart } from './people.ts';

/** What to render. */
export interface GenerateOptions {
  /** an empty folder, or none yet */
  readonly directory: string;
  /** genuine sessions; as many genuine documents before the camera of the attacks on documents, and held before it, where there are any of those */
  readonly genuine: number;
  /** sessions, pictures of documents, or documents held before the camera, of each kind of attack */
  readonly attacks: number;
  readonly kinds: readonly (keyof typeof EVERY_ATTACK)[];
  /** side of the frames of what is held before the camera in the light of a screen, pixels */
  readonly heldSide: number;
  /** the same seed gives the same pictures; keys of chips are new each time */
  readonly seed: number;
  /** folder of more people */
  readonly portraits: string | undefined;
  /** people at most */
  readonly people: number;
  /** pages, and pairs of a good chip and an altered one */
  readonly documents: number;
  readonly progress: (text: string) => void;
}

/** Attacks by their names, and what each is: on sessions, on pictures of documents, on documents in the light of a screen. */
export const EVERY_ATTACK = { ...ATTACK_KINDS, ...DOCUMENT_ATTACK_KINDS, ...HELD_ATTACK_KINDS } as const;
export const ALL_ATTACK_KINDS = Object.keys(EVERY_ATTACK) as readonly (keyof typeof EVERY_ATTACK)[];

/** Whether an attack is one of some. */
const oneOf =
  <Kind extends keyof typeof EVERY_ATTACK>(kinds: Readonly<Record<Kind, string>>) =>
  (kind: keyof typeof EVERY_ATTACK): kind is Kind =>
    Object.hasOwn(kinds, kind);

/**
 * Renders a set in the layout of a recorded one: portraits, sessions, pages, chips, pictures of pictures of documents and documents in the light of a screen, with the truth in
 * `manifest.json`. People take turns, with somebody who is known to be another where a kind takes two; challenge, conditions and seed are drawn anew for each session.
 * Documents are a page in every other session, and the portrait of a chip in those between. The manifest is written last: a folder without one is half a set.
 *
 * @throws SetError where the folder is not empty, or a kind takes two people and no two are known to be two
 */
export async function generateSet(engine: EkycEngine, options: GenerateOptions): Promise<void> {
  const { directory, genuine, attacks, kinds, seed, progress } = options;
  await requireEmpty(directory);
  const wantedPeople = { folder: options.portraits, most: options.people };
  const people = await peopleToRender(engine, seededRandom(seed, 'people'), wantedPeople);
  const withOthers = people.filter((one) => people.some((another) => toldApart(one, another)));
  if (withOthers.length === 0 && kinds.some((kind) => KINDS_OF_TWO.includes(kind))) {
    throw new SetError(
      directory,
      'attacks by another take two people that are known to be two: more, or a folder of them',
    );
  }
  progress(`${people.length} people`);
  for (const folder of ['portraits', 'sessions', 'documents', 'presentations', 'held', 'emrtd']) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  await writePortraits(directory, people, seed);
  const documents = await writeDocuments(directory, people.slice(0, options.documents), seed);
  const emrtd = await writeChips(directory, people.slice(0, options.documents), seed);

  const wanted = wantedOf(genuine, attacks, kinds.filter(oneOf(ATTACK_KINDS)));
  const sessions: SessionEntry[] = [];
  for (const [number, kind] of wanted.entries()) {
    const name = `s${String(number).padStart(3, '0')}-${kind}`;
    progress(`${name} (${number + 1} of ${wanted.length})`);
    const holders = KINDS_OF_TWO.includes(kind) ? withOthers : people;
    const holder = holders[number % holders.length]!;
    sessions.push(await writeSession(directory, { name, kind, holder, people, number, seed }));
  }
  const presentations = await writePresentations(people, options);
  const held = await writeHeld(people, options);
  const perhapsOnePerson = people.flatMap((one, k) =>
    people.slice(k + 1).flatMap((another) => (toldApart(one, another) ? [] : [[one.id, another.id]])),
  );
  const identities = people.map(({ id }) => id);
  const manifest = { identities, perhapsOnePerson, sessions, documents, presentations, held, emrtd };
  await writeFile(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
}

async function requireEmpty(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new SetError(directory, 'is not empty: sets are written into a new folder');
}

/** One session, and who there is to be in it. */
interface PlannedSession {
  readonly name: string;
  readonly kind: AttackKind | 'genuine';
  readonly holder: Person;
  readonly people: readonly Person[];
  readonly number: number;
  readonly seed: number;
}

async function writeSession(
  directory: string,
  { name, kind, holder, people, number, seed }: PlannedSession,
): Promise<SessionEntry> {
  const random = seededRandom(seed * 100_003 + number, 'session of a set');
  const others = people.filter((person) => toldApart(holder, person));
  const other = others[Math.floor(random.next() * others.length)];
  const challenge = { prompts: drawChallenge(octets(random)).prompts, colours: drawColours(octets(random)) };
  const frames = await renderSession(kind, {
    ...{ challenge, holder: holder.live, other: other?.live },
    seed: Math.floor(random.next() * 2 ** 31),
  });
  const folder = join(directory, 'sessions', name);
  await mkdir(folder);
  const photo = holder.documentPhoto(random);
  const page = number % 2 === 0;
  if (page) await writeFile(join(folder, 'document.jpg'), await drawIdentityDocument(holder.identity, photo, random));
  else await writeFile(join(folder, 'portrait.jpg'), await chipPortrait(photo));
  const written = frames.map(({ promptIndex, colourIndex, capturedAtMs }, k) => ({
    file: `f${String(k).padStart(2, '0')}.jpg`,
    prompt: promptIndex,
    ...(colourIndex !== undefined && { colour: colourIndex }),
    atMs: capturedAtMs,
  }));
  for (const [k, frame] of frames.entries()) await writeFile(join(folder, written[k]!.file), frame.octets);
  const record = {
    challenge: challenge.prompts,
    colours: challenge.colours,
    ...(page && { document: 'document.jpg' }),
    frames: written,
  };
  await writeFile(join(folder, 'session.json'), JSON.stringify(record));
  return {
    ...{ name, kind, claimed: holder.id, actual: kind === 'impostor' ? other!.id : holder.id },
    expect: kind === 'genuine' ? 'accept' : 'reject',
  };
}

async function writePortraits(directory: string, people: readonly Person[], seed: number): Promise<void> {
  for (const person of people) {
    const write = async (name: string, picture: Picture) =>
      writeFile(join(directory, 'portraits', `${person.id}_${name}.jpg`), await portraitJpeg(picture));
    await write('live', person.live.picture);
    await write('document', person.documentPhoto(seededRandom(seed, person.id)));
  }
}

/** Of each person a passport's page, and one of the Japanese cards in turn. */
async function writeDocuments(directory: string, people: readonly Person[], seed: number): Promise<object[]> {
  const documents: object[] = [];
  const write = (file: string, picture: Uint8Array) => writeFile(join(directory, 'documents', file), picture);
  for (const [k, { id, identity, resident, documentPhoto }] of people.entries()) {
    const random = seededRandom(seed + k, 'page');
    const page = `passport-${k}.jpg`;
    await write(page, await drawIdentityDocument(identity, documentPhoto(random), random));
    documents.push({ file: page, type: 'passport', identity: id, mrz: machineReadableZone(identity) });
    const kind = CARDS[k % CARDS.length]!;
    const card = `${kind}-${k}.jpg`;
    await write(card, await drawJapaneseCard(kind, resident, documentPhoto(random), random));
    documents.push({ file: card, type: kind, identity: id, fields: printedOn(kind, resident) });
  }
  return documents;
}

/** Documents of people who take turns, and pictures of such documents, before one camera that is drawn anew for each. */
async function writePresentations(
  people: readonly Person[],
  { directory, genuine, attacks, kinds, seed, progress }: GenerateOptions,
): Promise<PresentationEntry[]> {
  const attackKinds = kinds.filter(oneOf(DOCUMENT_ATTACK_KINDS));
  if (attackKinds.length === 0) return [];
  const wanted = wantedOf(genuine, attacks, attackKinds);
  const entries: PresentationEntry[] = [];
  for (const [number, kind] of wanted.entries()) {
    const file = `p${String(number).padStart(3, '0')}-${kind}.jpg`;
    progress(`${file} (${number + 1} of ${wanted.length})`);
    const random = seededRandom(seed * 100_003 + number, 'presentation of a set');
    const document = drawnDocument(random);
    const { jpeg, medium } = await renderDocument(
      kind,
      planOf(people[number % people.length]!, document, random),
      random,
    );
    await writeFile(join(directory, 'presentations', file), jpeg);
    entries.push({ file, kind, type: document, medium });
  }
  return entries;
}

/** Documents of people who take turns, as they were sent, and what was held before the camera in the light of a screen afterwards. */
async function writeHeld(
  people: readonly Person[],
  { directory, genuine, attacks, kinds, seed, heldSide, progress }: GenerateOptions,
): Promise<HeldEntry[]> {
  const attackKinds = kinds.filter(oneOf(HELD_ATTACK_KINDS));
  if (attackKinds.length === 0) return [];
  const wanted = wantedOf(genuine, attacks, attackKinds);
  const entries: HeldEntry[] = [];
  for (const [number, kind] of wanted.entries()) {
    const name = `h${String(number).padStart(3, '0')}-${kind}`;
    progress(`${name} (${number + 1} of ${wanted.length})`);
    const random = seededRandom(seed * 100_003 + number, 'held document of a set');
    const type = drawnDocument(random);
    const [document, other] = [0, 1].map((k) => planOf(people[(number + k) % people.length]!, type, random));
    const colours = drawColours(octets(random));
    const plan = { document: document!, other: other!, colours, side: heldSide };
    const { sent, frames } = await renderHeldDocument(kind, plan, random);
    const folder = join(directory, 'held', name);
    await mkdir(folder);
    await writeFile(join(folder, 'document.jpg'), sent);
    for (const [k, frame] of frames.entries()) await writeFile(join(folder, `${k}.jpg`), frame);
    entries.push({ name, kind, type, colours });
  }
  return entries;
}

/** What is rendered of some kinds, in order. */
function wantedOf<Kind>(genuine: number, attacks: number, kinds: readonly Kind[]): (Kind | 'genuine')[] {
  return [
    ...new Array<'genuine'>(genuine).fill('genuine'),
    ...kinds.flatMap((kind) => new Array<Kind>(attacks).fill(kind)),
  ];
}

type PortraitDocument = 'passport' | (typeof CARDS)[number];

const drawnDocument = (random: SeededRandom): PortraitDocument =>
  (['passport', ...CARDS] as const)[Math.floor(random.next() * (CARDS.length + 1))]!;

const planOf = (
  { identity, resident, documentPhoto }: Person,
  document: PortraitDocument,
  random: SeededRandom,
): DocumentPlan => ({ document, identity, resident, portrait: documentPhoto(random) });

/** Cards that have a portrait. */
const CARDS = ['driving-licence', 'driving-history-certificate', 'my-number-card', 'residence-card'] as const;

/** What each card prints, by the names of manifests. */
function printedOn(card: (typeof CARDS)[number], resident: InventedResident): Readonly<Record<string, string>> {
  const { name, latinName, address, birthDate, issueDate, expiryDate, residenceCard } = resident;
  const [nameJa, addrJa, birthJa, issueJa] = [name, address, inEra(birthDate), inEra(issueDate)];
  const noJa = licenceNumber(resident);
  return {
    'driving-licence': { nameJa, birthJa, addrJa, issueJa, expJa: inBothYears(expiryDate), noJa },
    'driving-history-certificate': { nameJa, birthJa, addrJa, issueJa, noJa },
    'my-number-card': { nameJa, birthJa, addrJa, expJa: inFigures(expiryDate) },
    'residence-card': {
      ...{
        nameJa: latinName,
        birthJa: inFigures(birthDate),
        addrJa,
        expJa: inFigures(expiryDate),
        noJa: residenceCard,
      },
    },
  }[card];
}

/** Of each person a chip as it was issued, and one of: data group 1 or 2 altered, signature altered, another country's CSCA. */
async function writeChips(directory: string, people: readonly Person[], seed: number): Promise<object[]> {
  const chips: object[] = [];
  for (const [k, person] of people.entries()) {
    const random = seededRandom(seed + k, 'chip');
    const { files, csca } = await issueSampleChip(person.identity, person.documentPhoto(random));
    const entry = async (name: string, parts: Readonly<Record<string, Uint8Array>>, expect: string) => {
      const json = Object.entries(parts).map(([part, value]) => [part, Buffer.from(value).toString('base64')]);
      const file = `${name}-${k}.json`;
      await writeFile(join(directory, 'emrtd', file), JSON.stringify(Object.fromEntries(json)));
      chips.push({ file, identity: person.id, mrz: machineReadableZone(person.identity).join(''), expect });
    };
    const { sod, dg1, dg2 } = files;
    const genuine = { sod, dg1, dg2, csca };
    await entry('ok', genuine, 'valid');
    const altered = (['dg1', 'dg2', 'sod', 'csca'] as const)[k % 4]!;
    const replaced =
      altered === 'csca'
        ? (await issueSampleChip(person.identity, person.live.picture)).csca
        : oneOctetChanged(files[altered]);
    await entry(`bad-${altered}`, { ...genuine, [altered]: replaced }, 'invalid');
  }
  return chips;
}

/** An octet near the end: of EF.SOD the signature, of a data group its content. */
function oneOctetChanged(file: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(file);
  changed[changed.length - 20]! ^= 1;
  return changed;
}

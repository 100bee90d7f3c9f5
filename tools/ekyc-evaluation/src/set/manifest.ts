import { PROMPTS, type Prompt, SCREEN_COLOURS, type ScreenColour } from '@tegata/ekyc';
import { field, listOf, type Parser, parseJson, SetError, text } from './fields.ts';

/** One session of a set, and what is true of it. */
export interface SessionEntry {
  /** its folder under `sessions` */
  readonly name: string;
  /** `genuine`, or what kind of attack it is */
  readonly kind: string;
  /** whose document is shown */
  readonly claimed: string;
  /** who is before the camera */
  readonly actual: string;
  readonly expect: 'accept' | 'reject';
}

/** One picture of a document, and what it says. */
export interface DocumentEntry {
  /** under `documents` */
  readonly file: string;
  /** `passport`, `id-card-back`, `driving-licence-jp`, ... */
  readonly type: string;
  /** how the picture was spoilt; undefined where the set does not say */
  readonly degradation: string | undefined;
  /** lines of the machine readable zone; undefined where it has none */
  readonly mrz: readonly string[] | undefined;
  /** what is printed, by the names of the set (`nameJa`, `birthJa`, `addrJa`, `issueJa`, `expJa`, `noJa`, ...) */
  readonly fields: Readonly<Record<string, string>>;
}

/** One picture of a document, or of a picture of one. */
export interface PresentationEntry {
  /** under `presentations` */
  readonly file: string;
  /** `genuine`, or which attack instrument is before the camera */
  readonly kind: string;
  /** `passport`, `driving-licence`, ... */
  readonly type: string;
  /** which screen, printer or fine print; undefined where the set does not say */
  readonly medium: string | undefined;
}

/** The picture of a document, and what was held before the camera afterwards, while the screen beside it showed colours. */
export interface HeldEntry {
  /** its folder under `held`: `document.jpg`, and for each colour a frame `0.jpg`, `1.jpg`, ... */
  readonly name: string;
  /** `genuine`, or which attack instrument is before the camera */
  readonly kind: string;
  /** `passport`, `driving-licence`, ... */
  readonly type: string;
  /** in the order in which they were shown */
  readonly colours: readonly ScreenColour[];
}

/** The files of one chip, and whether they are to be believed. */
export interface ChipEntry {
  /** under `emrtd` */
  readonly file: string;
  /** machine readable zone, its lines put together */
  readonly mrz: string;
  readonly expect: 'valid' | 'invalid';
}

/** What a set holds: `manifest.json`. */
export interface Manifest {
  /** people with `NNN_document.jpg` and `NNN_live.jpg` under `portraits` */
  readonly identities: readonly string[];
  /** pairs of them of whom nobody says whether they are one person or two */
  readonly perhapsOnePerson: readonly (readonly [string, string])[];
  readonly sessions: readonly SessionEntry[];
  readonly documents: readonly DocumentEntry[];
  /** none in sets that were made before there were any */
  readonly presentations: readonly PresentationEntry[];
  /** none in sets that were made before there were any */
  readonly held: readonly HeldEntry[];
  readonly chips: readonly ChipEntry[];
}

/** The frames of a session: `session.json`. */
export interface SessionRecord {
  readonly prompts: readonly Prompt[];
  /** colours of the screen; none in sets that were taken without */
  readonly colours: readonly ScreenColour[];
  /** picture of a document page; undefined for `portrait.jpg`, the portrait out of a chip */
  readonly document: string | undefined;
  readonly frames: readonly {
    readonly file: string;
    /** place of the motion; -1 looking straight, the number of motions for the colours */
    readonly prompt: number;
    readonly colour: number | undefined;
    /** milliseconds from the first frame */
    readonly atMs: number;
  }[];
}

/** Frames of sets that do not say when they were taken: five a second. */
const FRAME_INTERVAL_MS = 200;

/** A name that stays in its folder. */
const fileName: Parser<string> = (value, where) => {
  const name = text(value, where);
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name))
    throw new SetError(where, `${JSON.stringify(name)} is no file name`);
  return name;
};

const oneOf =
  <Value extends string>(...values: readonly Value[]): Parser<Value> =>
  (value, where) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw new SetError(where, `${JSON.stringify(value)} is none of ${values.join(', ')}`);
    return found;
  };

const integer: Parser<number> = (value, where) => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new SetError(where, 'a whole number is wanted');
};

const texts: Parser<Readonly<Record<string, string>>> = (value, where) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SetError(where, 'an object is wanted');
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, text(entry, `${where}.${name}`)]));
};

const session: Parser<SessionEntry> = (value, where) => ({
  name: field(value, where, 'name', fileName),
  kind: field(value, where, 'kind', text),
  claimed: field(value, where, 'claimed', text),
  actual: field(value, where, 'actual', text),
  expect: field(value, where, 'expect', oneOf('accept', 'reject')),
});

const document: Parser<DocumentEntry> = (value, where) => ({
  file: field(value, where, 'file', fileName),
  type: field(value, where, 'type', text),
  degradation: field(value, where, 'degradation', text, undefined),
  mrz: field(value, where, 'mrz', listOf(text), undefined),
  fields: field(value, where, 'fields', texts, {}),
});

const presentation: Parser<PresentationEntry> = (value, where) => ({
  file: field(value, where, 'file', fileName),
  kind: field(value, where, 'kind', text),
  type: field(value, where, 'type', text),
  medium: field(value, where, 'medium', text, undefined),
});

const screenColours = listOf(oneOf(...(Object.keys(SCREEN_COLOURS) as ScreenColour[])));

const held: Parser<HeldEntry> = (value, where) => ({
  name: field(value, where, 'name', fileName),
  kind: field(value, where, 'kind', text),
  type: field(value, where, 'type', text),
  colours: field(value, where, 'colours', screenColours),
});

const chip: Parser<ChipEntry> = (value, where) => ({
  file: field(value, where, 'file', fileName),
  mrz: field(value, where, 'mrz', text),
  expect: field(value, where, 'expect', oneOf('valid', 'invalid')),
});

const pairOf =
  (identities: readonly string[]): Parser<readonly [string, string]> =>
  (value, where) => {
    const [one, another, ...more] = listOf(text)(value, where, 0);
    if (one === undefined || another === undefined || more.length > 0)
      throw new SetError(where, 'two names are wanted');
    const nobody = [one, another].find((name) => !identities.includes(name));
    if (nobody !== undefined) throw new SetError(where, `${nobody} is nobody of identities`);
    return [one, another];
  };

/** Reads `manifest.json`. Parts that are absent are empty. @throws SetError naming the place */
export function parseManifest(json: string): Manifest {
  const [value, where] = [parseJson(json, 'manifest.json'), 'manifest.json'];
  const identities = field(value, where, 'identities', listOf(fileName), []);
  unique(identities, 'identities');
  const manifest = {
    identities,
    perhapsOnePerson: field(value, where, 'perhapsOnePerson', listOf(pairOf(identities)), []),
    sessions: field(value, where, 'sessions', listOf(session), []),
    documents: field(value, where, 'documents', listOf(document), []),
    presentations: field(value, where, 'presentations', listOf(presentation), []),
    held: field(value, where, 'held', listOf(held), []),
    chips: field(value, where, 'emrtd', listOf(chip), []),
  };
  for (const part of ['sessions', 'held'] as const) {
    unique(
      manifest[part].map(({ name }) => name),
      part,
    );
  }
  if (Object.values(manifest).every((part) => part.length === 0))
    throw new SetError(where, 'there is nothing in the set');
  return manifest;
}

/** Reads a `session.json`. `where` names it in errors. @throws SetError */
export function parseSession(json: string, where: string): SessionRecord {
  const value = parseJson(json, where);
  const prompts = field(value, where, 'challenge', listOf(oneOf(...PROMPTS)));
  const colours = field(value, where, 'colours', screenColours, []);
  const frames = field(
    value,
    where,
    'frames',
    listOf((entry, place, k) => ({
      file: field(entry, place, 'file', fileName),
      prompt: within(field(entry, place, 'prompt', integer), -1, prompts.length - (colours.length > 0 ? 0 : 1), place),
      colour: field(entry, place, 'colour', integer, undefined),
      atMs: field(entry, place, 'atMs', integer, FRAME_INTERVAL_MS * k),
    })),
  );
  if (prompts.length === 0 || frames.length === 0) throw new SetError(where, 'there are no prompts or no frames');
  return { prompts, colours, document: field(value, where, 'document', fileName, undefined), frames };
}

function within(value: number, least: number, most: number, where: string): number {
  if (value < least || value > most)
    throw new SetError(`${where}.prompt`, `${value} is not within ${least} to ${most}`);
  return value;
}

function unique(names: readonly string[], part: string): void {
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) throw new SetError(`manifest.json: ${part}`, `${twice} is there twice`);
}

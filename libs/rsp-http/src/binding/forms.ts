import { parseTransactionId, printTransactionId } from '@tegata/rsp';
import { isJsonObject, type JsonValue, MemberError } from './json.ts';
import { type Members, readMembers, writeMembers } from './members.ts';

/** How a value of a message looks in JSON (SGP.22 section 6.5.1). */
export interface Form<T> {
  /** @throws MemberError `malformed`, named `member` */
  readonly read: (value: JsonValue, member: string) => T;
  readonly write: (value: T) => JsonValue;
}

/** A form of texts that says what it takes and what it means. */
function textForm<T>(mustBe: string, read: (text: string) => T | undefined, write: (value: T) => string): Form<T> {
  return {
    read(value, member) {
      const result = typeof value === 'string' ? read(value) : undefined;
      if (result === undefined) throw new MemberError('malformed', member, `must be ${mustBe}`);
      return result;
    },
    write,
  };
}

const asIs = (text: string) => text;
const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

/** Octets in base64 (RFC 4648 section 4) with its padding, without line breaks. Only the one canonical text of given octets is read. */
export const base64: Form<Buffer> = textForm<Buffer>(
  'base64 without line breaks',
  (text) => {
    const octets = Buffer.from(text, 'base64');
    return octets.toString('base64') === text ? octets : undefined;
  },
  (octets) => octets.toString('base64'),
);

/** A transactionId: 2 to 32 hexadecimal digits, written in upper case, read in either. */
export const transactionId: Form<Buffer> = textForm<Buffer>(
  '2 to 32 hexadecimal digits',
  (text) => (/^(?:[0-9A-Fa-f]{2}){1,16}$/.test(text) ? Buffer.from(parseTransactionId(text)) : undefined),
  printTransactionId,
);

/** Half a character: JSON can say it, but no database and no eUICC can, and two of them would become the same text there. */
const loneSurrogate = /\p{Surrogate}/u;

/** Any text of Unicode characters. */
export const text: Form<string> = textForm(
  'a text of whole characters',
  (given) => (loneSurrogate.test(given) ? undefined : given),
  asIs,
);

/** An EID: 32 digits. */
export const eid: Form<string> = textForm('32 digits', matching(/^[0-9]{32}$/), asIs);

/** An ICCID: 18 to 20 digits; one of 19 may carry the F that pads it on the card, which is left off. */
export const iccid: Form<string> = textForm(
  '18 to 20 digits',
  (digits) => matching(/^[0-9]{18,20}$/)(/^[0-9]{19}[Ff]$/.test(digits) ? digits.slice(0, 19) : digits),
  asIs,
);

/** `true` or `false`. */
export const flag: Form<boolean> = {
  read(value, member) {
    if (typeof value !== 'boolean') throw new MemberError('malformed', member, 'must be true or false');
    return value;
  },
  write: (value) => value,
};

/** A whole number from `min` to `max`, both inclusive. */
export function integer(min: number, max: number): Form<number> {
  return {
    read(value, member) {
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
      throw new MemberError('malformed', member, `must be a whole number from ${min} to ${max}`);
    },
    write: (value) => value,
  };
}

const dateTime =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A time as ISO 8601 has it, written in UTC and whole seconds: `2026-03-01T09:30:47Z`. */
export const time: Form<Date> = textForm(
  'a date and time with its zone, such as 2026-03-01T09:30:47Z',
  (value) => {
    const date = new Date(dateTime.test(value) ? value : Number.NaN);
    return Number.isNaN(date.getTime()) ? undefined : date;
  },
  (date) => `${date.toISOString().slice(0, 19)}Z`,
);

/** One of some words, each for a value of the message; what has no word can't be written. */
export function word<T extends string | number>(words: Readonly<Record<string, T>>): Form<T> {
  return textForm(
    `one of ${Object.keys(words).join(', ')}`,
    (value) => (Object.hasOwn(words, value) ? words[value] : undefined),
    (value) => {
      const found = Object.keys(words).find((each) => words[each] === value);
      if (found === undefined) throw new TypeError(`there is no word for ${value}`);
      return found;
    },
  );
}

/** A list whose elements have one form. */
export function listOf<T>(form: Form<T>): Form<T[]> {
  return {
    read(value, member) {
      if (!Array.isArray(value)) throw new MemberError('malformed', member, 'must be a list');
      return value.map((element: JsonValue, index) => form.read(element, `${member}[${index}]`));
    },
    write: (values) => values.map(form.write),
  };
}

/** An object of known members. */
export function objectOf<M extends object>(members: Members<M>): Form<M> {
  return {
    read(value, member) {
      if (!isJsonObject(value)) throw new MemberError('malformed', member, 'must be an object');
      return readMembers(members, value, `${member}.`);
    },
    write: (message) => writeMembers(members, message),
  };
}

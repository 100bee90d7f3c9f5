import { type DescEnum, type DescField, ScalarType } from '@bufbuild/protobuf';
import type { FieldRules } from './field-rules.ts';
import { compilePattern } from './linear-pattern.ts';

/** Takes a violation. */
export type Report = (path: string, description: string) => void;

/** Checks one value that is set. `path` is the full path of the value. */
export type Check = (value: unknown, path: string, report: Report) => void;

/** The range that google.protobuf.Timestamp can hold, in milliseconds since 1970. */
const firstTime = Date.parse('0001-01-01T00:00:00Z');
const lastTime = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether a value without presence is at its default, which is how a field that was left out looks. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length === 0;
  return value === 0 || value === 0n || value === false;
}

/** The checks that the type of a field and its rules ask for, for one value or one element. */
export function checksOfValue(field: DescField, rules: FieldRules | undefined): Check[] {
  const checks: Check[] = [];
  if (field.message?.typeName === 'google.protobuf.Timestamp') checks.push(isTime);
  if (field.scalar === ScalarType.STRING) checks.push(isText(rules));
  if (rules === undefined) return checks;
  if (field.enum && rules.definedOnly) checks.push(isDefined(field.enum));
  if (field.scalar === ScalarType.BYTES) checks.push(...hasLength('octets', rules));
  if (rules.gte !== undefined || rules.lte !== undefined) {
    checks.push(isWithin(rules, field.message?.typeName === 'google.protobuf.Duration'));
  }
  return checks;
}

/** A time that no calendar holds would break later, far from the request: it is refused without a rule. */
const isTime: Check = (value, path, report) => {
  const time = value instanceof Date ? value.getTime() : Number.NaN;
  if (!(time >= firstTime && time <= lastTime)) report(path, 'must be a time in the years 1 to 9999');
};

/** The first value of an enum is the one that says nothing. */
function isDefined(type: DescEnum): Check {
  const [, ...meaningful] = type.values;
  const known = new Set(meaningful.map(({ number }) => number));
  const description = `must be one of ${meaningful.map(({ name }) => name).join(', ')}`;
  return (value, path, report) => {
    if (!known.has(value as number)) report(path, description);
  };
}

/**
 * Checks of a text, one after the other until one is missed: one violation for one fault. U+0000 is refused without a
 * rule: databases and operating systems end or refuse a text there.
 */
function isText(rules: FieldRules | undefined): Check {
  const checks = rules ? [...hasLength('characters', rules), ...matches(rules)] : [];
  return (value, path, report) => {
    let missed = false;
    const once: Report = (at, description) => {
      missed = true;
      report(at, description);
    };
    if ((value as string).includes('\0')) once(path, 'must not hold the character U+0000');
    for (const check of checks) if (!missed) check(value, path, once);
  };
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return countCharacters(value);
  return value instanceof Uint8Array ? value.length : 0;
}

/** Code points, not UTF-16 units: a character outside the basic plane counts once. */
function countCharacters(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      count--;
      index++;
    }
  }
  return count;
}

function hasLength(unit: 'characters' | 'octets', { len, minLen = len ?? 0, maxLen = len }: FieldRules): Check[] {
  if (minLen === 0 && maxLen === undefined) return [];
  const exact = minLen === maxLen;
  const tooShort = exact ? `must have ${minLen} ${unit}` : `must have at least ${minLen} ${unit}`;
  const tooLong = exact ? tooShort : `must have at most ${maxLen} ${unit}`;
  return [
    (value, path, report) => {
      const length = lengthOf(value);
      if (length < minLen) report(path, tooShort);
      else if (maxLen !== undefined && length > maxLen) report(path, tooLong);
    },
  ];
}

function matches({ pattern: source }: FieldRules): Check[] {
  if (source === undefined) return [];
  const pattern = compilePattern(source);
  const description = `must match ${source}`;
  return [
    (value, path, report) => {
      if (!pattern.test(value as string)) report(path, description);
    },
  ];
}

function isWithin(rules: FieldRules, duration: boolean): Check {
  const { gte, lte } = rules;
  const unit = duration ? ' seconds' : '';
  const tooSmall = `must be at least ${gte}${unit}`;
  const tooGreat = `must be at most ${lte}${unit}`;
  return (value, path, report) => {
    const [whole, fraction] = duration ? splitDuration(value) : [value as number | bigint, 0];
    // Asked for what is wanted, not for what is wrong: NaN compares false with everything and must be refused.
    if (gte !== undefined && !(whole > gte || (whole >= gte && fraction >= 0))) report(path, tooSmall);
    else if (lte !== undefined && !(whole < lte || (whole <= lte && fraction <= 0))) report(path, tooGreat);
  };
}

/** Seconds and nanoseconds of a google.protobuf.Duration; both have the sign of the whole. */
function splitDuration(value: unknown): [seconds: bigint, nanos: number] {
  const { seconds, nanos } = value as { seconds: bigint; nanos: number };
  return [seconds, nanos];
}

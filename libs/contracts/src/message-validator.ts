import type { DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { type FieldRules, rulesOfField, rulesOfOneof } from './field-rules.ts';
import { type Check, checksOfValue, isEmpty, type Report } from './value-checks.ts';

/** A refused field. */
export interface FieldViolation {
  /** Path in the names of the proto file: `applicant.birth_date.year`, `documents[2].media_type`. */
  readonly field: string;
  /** What the field must satisfy, as a sentence without subject: `must have 32 characters`. */
  readonly description: string;
}

/** Checks one message of the generated stubs. Returns what was refused, at most `maxViolations` of them. */
export type MessageValidator = (message: object) => readonly FieldViolation[];

/** More violations than this are not looked for: the answer stays small whatever the request holds. */
export const maxViolations = 32;

type MessageCheck = (message: Readonly<Record<string, unknown>>, path: string, report: Report) => void;

/** Compiled checks by type name, so that each type is compiled once and types may contain themselves. */
const compiled = new Map<string, { check: MessageCheck }>();
const nothing: readonly FieldViolation[] = [];

/** Compiles the rules of a message type, and of every type it contains, once. See validate.proto for what is checked. */
export function compileValidator(type: DescMessage): MessageValidator {
  const holder = compileMessage(type);
  return (message) => {
    let violations: FieldViolation[] | undefined;
    holder.check(message as Readonly<Record<string, unknown>>, '', (field, description) => {
      violations ??= [];
      if (violations.length < maxViolations) violations.push({ field, description });
    });
    return violations ?? nothing;
  };
}

function compileMessage(type: DescMessage): { check: MessageCheck } {
  const known = compiled.get(type.typeName);
  if (known) return known;
  const holder: { check: MessageCheck } = { check: () => {} };
  compiled.set(type.typeName, holder);
  const checks: MessageCheck[] = [];
  for (const member of type.members) {
    const check = member.kind === 'oneof' ? compileOneof(member) : compileField(member);
    if (check) checks.push(check);
  }
  const [only] = checks;
  if (checks.length === 1 && only) holder.check = only;
  else if (checks.length > 1) {
    holder.check = (message, path, report) => {
      for (const check of checks) check(message, path, report);
    };
  }
  return holder;
}

/** ts-proto holds a oneof as `{ $case, value }` under the name of the oneof. */
function compileOneof(oneof: DescOneof): MessageCheck | undefined {
  const required = rulesOfOneof(oneof)?.required === true;
  const members = new Map<string, { name: string; check: Check }>();
  for (const field of oneof.fields) {
    const check = compileValue(field, rulesOfField(field));
    if (check) members.set(field.localName, { name: field.name, check });
  }
  if (!required && members.size === 0) return undefined;
  return (message, path, report) => {
    const chosen = message[oneof.localName] as { $case: string; value: unknown } | undefined;
    if (chosen === undefined) {
      if (required) report(`${path}${oneof.name}`, `must be one of ${oneof.fields.map(({ name }) => name).join(', ')}`);
      return;
    }
    const member = members.get(chosen.$case);
    member?.check(chosen.value, `${path}${member.name}`, report);
  };
}

function compileField(field: DescField): MessageCheck | undefined {
  const rules = rulesOfField(field);
  const { localName, name } = field;
  const required = rules?.required === true;
  if (field.fieldKind === 'list' || field.fieldKind === 'map') {
    const check = compileMany(field, rules);
    return check && ((message, path, report) => check(message[localName], `${path}${name}`, report));
  }
  const check = compileValue(field, rules);
  if (!required && !check) return undefined;
  const presence = field.presence !== FeatureSet_FieldPresence.IMPLICIT;
  return (message, path, report) => {
    const value = message[localName];
    if (value === undefined || value === null) {
      if (required) report(`${path}${name}`, 'is required');
    } else if (required && !presence && isEmpty(value)) report(`${path}${name}`, 'is required');
    else check?.(value, `${path}${name}`, report);
  };
}

/** Checks of a repeated field or a map: the count first, and the elements only when the count is right. */
function compileMany(
  field: DescField & { fieldKind: 'list' | 'map' },
  rules: FieldRules | undefined,
): Check | undefined {
  const min = Math.max(rules?.minItems ?? 0, rules?.required ? 1 : 0);
  const max = rules?.maxItems ?? Number.POSITIVE_INFINITY;
  const element = compileValue(field, rules);
  if (min === 0 && max === Number.POSITIVE_INFINITY && !element) return undefined;
  const noun = field.fieldKind === 'list' ? 'elements' : 'entries';
  return (value, path, report) => {
    const entries = entriesOf(value);
    if (entries.length < min) report(path, `must have at least ${min} ${noun}`);
    else if (entries.length > max) report(path, `must have at most ${max} ${noun}`);
    else if (element) for (const [key, item] of entries) element(item, `${path}[${key}]`, report);
  };
}

/** ts-proto holds a map as an object, or as a Map where its key is a 64-bit number. */
function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item] as const);
  if (value instanceof Map) return [...value];
  return value === undefined || value === null ? [] : Object.entries(value);
}

/** Checks of one value, or of one element of many; undefined when nothing binds it. */
function compileValue(field: DescField, rules: FieldRules | undefined): Check | undefined {
  const checks = checksOfValue(field, rules);
  if (field.message && !isSpecial(field.message)) {
    const inner = compileMessage(field.message);
    checks.push((value, path, report) => inner.check(value as Readonly<Record<string, unknown>>, `${path}.`, report));
  }
  const [first] = checks;
  if (checks.length < 2) return first;
  return (value, path, report) => {
    for (const check of checks) check(value, path, report);
  };
}

/** Well-known types that ts-proto turns into plain values. */
function isSpecial(type: DescMessage): boolean {
  return type.typeName.startsWith('google.protobuf.') && type.typeName !== 'google.protobuf.Any';
}

import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { compilePattern, type FieldRules, rulesOfField, rulesOfOneof } from '@tegata/contracts';

/** Messages within messages are made down to this depth: a type may contain itself. */
const maxDepth = 6;

/** A smallest message of a type that satisfies every rule: what may be left out is left out. */
export function sampleMessage(type: DescMessage, depth = 0): Message {
  const message = reflect(type, create(type));
  for (const field of type.fields) {
    if (field.oneof === undefined && needsValue(field)) setValue(message, field, sampleValue(field, depth), depth);
  }
  for (const oneof of type.oneofs) {
    const [first] = oneof.fields;
    if (rulesOfOneof(oneof)?.required && first) setValue(message, first, sampleValue(first, depth), depth);
  }
  return message.message;
}

/** A message that satisfies every rule and has every field set, of oneofs the member of this number. */
export function fullMessage(type: DescMessage, member = 0, depth = 0): Message {
  const message = reflect(type, create(type));
  if (depth >= maxDepth) return sampleMessage(type, depth);
  for (const field of type.fields) {
    if (field.oneof !== undefined && field.oneof.fields[member % field.oneof.fields.length] !== field) continue;
    const inner = plainMessageOf(field);
    setValue(message, field, inner ? fullMessage(inner, member, depth + 1) : sampleValue(field, depth), depth);
  }
  return message.message;
}

/** Sets a field, or the first elements of one that holds many, as many as its rules ask for. */
export function setValue(message: ReflectMessage, field: DescField, value: unknown, depth = 0): void {
  if (field.fieldKind === 'list') {
    const list = message.get(field);
    list.clear();
    list.add(wrap(field, value));
    while (list.size < (rulesOfField(field)?.minItems ?? 1)) list.add(wrap(field, sampleValue(field, depth)));
  } else if (field.fieldKind === 'map') {
    const map = message.get(field);
    map.clear();
    map.set(
      field.mapKey === ScalarType.STRING ? 'key' : field.mapKey === ScalarType.BOOL ? true : 1,
      wrap(field, value),
    );
  } else message.set(field, wrap(field, value));
}

/** A value of a field, or of one element, that satisfies its rules and is not its default where that is possible. */
export function sampleValue(field: DescField, depth = 0): unknown {
  const rules = rulesOfField(field);
  if (field.message) return sampleOfMessage(field.message, rules, depth);
  if (field.enum) return (field.enum.values[1] ?? field.enum.values[0])?.number ?? 0;
  switch (field.scalar) {
    case ScalarType.STRING:
      return sampleText(rules);
    case ScalarType.BYTES:
      return new Uint8Array(rules?.len ?? Math.max(rules?.minLen ?? 0, 1)).fill(0x5a);
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return Number(sampleInteger(rules));
    case undefined:
      return undefined;
    default:
      return isLong(field.scalar) ? sampleInteger(rules) : Number(sampleInteger(rules));
  }
}

/** The type of a field that holds messages, other than the well-known types that stand for plain values. */
export function plainMessageOf(field: DescField): DescMessage | undefined {
  return field.message?.typeName.startsWith('google.protobuf.') ? undefined : field.message;
}

/** Whether a number type is a bigint in JavaScript. */
export function isLong(scalar: ScalarType | undefined): boolean {
  const long = [ScalarType.INT64, ScalarType.UINT64, ScalarType.SINT64, ScalarType.FIXED64, ScalarType.SFIXED64];
  return scalar !== undefined && long.includes(scalar);
}

/** Fields without presence are looked at in any case, so a rule alone means that there must be a value. */
function needsValue(field: DescField): boolean {
  const rules = rulesOfField(field);
  if (rules === undefined) return false;
  if (field.fieldKind === 'list' || field.fieldKind === 'map') return rules.required || (rules.minItems ?? 0) > 0;
  return rules.required || field.fieldKind === 'scalar' || field.fieldKind === 'enum';
}

function sampleOfMessage(type: DescMessage, rules: FieldRules | undefined, depth: number): unknown {
  if (type.typeName === 'google.protobuf.Timestamp') return timestampFromMs(Date.UTC(2027, 0, 1));
  if (type.typeName === 'google.protobuf.Duration') return create(type, { seconds: sampleInteger(rules) });
  if (depth >= maxDepth) throw new Error(`${type.typeName} requires itself`);
  return sampleMessage(type, depth + 1);
}

function sampleInteger(rules: FieldRules | undefined): bigint {
  const { gte, lte } = rules ?? {};
  if (gte !== undefined && gte > 1n) return gte;
  return lte !== undefined && lte < 1n ? lte : 1n;
}

function sampleText(rules: FieldRules | undefined): string {
  const least = rules?.len ?? Math.max(rules?.minLen ?? 0, 1);
  if (rules?.pattern === undefined) return 'a'.repeat(least);
  const pattern = compilePattern(rules.pattern);
  const text = pattern.example(least, rules.len ?? rules.maxLen) ?? pattern.example(0, rules.len ?? rules.maxLen);
  if (text === undefined) throw new Error(`nothing matches ${rules.pattern}`);
  return text;
}

/** Messages within messages are set through their reflection. */
function wrap(field: DescField, value: unknown): never {
  return (field.message ? reflect(field.message, value as Message) : value) as never;
}

import { type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { compilePattern, type FieldRules, rulesOfField, rulesOfOneof } from '@tegata/contracts';
import { isLong, plainMessageOf, sampleMessage, sampleValue, setValue } from './sample-message.ts';

/** A message that is good but for one fault. */
export interface ViolatingMessage {
  /** Path of the field at fault, as a server must name it. */
  readonly path: string;
  /** What is wrong, for the name of a test. */
  readonly fault: string;
  readonly message: Message;
}

/** One wrong value of a field. */
interface Fault {
  readonly fault: string;
  readonly value: unknown;
}

const maxDepth = 5;
/** 1 January 10000, one second past what a timestamp can say. */
const noTime = timestampFromMs(253_402_300_800_000);

/** Every way to violate one rule of a message type, in the message and in those within it. */
export function* violatingMessages(type: DescMessage, depth = 0): Generator<ViolatingMessage> {
  for (const oneof of type.oneofs) {
    if (!rulesOfOneof(oneof)?.required) continue;
    const message = sampleMessage(type);
    for (const field of oneof.fields) reflect(type, message).clear(field);
    yield { path: oneof.name, fault: 'none of its members set', message };
  }
  for (const field of type.fields) {
    yield* violationsOfField(type, field);
    yield* violationsWithin(type, field, depth);
  }
}

function* violationsOfField(type: DescMessage, field: DescField): Generator<ViolatingMessage> {
  const rules = rulesOfField(field);
  const many = field.fieldKind === 'list' || field.fieldKind === 'map';
  if (rules && field.fieldKind === 'list') yield* violationsOfCount(type, field, rules);
  if (rules?.required && !many) {
    const message = sampleMessage(type);
    reflect(type, message).clear(field);
    if (field.oneof === undefined) yield { path: field.name, fault: 'missing', message };
  }
  const index = field.fieldKind === 'list' ? '[0]' : field.fieldKind === 'map' ? '[key]' : '';
  for (const { fault, value } of faultsOf(field, rules)) {
    const message = sampleMessage(type);
    setValue(reflect(type, message), field, value);
    yield { path: `${field.name}${index}`, fault, message };
  }
}

function* violationsOfCount(
  type: DescMessage,
  field: DescField & { fieldKind: 'list' },
  { required, minItems = 0, maxItems }: FieldRules,
): Generator<ViolatingMessage> {
  const counts: number[] = [];
  const least = Math.max(minItems, required ? 1 : 0);
  if (least > 0) counts.push(least - 1);
  if (maxItems !== undefined) counts.push(maxItems + 1);
  for (const count of counts) {
    const message = sampleMessage(type);
    const list = reflect(type, message).get(field);
    list.clear();
    while (list.size < count) {
      const value = sampleValue(field);
      list.add(field.message ? reflect(field.message, value as Message) : value);
    }
    yield { path: field.name, fault: `${count} elements`, message };
  }
}

function* violationsWithin(type: DescMessage, field: DescField, depth: number): Generator<ViolatingMessage> {
  const inner = plainMessageOf(field);
  if (inner === undefined || depth >= maxDepth) return;
  const prefix =
    field.fieldKind === 'list' ? `${field.name}[0]` : field.fieldKind === 'map' ? `${field.name}[key]` : field.name;
  for (const { path, fault, message: wrong } of violatingMessages(inner, depth + 1)) {
    const message = sampleMessage(type);
    setValue(reflect(type, message), field, wrong);
    yield { path: `${prefix}.${path}`, fault, message };
  }
}

/** Wrong values for one value of a field; its absence and its count are not among them. */
function faultsOf(field: DescField, rules: FieldRules | undefined): Fault[] {
  if (field.message?.typeName === 'google.protobuf.Timestamp') return [{ fault: 'no time', value: noTime }];
  if (field.scalar === ScalarType.STRING) return faultsOfText(field, rules);
  if (rules === undefined) return [];
  if (field.enum) {
    if (!rules.definedOnly) return [];
    // Where 0 is not sent it is the same as leaving the field out, which is refused too.
    const undefinedNumber = Math.max(...field.enum.values.map(({ number }) => number)) + 1;
    return [
      { fault: 'not declared', value: undefinedNumber },
      { fault: 'unspecified', value: 0 },
    ];
  }
  return [...faultsOfLength(field, rules), ...faultsOfRange(field, rules)];
}

function faultsOfText(field: DescField, rules: FieldRules | undefined): Fault[] {
  const nul = { fault: 'U+0000', value: `${String(sampleValue(field)).slice(1)}\0` };
  return rules ? [nul, ...faultsOfLength(field, rules), ...faultsOfPattern(field, rules)] : [nul];
}

function faultsOfLength({ scalar }: DescField, rules: FieldRules): Fault[] {
  if (scalar !== ScalarType.STRING && scalar !== ScalarType.BYTES) return [];
  const { len, minLen = len, maxLen = len } = rules;
  const lengths = [...(minLen ? [minLen - 1] : []), ...(maxLen === undefined ? [] : [maxLen + 1])];
  return lengths.map((length) => ({
    fault: `length ${length}`,
    value: scalar === ScalarType.STRING ? 'a'.repeat(length) : new Uint8Array(length).fill(0x5a),
  }));
}

/** A text of a right length that does not match: the sample with one character that has no business there. */
function faultsOfPattern(field: DescField, rules: FieldRules): Fault[] {
  if (rules.pattern === undefined) return [];
  const pattern = compilePattern(rules.pattern);
  const sample = String(sampleValue(field));
  for (const stranger of ['\u0001', ' ', '/', '\u{1d11e}', 'a', '0']) {
    for (const text of [stranger + sample.slice(1), sample.slice(0, -1) + stranger, sample + stranger]) {
      if (!pattern.test(text)) return [{ fault: `text ${JSON.stringify(text)}`, value: text }];
    }
  }
  return [];
}

function faultsOfRange(field: DescField, { gte, lte }: FieldRules): Fault[] {
  const unsigned = [ScalarType.UINT32, ScalarType.UINT64, ScalarType.FIXED32, ScalarType.FIXED64];
  const numbers: bigint[] = [];
  if (gte !== undefined && (gte > 0n || !unsigned.includes(field.scalar as ScalarType))) numbers.push(gte - 1n);
  if (lte !== undefined) numbers.push(lte + 1n);
  return numbers.map((number) => {
    if (field.message)
      return { fault: `${number} s`, value: { $typeName: field.message.typeName, seconds: number, nanos: 0 } };
    return { fault: String(number), value: isLong(field.scalar) ? number : Number(number) };
  });
}

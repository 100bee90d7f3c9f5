import { create, type DescField, type DescMessage, type Message, ScalarType, toBinary } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import fc from 'fast-check';
import { fullMessage, isLong, plainMessageOf, setValue } from './sample-message.ts';

const maxDepth = 4;

/** Octets that a server may get for a message of this type: messages of any content, mutations of good ones, noise. */
export function arbitraryOctets(type: DescMessage): fc.Arbitrary<Uint8Array> {
  const typed = arbitraryMessage(type).map((message) => toBinary(type, message));
  const good = fc.nat(3).map((member) => toBinary(type, fullMessage(type, member)));
  return fc.oneof(typed, fc.oneof(typed, good).chain(mutated), fc.uint8Array({ maxLength: 256 }));
}

/** A message of a type with any content its types allow, rules or not. */
function arbitraryMessage(type: DescMessage, depth = 0): fc.Arbitrary<Message> {
  const members = type.fields.flatMap((field) => {
    const value = arbitraryValue(field, depth);
    return value ? [fc.option(value, { nil: undefined }).map((chosen) => ({ field, value: chosen }))] : [];
  });
  return fc.tuple(...members).map((values) => {
    const message = create(type);
    for (const { field, value } of values) if (value !== undefined) setValue(reflect(type, message), field, value);
    return message;
  });
}

function arbitraryValue(field: DescField, depth: number): fc.Arbitrary<unknown> | undefined {
  if (field.message) {
    const inner = plainMessageOf(field);
    if (inner) return depth < maxDepth ? arbitraryMessage(inner, depth + 1) : undefined;
    const { message } = field;
    return fc.record({ seconds: arbitraryLong, nanos: fc.integer() }).map((value) => create(message, { ...value }));
  }
  if (field.enum) return fc.integer({ min: -2, max: 300 });
  switch (field.scalar) {
    case ScalarType.STRING:
      return fc.oneof(
        fc.string({ unit: 'binary', maxLength: 64 }).map(wellFormed),
        fc.constantFrom('', '\0', '../..', "'; --"),
      );
    case ScalarType.BYTES:
      return fc.oneof(
        fc.uint8Array({ maxLength: 128 }),
        fc.constantFrom(16, 32, 64, 65).map((n) => new Uint8Array(n)),
      );
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return fc.float();
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.nat(0xffffffff);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
    default:
      return isLong(field.scalar) ? arbitraryLong : fc.integer();
  }
}

const arbitraryLong = fc.bigInt({ min: -0x8000000000000000n, max: 0x7fffffffffffffffn });

/** Lone surrogates can't be encoded; a client can't send them. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** The same octets with one changed, or cut off, or doubled. */
function mutated(octets: Uint8Array): fc.Arbitrary<Uint8Array> {
  if (octets.length === 0) return fc.constant(octets);
  const at = fc.nat(octets.length - 1);
  const change = fc.tuple(at, fc.nat(255)).map(([index, octet]) => octets.with(index, octet));
  const cut = at.map((length) => octets.subarray(0, length));
  const twice = at.map((index) => Uint8Array.of(...octets.subarray(0, index), ...octets));
  return fc.oneof(change, cut, octets.length < 10_000 ? twice : cut);
}

import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { rulesOfField } from './field-rules.ts';
import { compilePattern } from './linear-pattern.ts';

/** Octets of a tag at most: field numbers here are far below 2^14. */
const tagSize = 3;
/** Octets of a varint at most. */
const varintSize = 10;
/** Octets of a character in UTF-8 at most. */
const characterSize = 4;

const sizes = new Map<string, number>();

/**
 * Octets of the largest message of a type that satisfies the field rules, or a little more; infinite when the rules
 * leave something unbounded, or the type contains itself. What is larger can be refused unread.
 */
export function largestEncoding(type: DescMessage): number {
  const known = sizes.get(type.typeName);
  if (known !== undefined) return known;
  // Met again within itself: a type without end.
  sizes.set(type.typeName, Number.POSITIVE_INFINITY);
  let size = 0;
  for (const member of type.members) {
    size += member.kind === 'oneof' ? Math.max(...member.fields.map(largestField)) : largestField(member);
  }
  sizes.set(type.typeName, size);
  return size;
}

function largestField(field: DescField): number {
  const many = field.fieldKind === 'list' || field.fieldKind === 'map';
  const count = many ? (rulesOfField(field)?.maxItems ?? Number.POSITIVE_INFINITY) : 1;
  // A map entry is a message of key and value; keys have no rules of their own.
  return field.fieldKind === 'map' ? Number.POSITIVE_INFINITY : count * (tagSize + largestValue(field));
}

function largestValue(field: DescField): number {
  if (field.message) return varintSize + largestEncoding(field.message);
  const { len, maxLen = len, pattern } = rulesOfField(field) ?? {};
  switch (field.scalar) {
    case ScalarType.BYTES:
      return varintSize + (maxLen ?? Number.POSITIVE_INFINITY);
    case ScalarType.STRING: {
      const matched = pattern === undefined ? Number.POSITIVE_INFINITY : compilePattern(pattern).maxLength;
      return varintSize + characterSize * Math.min(maxLen ?? Number.POSITIVE_INFINITY, matched);
    }
    default:
      return varintSize;
  }
}

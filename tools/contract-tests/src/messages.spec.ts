import { type DescField, type DescMessage, toBinary } from '@bufbuild/protobuf';
import { compileValidator, describeOwnServices, largestEncoding } from '@tegata/contracts';
import { generatedCodecs } from './generated-services.ts';
import { fullMessage, sampleMessage } from './sample-message.ts';
import { violatingMessages } from './violating-messages.ts';

const inputs = new Map(
  describeOwnServices().flatMap((service) => service.methods.map(({ input }) => [input.typeName, input] as const)),
);

/** A message as a server gets it: through the octets, in the shape of the generated stubs. */
function received(type: DescMessage, octets: Uint8Array): object {
  const codec = generatedCodecs.get(type.typeName);
  if (codec === undefined) throw new Error(`no stub for ${type.typeName}`);
  return codec.decode(octets);
}

describe.each([...inputs])('%s', (_name, type) => {
  const validate = compileValidator(type);

  it('can be satisfied, by a least message and by full ones', () => {
    expect(validate(received(type, toBinary(type, sampleMessage(type))))).toEqual([]);
    for (const member of [0, 1, 2]) {
      expect(validate(received(type, toBinary(type, fullMessage(type, member))))).toEqual([]);
    }
  });

  it('is no larger than its rules let it be', () => {
    const largest = largestEncoding(type);
    for (const member of [0, 1, 2])
      expect(toBinary(type, fullMessage(type, member)).length).toBeLessThanOrEqual(largest);
    expect(largest).toBeLessThan(16 * 1024 * 1024);
  });

  it('has its fields under the names that the rules look for', () => {
    const stub = received(type, toBinary(type, fullMessage(type)));
    expect(missingFields(type, stub as Record<string, unknown>)).toEqual([]);
  });

  it('is refused for each violated rule, at the right path and nowhere else', () => {
    for (const { path, fault, message } of violatingMessages(type)) {
      const violations = validate(received(type, toBinary(type, message)));
      expect([fault, ...violations.map(({ field }) => field)]).toEqual([fault, path]);
    }
  });
});

/** Fields of a full message that its stub does not have. */
function missingFields(type: DescMessage, stub: Record<string, unknown>): string[] {
  return type.fields.flatMap((field) => {
    const value = field.oneof ? memberOf(field, stub) : stub[field.localName];
    if (value === 'another member') return [];
    if (value === undefined) return [`${type.typeName}.${field.name}`];
    const inner = field.message && !field.message.typeName.startsWith('google.protobuf.') ? field.message : undefined;
    const one: unknown = field.fieldKind === 'list' ? (value as unknown[])[0] : value;
    return inner && one ? missingFields(inner, one as Record<string, unknown>) : [];
  });
}

function memberOf(field: DescField, stub: Record<string, unknown>): unknown {
  const chosen = stub[field.oneof?.localName ?? ''] as { $case: string; value: unknown } | undefined;
  return chosen?.$case === field.localName || chosen === undefined ? chosen?.value : 'another member';
}

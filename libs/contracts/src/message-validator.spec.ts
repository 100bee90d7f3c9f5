import { createFileRegistry, type DescMessage, fromJson } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { descriptors } from './descriptors.ts';
import { SubmitContractInformationRequest } from './gen/tegata/management/v1/contract_desk.ts';
import { compileValidator, maxViolations } from './message-validator.ts';
import { ruleProblems } from './rule-problems.ts';

let sequence = 0;

/** A message type as a proto file would declare it, from fields written as JSON descriptors. */
function declare(fields: object[], more: object = {}): DescMessage {
  const packageName = `test${sequence++}`;
  const file = {
    name: `${packageName}.proto`,
    package: packageName,
    syntax: 'proto3',
    dependency: [
      'tegata/validate/v1/validate.proto',
      'google/protobuf/duration.proto',
      'google/protobuf/timestamp.proto',
    ],
    messageType: [
      {
        name: 'Subject',
        field: fields.map((field, index) => ({
          name: 'value',
          number: index + 1,
          label: 'LABEL_OPTIONAL',
          type: 'TYPE_STRING',
          ...field,
        })),
        ...more,
      },
    ],
    enumType: [
      {
        name: 'Colour',
        value: [
          { name: 'COLOUR_UNSPECIFIED', number: 0 },
          { name: 'COLOUR_RED', number: 1 },
        ],
      },
    ],
  };
  const set = fromJson(FileDescriptorSetSchema, { file: [file] }, { registry: descriptors() });
  const registry = createFileRegistry(set.file[0] as NonNullable<(typeof set.file)[0]>, (name) =>
    descriptors().getFile(name),
  );
  return registry.getMessage(`${packageName}.Subject`) as DescMessage;
}

const rules = (field: object) => ({ options: { '[tegata.validate.v1.field]': field } });

/** Violations of `{ value }` under the given declaration, as `field: description`. */
function violations(field: object, value: unknown): string[] {
  const validate = compileValidator(declare([field]));
  return validate({ value }).map((violation) => `${violation.field}: ${violation.description}`);
}

describe('a field rule', () => {
  it('counts characters of a string, not UTF-16 units', () => {
    const field = rules({ len: 2 });
    expect(violations(field, 'ab')).toEqual([]);
    expect(violations(field, '\u{1d11e}\u{1f600}')).toEqual([]);
    expect(violations(field, 'abc')).toEqual(['value: must have 2 characters']);
    expect(violations(field, '')).toEqual(['value: must have 2 characters']);
  });

  it('counts octets of bytes', () => {
    const field = { type: 'TYPE_BYTES', ...rules({ minLen: 2, maxLen: 3 }) };
    expect(violations(field, Buffer.alloc(2))).toEqual([]);
    expect(violations(field, Buffer.alloc(1))).toEqual(['value: must have at least 2 octets']);
    expect(violations(field, Buffer.alloc(4))).toEqual(['value: must have at most 3 octets']);
  });

  it('names one violation when both length and pattern are missed', () => {
    expect(violations(rules({ pattern: '[0-9]+', maxLen: 3 }), 'abcd')).toEqual([
      'value: must have at most 3 characters',
    ]);
    expect(violations(rules({ pattern: '[0-9]+', maxLen: 3 }), 'abc')).toEqual(['value: must match [0-9]+']);
  });

  it('bounds numbers of every width, and refuses what is no number', () => {
    const bounded = rules({ gte: '2', lte: '4' });
    expect(violations({ type: 'TYPE_UINT32', ...bounded }, 1)).toEqual(['value: must be at least 2']);
    expect(violations({ type: 'TYPE_INT64', ...bounded }, 5n)).toEqual(['value: must be at most 4']);
    expect(violations({ type: 'TYPE_DOUBLE', ...bounded }, Number.NaN)).toEqual(['value: must be at least 2']);
    expect(violations({ type: 'TYPE_UINT64', ...bounded }, 4n)).toEqual([]);
  });

  it('bounds durations by seconds', () => {
    const field = { type: 'TYPE_MESSAGE', typeName: '.google.protobuf.Duration', ...rules({ gte: '0', lte: '10' }) };
    expect(violations(field, { seconds: 10n, nanos: 0 })).toEqual([]);
    expect(violations(field, { seconds: 10n, nanos: 1 })).toEqual(['value: must be at most 10 seconds']);
    expect(violations(field, { seconds: 0n, nanos: -1 })).toEqual(['value: must be at least 0 seconds']);
  });

  it('wants a declared enum value that says something', () => {
    const colour = () => ({
      type: 'TYPE_ENUM',
      typeName: `.test${sequence}.Colour`,
      ...rules({ definedOnly: true }),
    });
    expect(violations(colour(), 1)).toEqual([]);
    expect(violations(colour(), 0)).toEqual(['value: must be one of COLOUR_RED']);
    expect(violations(colour(), 2)).toEqual(['value: must be one of COLOUR_RED']);
  });

  it('asks of a required field to be set, and of an optional one to be right only when set', () => {
    expect(violations(rules({ required: true }), '')).toEqual(['value: is required']);
    const optional = { ...rules({ len: 4 }), proto3Optional: true, oneofIndex: 0 };
    const validate = compileValidator(declare([optional], { oneofDecl: [{ name: '_value' }] }));
    expect(validate({})).toEqual([]);
    expect(validate({ value: '' })).toHaveLength(1);
  });

  it('binds the list by its count and each element by the other rules', () => {
    const field = { label: 'LABEL_REPEATED', ...rules({ minItems: 1, maxItems: 3, minLen: 2 }) };
    expect(violations(field, [])).toEqual(['value: must have at least 1 elements']);
    expect(violations(field, ['a', 'b', 'c', 'd'])).toEqual(['value: must have at most 3 elements']);
    expect(violations(field, ['ab', 'c'])).toEqual(['value[1]: must have at least 2 characters']);
  });

  it('refuses the character U+0000 in any text, without being asked', () => {
    expect(violations({}, 'a\0')).toEqual(['value: must not hold the character U+0000']);
    expect(violations(rules({ pattern: '.*', maxLen: 1 }), 'a\0')).toEqual([
      'value: must not hold the character U+0000',
    ]);
    expect(violations({ label: 'LABEL_REPEATED' }, ['a', '\0'])).toEqual([
      'value[1]: must not hold the character U+0000',
    ]);
    expect(violations({ type: 'TYPE_BYTES' }, Buffer.alloc(1))).toEqual([]);
  });

  it('refuses a time outside the calendar without being asked', () => {
    const field = { type: 'TYPE_MESSAGE', typeName: '.google.protobuf.Timestamp' };
    expect(violations(field, new Date(0))).toEqual([]);
    expect(violations(field, new Date('0001-01-01T00:00:00Z'))).toEqual([]);
    for (const time of [new Date(Number.NaN), new Date(253402300800000), new Date(-62135596800001)]) {
      expect(violations(field, time)).toEqual(['value: must be a time in the years 1 to 9999']);
    }
  });

  it('names no more violations than an answer can hold', () => {
    const field = { label: 'LABEL_REPEATED', ...rules({ minLen: 2 }) };
    expect(violations(field, Array(1000).fill('a'))).toHaveLength(maxViolations);
  });
});

describe('the rules of the contracts', () => {
  const type = descriptors().getMessage('tegata.management.v1.SubmitContractInformationRequest') as DescMessage;
  const validate = compileValidator(type);
  const request = SubmitContractInformationRequest.create({
    contractId: 'c'.repeat(36),
    contractToken: Buffer.alloc(32),
    applicant: {
      familyName: 'Aoki',
      givenName: 'Hana',
      address: '1-1 Chiyoda',
      birthDate: { year: 1990, month: 4, day: 1 },
    },
    eid: '8'.repeat(32),
    localAuthenticationAssertion: Buffer.alloc(64),
    dataAcquisitionKeyDigest: Buffer.alloc(32),
    identity: { $case: 'certificate', value: { certificateChain: [Buffer.alloc(1)], disclosedAttributes: [] } },
  });

  it('accept a request as it should be', () => {
    expect(validate(request)).toEqual([]);
  });

  it('name fields of messages within messages by their path', () => {
    request.applicant = {
      ...request.applicant,
      birthDate: { year: 1990, month: 13, day: 1 },
    } as typeof request.applicant;
    request.identity = {
      $case: 'certificate',
      value: {
        certificateChain: [Buffer.alloc(1)],
        disclosedAttributes: [{ name: 'address', value: '', salt: Buffer.alloc(15) }],
      },
    };
    expect(validate(request)).toEqual([
      { field: 'applicant.birth_date.month', description: 'must be at most 12' },
      { field: 'certificate.disclosed_attributes[0].salt', description: 'must have 16 octets' },
    ]);
  });

  it('want one of the ways to show the identity', () => {
    expect(validate({ ...request, identity: undefined }).at(-1)).toEqual({
      field: 'identity',
      description: 'must be one of sealed_identity_documents, certificate',
    });
  });
});

describe('a rule that makes no sense', () => {
  it.each([
    [{ type: 'TYPE_UINT32', ...rules({ len: 3 }) }, 'a length binds strings and bytes only'],
    [rules({ len: 3, maxLen: 4 }), 'len excludes min_len and max_len'],
    [rules({ minLen: 5, maxLen: 4 }), 'min_len is above max_len'],
    [{ type: 'TYPE_BYTES', ...rules({ pattern: 'a' }) }, 'a pattern binds strings only'],
    [rules({ gte: '1' }), 'gte and lte bind numbers and durations only'],
    [rules({ minItems: 1 }), 'min_items and max_items bind repeated fields and maps only'],
    [rules({ definedOnly: true }), 'defined_only binds enums only'],
    [{ type: 'TYPE_BOOL', ...rules({ required: true }) }, 'required would refuse false'],
    [rules({ pattern: 'a{3}', maxLen: 2 }), 'no text satisfies both pattern and length'],
  ])('is found: %j', (field, problem) => {
    const type = declare([field]);
    expect(ruleProblems(type)).toEqual([`${type.typeName}.value: ${problem}`]);
  });

  it('is found in a pattern too', () => {
    expect(ruleProblems(declare([rules({ pattern: '(a' })]))).toHaveLength(1);
  });
});

import fc from 'fast-check';

/** What nobody should write into a member. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    ...['', 'A\0B', '\0', '\ud800', '\udfff\ud800', 'A\u2028', '\u202eB', '\ufffe', '%00'],
    ...['9'.repeat(32), 'E'.repeat(256), null, -0],
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets).toString('base64')),
  fc.jsonValue({ maxDepth: 3 }),
);

/** It in up to three members of these names. */
export const hostileMembers = (names: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.dictionary(fc.constantFrom(...names), hostile, { minKeys: 1, maxKeys: 3 });

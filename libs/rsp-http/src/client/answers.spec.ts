import { ServiceError } from '@tegata/service-kit';
import fc from 'fast-check';
import { es9plus } from '../binding/es9plus.ts';
import { es11UnderEs9plus } from '../binding/es11.ts';
import type { RspFunction } from '../binding/rsp-function.ts';
import { readAnswer } from './answers.ts';

const functions: readonly (readonly [string, RspFunction])[] = [
  ...Object.entries(es9plus.functions),
  ...Object.entries(es11UnderEs9plus.functions).map(([name, each]) => [`ES11 ${name}`, each] as const),
] as readonly (readonly [string, RspFunction])[];

/** An answer with the names that SGP.22 has, and anything in them. */
const answers = fc.record(
  {
    header: fc.oneof(
      fc.constant({ functionExecutionStatus: { status: 'Executed-Success' } }),
      fc.record({
        functionExecutionStatus: fc.record(
          {
            status: fc.oneof(
              fc.constantFrom('Executed-Success', 'Executed-WithWarning', 'Failed', 'Expired'),
              fc.jsonValue(),
            ),
            statusCodeData: fc.oneof(
              fc.record({ subjectCode: fc.string(), reasonCode: fc.string(), message: fc.string({ unit: 'binary' }) }),
              fc.jsonValue(),
            ),
          },
          { requiredKeys: [] },
        ),
      }),
      fc.jsonValue(),
    ),
    ...Object.fromEntries(
      [
        'transactionId',
        'serverSigned1',
        'serverSignature1',
        'euiccCiPKIdToBeUsed',
        'serverCertificate',
        'profileMetadata',
        'smdpSigned2',
        'smdpSignature2',
        'smdpCertificate',
        'boundProfilePackage',
        'eventEntries',
      ].map((name) => [
        name,
        fc.oneof(fc.constantFrom('AB', 'MAA=', '', '=', '____'), fc.base64String(), fc.jsonValue()),
      ]),
    ),
  },
  { requiredKeys: [] },
);

describe.each(functions)('an answer to %s', (_name, rspFunction) => {
  it('is read, or refused by name and in a sentence for a screen, whatever a server sends', () => {
    const body = fc.oneof(
      answers.map((answer) => Buffer.from(JSON.stringify(answer))),
      fc.json().map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets)),
    );
    const status = fc.oneof(fc.constant(200), fc.integer({ min: 100, max: 599 }));
    const contentType = fc.oneof(fc.constantFrom(undefined, 'application/json'), fc.string());
    fc.assert(
      fc.property(status, contentType, body, (code, type, octets) => {
        try {
          expect(typeof readAnswer(rspFunction, { status: code, contentType: type, body: octets })).toBe('object');
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          expect(error.message).not.toMatch(/\p{C}/u);
          expect(error.reason).toMatch(/^[A-Z0-9_]+$/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

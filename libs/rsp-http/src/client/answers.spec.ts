import { ServiceError } from '@tegata/service-kit';
import fc from 'fast-check';
import { es9plus } from '../binding/es9plus.ts';
import { es11UnderEs9plus } from '../binding/es11.ts';
import type { RspFunction } from '../binding/rsp-function.ts';
import { readAnswer } from './answers.ts';
import type { HttpAnswer } from './http-exchange.ts';

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

describe('an answer in which a member is null', () => {
  const answerWith = (functionExecutionStatus: object, more: object = {}): HttpAnswer => ({
    status: 200,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify({ header: { functionExecutionStatus }, ...more })),
  });
  const offer = { transactionId: 'AB', boundProfilePackage: 'MAA=' };
  const { getBoundProfilePackage, cancelSession } = es9plus.functions;

  it('is read as if that member were not there', () => {
    const carriedOut = answerWith({ status: 'Executed-Success', statusCodeData: null }, offer);
    expect(readAnswer(getBoundProfilePackage, carriedOut)).toMatchObject({ transactionId: Buffer.of(0xab) });
    const codes = { subjectCode: '8.2.6', reasonCode: '3.8', subjectIdentifier: null, message: null };
    const refused = answerWith({ status: 'Failed', statusCodeData: codes });
    expect(() => readAnswer(cancelSession, refused)).toThrow(
      expect.objectContaining({ reason: 'MATCHING_ID_REFUSED' }),
    );
  });

  it('is no answer where that member must be there', () => {
    const lacking = answerWith({ status: 'Executed-Success' }, { ...offer, boundProfilePackage: null });
    const malformed = expect.objectContaining({ reason: 'SERVER_ANSWER_MALFORMED' });
    expect(() => readAnswer(getBoundProfilePackage, lacking)).toThrow(malformed);
    expect(() => readAnswer(cancelSession, answerWith({ status: null as never }))).toThrow(malformed);
  });
});

describe('an HTTP status that is no answer', () => {
  const errorOf = (status: number, retryAfter?: string) => {
    const answer: HttpAnswer = { status, contentType: 'text/html', retryAfter, body: Buffer.from('<html>') };
    try {
      readAnswer(es9plus.functions.initiateAuthentication, answer);
    } catch (error) {
      if (error instanceof ServiceError) return error;
    }
    throw new Error('taken for an answer');
  };

  it.each([
    [301, 'SERVER_ANSWER_MALFORMED', /HTTP status 301, which leads elsewhere and is not followed/],
    [400, 'SERVER_ANSWER_MALFORMED', /HTTP status 400/],
    [403, 'SERVER_ANSWER_MALFORMED', /HTTP status 403/],
    [404, 'METHOD_NOT_SERVED', /./],
    [408, 'SERVER_NOT_SERVING', /can not serve now \(HTTP status 408\)/],
    [413, 'MESSAGE_TOO_LARGE', /./],
    [415, 'SERVER_ANSWER_MALFORMED', /HTTP status 415/],
    [429, 'RATE_LIMITED', /wait 1 s/],
    [500, 'SERVER_NOT_SERVING', /can not serve now \(HTTP status 500\)/],
    [503, 'SERVER_NOT_SERVING', /can not serve now \(HTTP status 503\)/],
  ])('%d is told as %s', (status, reason, message) => {
    expect(errorOf(status)).toMatchObject({ reason, message: expect.stringMatching(message) });
  });

  it('has the wait that the server asks for, in seconds or as a date, and no longer than a day', () => {
    expect(errorOf(429, '12').retryAfterMs).toBe(12_000);
    expect(errorOf(503, '0').retryAfterMs).toBe(0);
    expect(errorOf(503, 'Thu, 01 Jan 1970 00:00:00 GMT').retryAfterMs).toBe(0);
    expect(errorOf(503, 'Fri, 31 Dec 9999 23:59:59 GMT').retryAfterMs).toBe(86_400_000);
    expect(errorOf(503, '999999999').retryAfterMs).toBe(86_400_000);
    expect(errorOf(503, 'soon').retryAfterMs).toBeUndefined();
    expect(errorOf(429, 'soon').retryAfterMs).toBe(1_000);
    expect(errorOf(503).retryAfterMs).toBeUndefined();
  });
});

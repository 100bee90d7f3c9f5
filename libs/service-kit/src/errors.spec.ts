import { Metadata, status as StatusCode } from '@grpc/grpc-js';
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import fc from 'fast-check';
import { decodeServiceError, toStatus } from './error-status.ts';
import { refusal, ServiceError, type ServiceErrorInit } from './service-error.ts';
import { type Loopback, startLoopback } from './testing/index.ts';
import { es9Plus } from './testing/sample-services.ts';

class RspRefusal extends Error {
  constructor(
    readonly subjectCode: string,
    readonly reasonCode: string,
    readonly code?: string,
  ) {
    super('refused');
  }
}

describe('what a handler throws', () => {
  let loopback: Loopback;
  let thrown: unknown;
  const call = async (): Promise<ServiceError> => {
    const client = loopback.asTerminal().client(Es9PlusService);
    const request = { transactionId: Buffer.alloc(16), cancelSessionResponse: Buffer.alloc(3) };
    return client.cancelSession(request).then(
      () => Promise.reject(new Error('the call succeeded')),
      (error: unknown) => error as ServiceError,
    );
  };
  beforeAll(async () => {
    const cancelSession = async () => {
      throw thrown;
    };
    loopback = await startLoopback([es9Plus({ cancelSession })]);
  });
  afterAll(() => loopback.close());

  it('reaches the caller whole when it is a ServiceError', async () => {
    const init: ServiceErrorInit = {
      status: 'RESOURCE_EXHAUSTED',
      reason: 'EKYC_BUSY',
      domain: 'elsewhere.example',
      message: 'Zu viele Prüfungen: 手形',
      metadata: { queue: '12' },
      fieldViolations: [{ field: 'applicant.birth_date.year', description: 'must be at least 1900' }],
      retryAfterMs: 1500.25,
    };
    thrown = new ServiceError(init);
    const error = await call();
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject(init);
    expect(error.remote).toBe(true);
    expect(error.code).toBe('EKYC_BUSY');
  });

  it('is an incident when it is anything else: the number goes out, the cause to the log', async () => {
    thrown = new TypeError('secret detail of /srv/app/main.js');
    const error = await call();
    expect(error).toMatchObject({ status: 'INTERNAL', reason: 'INTERNAL_ERROR' });
    expect(error.message).not.toContain('secret');
    const incident = loopback.log.find((line) => line.incident === error.metadata.incident);
    expect(incident).toMatchObject({ level: 'error', err: { message: 'secret detail of /srv/app/main.js' } });
  });

  it('carries the codes of an SGP.22 refusal', async () => {
    thrown = new RspRefusal('8.2.6', '3.8', 'MATCHING_ID_REFUSED');
    expect(await call()).toMatchObject({
      status: 'FAILED_PRECONDITION',
      reason: 'MATCHING_ID_REFUSED',
      domain: 'rsp.gsma.com',
      metadata: { subjectCode: '8.2.6', reasonCode: '3.8' },
    });
    thrown = new RspRefusal('1.6', '2.1');
    expect(await call()).toMatchObject({ status: 'INVALID_ARGUMENT' });
    thrown = new RspRefusal('see', 'elsewhere');
    expect(await call()).toMatchObject({ status: 'INTERNAL' });
  });

  it('passes a refusal of another server on, but not that we ourselves were refused there', async () => {
    thrown = new ServiceError({ status: 'NOT_FOUND', reason: 'CONTRACT_NOT_FOUND', message: 'none' }, true);
    expect(await call()).toMatchObject({ status: 'NOT_FOUND', reason: 'CONTRACT_NOT_FOUND' });
    thrown = new ServiceError({ status: 'PERMISSION_DENIED', reason: 'CALLER_NOT_ALLOWED', message: 'no' }, true);
    expect(await call()).toMatchObject({ status: 'INTERNAL', reason: 'INTERNAL_ERROR' });
  });

  it('can have no text that breaks the transport', async () => {
    thrown = refusal('NONCE_USED', { message: `\ud800 ${'long '.repeat(5000)}\r\n` });
    expect(await call()).toMatchObject({ reason: 'NONCE_USED', message: expect.stringMatching(/^\ufffd long/) });
  });
});

describe('a status', () => {
  it('is the same error again, whatever the error says', () => {
    const word = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(
        fc.record({
          status: fc.constantFrom('NOT_FOUND', 'INTERNAL', 'UNAVAILABLE'),
          reason: word,
          domain: word,
          message: word.map((text) => text.replaceAll(/\p{Surrogate}/gu, '')),
          metadata: fc.dictionary(
            word.filter((key) => key !== '__proto__'),
            word,
          ),
          fieldViolations: fc.array(fc.record({ field: word, description: word }), { maxLength: 3 }),
          retryAfterMs: fc.nat(1e6),
        }),
        (init) => {
          const { code, details, metadata } = toStatus(new ServiceError(init as ServiceErrorInit));
          const decoded = decodeServiceError(Object.assign(new Error(), { code, details, metadata }));
          expect(decoded).toMatchObject(init);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('without details is told by its code alone', () => {
    const decode = (code: number) =>
      decodeServiceError(Object.assign(new Error('x'), { code, details: '127.0.0.1:1' }));
    expect(decode(StatusCode.UNAVAILABLE)).toMatchObject({ reason: 'SERVER_UNREACHABLE', remote: false });
    expect(decode(StatusCode.DEADLINE_EXCEEDED)).toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    expect(decode(StatusCode.DATA_LOSS)).toMatchObject({ status: 'DATA_LOSS', reason: 'DATA_LOSS' });
    expect(decode(StatusCode.UNAVAILABLE).message).not.toContain('127');
  });

  it('with details that can not be read is as one without', () => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from('ffffff', 'hex'));
    const error = Object.assign(new Error('x'), { code: StatusCode.NOT_FOUND, details: 'x', metadata });
    expect(decodeServiceError(error)).toMatchObject({ status: 'NOT_FOUND', reason: 'NOT_FOUND' });
  });
});

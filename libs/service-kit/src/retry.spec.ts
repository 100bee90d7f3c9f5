import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { ContractDeskService, WatchContractResponse } from '@tegata/contracts/management-v1';
import { waitForRetry } from './retry.ts';
import { refusal } from './service-error.ts';
import { type Loopback, startLoopback } from './testing/index.ts';
import { contractDesk, contractName, es9Plus, initiateAuthentication } from './testing/sample-services.ts';

const unavailable = () => refusal('AUTHENTICATION_UNAVAILABLE');

describe('a client', () => {
  let loopback: Loopback;
  let failures: number;
  let calls: number;
  const failFirst = () => {
    if (++calls <= failures) throw unavailable();
  };
  beforeAll(async () => {
    loopback = await startLoopback([
      es9Plus({
        // Marked as idempotent in its proto file.
        handleNotification: async () => {
          failFirst();
          return {};
        },
        // Not marked: it opens a session.
        initiateAuthentication: async () => {
          failFirst();
          throw new Error('not reached');
        },
      }),
      contractDesk({
        watchContract: async function* () {
          yield* calls === 0 ? [] : [WatchContractResponse.create()];
          failFirst();
          yield WatchContractResponse.create();
        },
      }),
    ]);
  });
  beforeEach(() => {
    calls = 0;
  });
  afterAll(() => loopback.close());
  const connection = () =>
    loopback.asTerminal({ random: () => 0, retry: { attempts: 3, firstDelayMs: 1, maxDelayMs: 1 } });
  const notification = { pendingNotification: Buffer.alloc(3) };

  it('tries an idempotent call again while the server is not available', async () => {
    failures = 2;
    await expect(connection().client(Es9PlusService).handleNotification(notification)).resolves.toEqual({});
    expect(calls).toBe(3);
  });

  it('gives up after as many tries as it may make', async () => {
    failures = 99;
    await expect(connection().client(Es9PlusService).handleNotification(notification)).rejects.toMatchObject({
      reason: 'AUTHENTICATION_UNAVAILABLE',
    });
    expect(calls).toBe(3);
  });

  it('tries once what may not be repeated', async () => {
    failures = 99;
    const client = connection().client(Es9PlusService);
    await expect(client.initiateAuthentication(initiateAuthentication)).rejects.toMatchObject({
      status: 'UNAVAILABLE',
    });
    expect(calls).toBe(1);
  });

  it('opens a stream again only while nothing of it was handed out', async () => {
    failures = 2;
    const responses = connection().client(ContractDeskService).watchContract(contractName);
    await responses.next();
    await expect(responses.next()).rejects.toMatchObject({ status: 'UNAVAILABLE' });
    expect(calls).toBe(2);
  });
});

describe('the wait before another try', () => {
  const policy = { attempts: 10, firstDelayMs: 1, maxDelayMs: 4 };
  const bounds = { policy, random: () => 1, deadline: undefined, signal: undefined };

  it('is for servers that are not available only', async () => {
    expect(await waitForRetry(unavailable(), 1, bounds)).toBe(true);
    expect(await waitForRetry(refusal('EKYC_BUSY'), 1, bounds)).toBe(false);
    expect(await waitForRetry(refusal('INTERNAL_ERROR'), 1, bounds)).toBe(false);
  });

  it('is not begun when it would end after the deadline', async () => {
    const deadline = new Date(Date.now() + 60_000);
    expect(await waitForRetry(unavailable(), 1, { ...bounds, deadline })).toBe(true);
    const asked = refusal('AUTHENTICATION_UNAVAILABLE', { retryAfterMs: 60_001 });
    expect(await waitForRetry(asked, 1, { ...bounds, deadline })).toBe(false);
  });

  it('ends when nobody waits any more', async () => {
    const controller = new AbortController();
    const asked = refusal('AUTHENTICATION_UNAVAILABLE', { retryAfterMs: 3_600_000 });
    const waiting = waitForRetry(asked, 1, { ...bounds, signal: controller.signal });
    controller.abort();
    expect(await waiting).toBe(false);
  });
});

import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { RateLimiter } from './rate-limiter.ts';
import { type Loopback, startLoopback } from './testing/index.ts';
import { es9Plus, initiateAuthentication } from './testing/sample-services.ts';

describe('a rate limit of gRPC calls', () => {
  let loopback: Loopback;
  let now = 0;

  beforeAll(async () => {
    const rateLimiter = new RateLimiter({ perSecond: 2, burst: 3 }, () => now);
    loopback = await startLoopback([es9Plus()], { rateLimiter });
  });
  afterAll(() => loopback.close());

  it('refuses what one address calls beyond it, and says when the next may come', async () => {
    const once = { retry: { attempts: 1, firstDelayMs: 1, maxDelayMs: 1 } };
    // Two connections of one address share its tokens.
    const [one, other] = [loopback.asTerminal(once), loopback.asTerminal(once)];
    const call = (from: typeof one) => from.client(Es9PlusService).initiateAuthentication(initiateAuthentication);
    for (const from of [one, other, one]) await call(from);
    await expect(call(other)).rejects.toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
      reason: 'RATE_LIMITED',
      retryAfterMs: 500,
    });
    now += 500;
    await call(one);
    await expect(call(one)).rejects.toMatchObject({ reason: 'RATE_LIMITED' });
  });

  it('does not bind callers that are known by a certificate', async () => {
    const relay = (await loopback.as({ role: 'relay', name: undefined })).client(Es9PlusService);
    for (let calls = 0; calls < 6; calls++) await relay.initiateAuthentication(initiateAuthentication);
  });
});

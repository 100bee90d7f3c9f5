import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { createLogger } from './logger.ts';
import { createServer } from './server.ts';
import { type Loopback, loopbackServerName, startLoopback } from './testing/index.ts';
import { es9Plus } from './testing/sample-services.ts';

const services = [es9Plus({ handleNotification: async () => ({}) })];

describe('a server that was away', () => {
  let loopback: Loopback;
  let call: (options?: { signal: AbortSignal }) => Promise<unknown>;

  beforeAll(async () => {
    loopback = await startLoopback(services);
    const client = loopback.asTerminal().client(Es9PlusService);
    call = (options) => client.handleNotification({ pendingNotification: Buffer.alloc(3) }, options);
  });
  afterAll(() => loopback.close());

  it('is reached by the first call after it is there again, however long it was away', async () => {
    await call();
    await loopback.server.stop();
    // Until tries to connect are a second apart.
    const away = Date.now() + 2_500;
    while (Date.now() < away) await expect(call()).rejects.toMatchObject({ reason: 'SERVER_UNREACHABLE' });
    const identity = await loopback.pki.issue({ dnsNames: [loopbackServerName] });
    const again = createServer({
      name: 'again',
      logger: createLogger('again', { level: 'silent' }),
      services,
      listeners: [{ address: loopback.addresses.tls, security: { kind: 'tls', ...identity } }],
    });
    await again.start();
    try {
      await expect(call()).resolves.toEqual({});
    } finally {
      await again.stop();
    }
  });

  it('keeps nobody waiting who gives a call up', async () => {
    await expect(call()).rejects.toMatchObject({ status: 'UNAVAILABLE' });
    const given = new AbortController();
    const waiting = call({ signal: given.signal });
    given.abort();
    await expect(waiting).rejects.toMatchObject({ status: 'CANCELLED' });
  });
});

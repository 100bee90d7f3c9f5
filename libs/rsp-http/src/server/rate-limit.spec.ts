import { RateLimiter } from '@tegata/service-kit';
import { rawClient } from '../testing/raw-client.ts';
import { requestHeader, sampleRequests, startSampleServer, tlsOf } from '../testing/sample-server.ts';

describe.each(['http/1.1', 'h2'] as const)('a rate limit over %s', (protocol) => {
  it('answers 429 with the time to wait to LPAs, and leaves known clients alone', async () => {
    let now = 0;
    const limiter = new RateLimiter({ perSecond: 0.5, burst: 2 }, () => now);
    const sample = await startSampleServer({}, 2_000, limiter);
    const lpa = rawClient(sample.addresses.lpa, protocol, tlsOf(sample));
    const smdp = rawClient(sample.addresses.mutual, protocol, tlsOf(sample, sample.clients.smdp));
    const initiate = () =>
      lpa.send({
        path: '/gsma/rsp2/es9plus/initiateAuthentication',
        body: JSON.stringify(sampleRequests['es9plus/initiateAuthentication']),
      });
    const register = () =>
      smdp.send({
        path: '/gsma/rsp2/es12/registerEvent',
        body: JSON.stringify({ header: requestHeader, ...sampleRequests['es12/registerEvent'] }),
      });
    try {
      expect([(await initiate()).status, (await initiate()).status]).toEqual([200, 200]);
      const refused = await initiate();
      expect([refused.status, refused.headers['retry-after']]).toEqual([429, '2']);
      for (let calls = 0; calls < 4; calls++) expect((await register()).status).toBe(200);
      now += 2_000;
      expect((await initiate()).status).toBe(200);
      expect((await initiate()).status).toBe(429);
    } finally {
      lpa.close();
      smdp.close();
      await sample.server.stop();
    }
  });
});

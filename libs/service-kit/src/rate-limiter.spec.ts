import fc from 'fast-check';
import { RateLimiter } from './rate-limiter.ts';

describe('a rate limiter', () => {
  let now = 0;
  const limiter = (perSecond: number, burst: number) => new RateLimiter({ perSecond, burst }, () => now);

  it('lets a burst pass and then calls at the rate, and says when the next may come', () => {
    const limit = limiter(10, 3);
    expect([1, 2, 3].map(() => limit.take('192.0.2.1:5000'))).toEqual([undefined, undefined, undefined]);
    expect(limit.take('192.0.2.1:5000')).toBe(100);
    now += 60;
    expect(limit.take('192.0.2.1:5000')).toBe(40);
    now += 40;
    expect(limit.take('192.0.2.1:5000')).toBeUndefined();
    expect(limit.take('192.0.2.1:5000')).toBe(100);
  });

  it('counts an address, whatever the port, and each address for itself', () => {
    const limit = limiter(1, 1);
    expect(limit.take('192.0.2.1:5000')).toBeUndefined();
    expect(limit.take('192.0.2.1:5001')).toBe(1000);
    expect(limit.take('192.0.2.1')).toBe(1000);
    expect(limit.take('::ffff:192.0.2.1')).toBe(1000);
    expect(limit.take('192.0.2.2:5000')).toBeUndefined();
  });

  it.each([
    ['[2001:db8::1]:5000', '2001:db8::ffff:2'],
    ['2001:db8:0:0:1::', '[2001:db8::7]:1'],
    ['::1', '[::1]:7443'],
  ])('takes %s and %s for one subscriber', (one, other) => {
    const limit = limiter(1, 1);
    expect(limit.take(one)).toBeUndefined();
    expect(limit.take(other)).toBe(1000);
    expect(limit.take('2001:db8:0:1::1')).toBeUndefined();
  });

  it('of rate 0 limits nobody', () => {
    const limit = limiter(0, 0);
    for (let calls = 0; calls < 100; calls++) expect(limit.take('192.0.2.1')).toBeUndefined();
  });

  it('never lets more pass than burst and rate allow, and never waits longer than it says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }),
        (perSecond, burst, pauses) => {
          const limit = limiter(perSecond, burst);
          const start = now;
          let passed = 0;
          for (const pause of pauses) {
            now += pause;
            const wait = limit.take('192.0.2.9');
            if (wait === undefined) passed++;
            else {
              expect(wait).toBeGreaterThan(0);
              now += wait;
              expect(limit.take('192.0.2.9')).toBeUndefined();
              passed++;
            }
            expect(passed).toBeLessThanOrEqual(burst + ((now - start) / 1000) * perSecond + 1e-6);
          }
        },
      ),
    );
  });
});

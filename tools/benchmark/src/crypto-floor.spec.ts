import { measureCryptoFloor } from './crypto-floor.ts';

describe('the crypto floor', () => {
  it('is the sum of the operations of one download', () => {
    const { perDownloadMs, operations } = measureCryptoFloor(100);
    const sum = Object.values(operations).reduce((total, { count, ms }) => total + count * ms, 0);
    expect(perDownloadMs).toBe(sum);
    expect(perDownloadMs).toBeGreaterThan(0);
    expect(operations['ECDSA signature']?.count).toBe(3);
  });
});

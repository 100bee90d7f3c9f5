import { randomBytes, randomUUID } from 'node:crypto';
import { contractToken, isContractToken } from './contract-token.ts';

describe('a contract token', () => {
  const key = randomBytes(32);
  const contract = randomUUID();

  it('is the same whenever it is asked for', () => {
    expect(contractToken(key, contract)).toEqual(contractToken(key, contract));
    expect(isContractToken(key, contract, contractToken(key, contract))).toBe(true);
  });

  it('opens no other contract, and not that of another carrier', () => {
    const token = contractToken(key, contract);
    expect(isContractToken(key, randomUUID(), token)).toBe(false);
    expect(isContractToken(randomBytes(32), contract, token)).toBe(false);
  });

  it.each([0, 31, 33])('has 32 octets: %i are refused', (octets) => {
    expect(isContractToken(key, contract, randomBytes(octets))).toBe(false);
  });
});

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createDataAcquisitionKey, dataAcquisitionKeyDigest, isDataAcquisitionKey } from './data-acquisition-key.ts';

const eid = '89049032123451234512345678901235';
const evidenceDigest = createHash('sha256').update('documents').digest();

describe('a data acquisition key', () => {
  test('is new every time, for the same person and documents too', () => {
    const keys = Array.from({ length: 50 }, () =>
      createDataAcquisitionKey({ eid, evidenceDigest, random: randomBytes }),
    );
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(50);
    for (const key of keys) expect(key).toHaveLength(32);
  });

  test('differs by EID and by documents, even where the random octets are the same', () => {
    const random = () => Buffer.alloc(32, 1);
    const key = (change: { eid?: string; evidenceDigest?: Uint8Array }) =>
      Buffer.from(createDataAcquisitionKey({ eid, evidenceDigest, random, ...change })).toString('hex');
    const keys = [key({}), key({ eid: '89044045116727494800000004479366' }), key({ evidenceDigest: Buffer.alloc(32) })];
    expect(new Set(keys).size).toBe(3);
    expect(key({})).toBe(keys[0]);
  });

  test('is HKDF-SHA256 of the random octets', () => {
    const random = Buffer.alloc(32, 9);
    const hmac = (key: Uint8Array, ...data: Uint8Array[]) =>
      createHmac('sha256', key).update(Buffer.concat(data)).digest();
    const info = Buffer.concat([Buffer.from('tegata data acquisition key v1'), Buffer.from(eid, 'hex')]);
    const expected = hmac(hmac(evidenceDigest, random), info, Uint8Array.of(1));
    expect(Buffer.from(createDataAcquisitionKey({ eid, evidenceDigest, random: () => random }))).toEqual(expected);
  });

  test('is known again by its digest alone', () => {
    const key = createDataAcquisitionKey({ eid, evidenceDigest, random: randomBytes });
    const digest = dataAcquisitionKeyDigest(key);
    expect(isDataAcquisitionKey(key, digest)).toBe(true);
    expect(isDataAcquisitionKey(randomBytes(32), digest)).toBe(false);
    expect(isDataAcquisitionKey(key, digest.subarray(1))).toBe(false);
  });

  test('is not made from what is no EID or digest, or from too little randomness', () => {
    expect(() => createDataAcquisitionKey({ eid: '1', evidenceDigest, random: randomBytes })).toThrow(RangeError);
    expect(() => createDataAcquisitionKey({ eid, evidenceDigest: Buffer.alloc(20), random: randomBytes })).toThrow(
      RangeError,
    );
    expect(() => createDataAcquisitionKey({ eid, evidenceDigest, random: () => Buffer.alloc(8) })).toThrow(RangeError);
  });
});

import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { hex } from '../testing/vectors.ts';
import { signatureHolds, signerOf, signerWith, signObject, signObjectNow } from './signature.ts';
import { signedData } from './signed-data.ts';

describe.each(['prime256v1', 'brainpoolP256r1'])('signature objects on %s', (namedCurve) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const other = generateKeyPairSync('ec', { namedCurve }).publicKey;
  const parts = signedData.smdpSignature2(hex('30038001AA'), hex(`5F3740${'00'.repeat(64)}`));
  const object = signObjectNow(signerOf(privateKey), parts);

  it('are 5F37 40 and r | s, over the parts one after the other', () => {
    expect(object.subarray(0, 3)).toEqual(hex('5F3740'));
    expect(object).toHaveLength(67);
    expect(signatureHolds(publicKey, object, parts)).toBe(true);
    expect(signatureHolds(publicKey, object, [Buffer.concat(parts)])).toBe(true);
  });

  it('do not hold under another key, over other octets, or changed anywhere', () => {
    expect(signatureHolds(other, object, parts)).toBe(false);
    expect(signatureHolds(publicKey, object, [...parts].reverse())).toBe(false);
    fc.assert(
      fc.property(fc.nat(66), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const changed = Uint8Array.from(object);
        changed[position] = (changed[position] ?? 0) ^ flip;
        expect(signatureHolds(publicKey, changed, parts)).toBe(false);
      }),
      { numRuns: 30 },
    );
    expect(signatureHolds(publicKey, new Uint8Array(0), parts)).toBe(false);
    expect(signatureHolds(publicKey, hex(`5F3740${'00'.repeat(64)}`), parts)).toBe(false);
    expect(signatureHolds(publicKey, hex(`5F3740${'FF'.repeat(64)}`), parts)).toBe(false);
  });
});

describe('signers', () => {
  it('are made of keys on the curves of SGP.22 only', () => {
    expect(() => signerOf(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey)).toThrow();
    expect(() => signerOf(generateKeyPairSync('ed25519').privateKey)).toThrow();
    expect(() => signObjectNow(() => new Uint8Array(70), [hex('3000')])).toThrow(RangeError);
  });

  it('may have their key elsewhere', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const kept = { sign: async (data: Uint8Array) => signerOf(privateKey)(data) };
    const object = await signObject(signerWith(kept), [hex('3000')]);
    expect(signatureHolds(publicKey, object, [hex('3000')])).toBe(true);
    await expect(signObject(() => new Uint8Array(70), [])).rejects.toThrow(RangeError);
  });
});

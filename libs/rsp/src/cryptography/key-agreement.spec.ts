import { createECDH, randomBytes } from 'node:crypto';
import { type BspVectors, describeWithVectors, hex, vectorJson } from '../testing/vectors.ts';
import { confirmationCodeHash, hashCcOf, isHashCc } from './confirmation-code.ts';
import { isPointOnCurve, KeyAgreementError, OneTimeKeyPair } from './key-agreement.ts';
import { deriveSessionKeys } from './session-keys.ts';

describeWithVectors('key agreement, derivation and confirmation code, against figures of others', () => {
  const vectors = (): BspVectors => vectorJson<BspVectors>('bsp.json');

  it('agrees on the shared secret', () => {
    for (const { otskDp, otpkDp, otpkEuicc, sharedSecret } of vectors().ecka) {
      const pair = OneTimeKeyPair.of('P-256', hex(otskDp));
      expect(pair.publicKey).toEqual(hex(otpkDp));
      expect(pair.privateKey()).toEqual(Uint8Array.from(hex(otskDp)));
      expect(pair.agree(hex(otpkEuicc))).toEqual(hex(sharedSecret));
    }
  });

  it('derives the session keys', () => {
    for (const { sharedSecret, hostId, eid, initialMcv, sEnc, sMac } of vectors().kdf) {
      expect(deriveSessionKeys(hex(sharedSecret), { hostId: hex(hostId), eid })).toEqual({
        initialMcv: hex(initialMcv),
        sEnc: hex(sEnc),
        sMac: hex(sMac),
      });
    }
  });

  it('hashes confirmation codes with the octets of the transactionId', () => {
    for (const { code, transactionId, hashCc } of vectors().confirmationCode) {
      const codeHash = confirmationCodeHash(code);
      expect(hashCcOf(codeHash, hex(transactionId))).toEqual(hex(hashCc));
      expect(isHashCc(hex(hashCc), codeHash, hex(transactionId))).toBe(true);
      expect(isHashCc(hex(hashCc), confirmationCodeHash(`${code}!`), hex(transactionId))).toBe(false);
      expect(isHashCc(hex(hashCc).subarray(1), codeHash, hex(transactionId))).toBe(false);
    }
  });
});

describe.each(['P-256', 'brainpoolP256r1'] as const)('one-time keys on %s', (curve) => {
  it('agree with the other side, and survive being stored', () => {
    const [one, other] = [OneTimeKeyPair.generate(curve, randomBytes), OneTimeKeyPair.generate(curve, randomBytes)];
    expect(one.publicKey).toHaveLength(65);
    expect(one.agree(other.publicKey)).toEqual(other.agree(one.publicKey));
    const stored = OneTimeKeyPair.of(curve, one.privateKey());
    expect(stored.publicKey).toEqual(one.publicKey);
  });

  it('draw again when the number is no private key', () => {
    const draws = [new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(32).fill(0x11)];
    const pair = OneTimeKeyPair.generate(curve, () => draws.shift() ?? new Uint8Array(0));
    expect(pair.privateKey()).toEqual(new Uint8Array(32).fill(0x11));
    expect(() => OneTimeKeyPair.of(curve, new Uint8Array(32).fill(0xff))).toThrow(RangeError);
    expect(() => OneTimeKeyPair.of(curve, new Uint8Array(31).fill(1))).toThrow(RangeError);
  });

  it('refuse what is no uncompressed point on the curve', () => {
    const pair = OneTimeKeyPair.generate(curve, randomBytes);
    const otherCurve = OneTimeKeyPair.generate(curve === 'P-256' ? 'brainpoolP256r1' : 'P-256', randomBytes);
    const off = Uint8Array.from(pair.publicKey);
    off[64] = (off[64] ?? 0) ^ 1;
    const ecdh = createECDH(curve === 'P-256' ? 'prime256v1' : curve);
    ecdh.generateKeys();
    const hostile = [
      off,
      otherCurve.publicKey,
      ecdh.getPublicKey(null, 'compressed'),
      ecdh.getPublicKey(null, 'hybrid'),
      Uint8Array.of(0),
      new Uint8Array(65),
      Uint8Array.from([4, ...new Uint8Array(64)]),
      new Uint8Array(0),
    ];
    for (const point of hostile) {
      expect(isPointOnCurve(curve, point)).toBe(false);
      expect(() => pair.agree(point)).toThrow(KeyAgreementError);
    }
    expect(isPointOnCurve(curve, ecdh.getPublicKey())).toBe(true);
  });
});

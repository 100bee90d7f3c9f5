import { createECDH, createHash, diffieHellman, randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Curve,
  curveOf,
  issueCertificate,
  nodeCurveNames,
  randomSerialNumber,
  verifyEuiccChain,
} from '@tegata/x509';
import { ensurePki } from './ensure-pki.ts';
import { manufactureEuicc } from './euicc-manufacture.ts';
import { privateKeyPem, readPrivateKeyPem } from './key-file.ts';
import { generatePrivateKey } from './key-generation.ts';
import { KeyStore } from './key-store.ts';
import { InProcessKey } from './keys.ts';
import { loadEum } from './role-keys.ts';
import { plan } from './testing/plan.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const curves: Curve[] = ['P-256', 'brainpoolP256r1'];
const at = new Date('2026-11-22T12:00:00Z');

/** Octets that are the same at every run. */
function replayed(seed: string): (size: number) => Uint8Array {
  let count = 0;
  return (size) => {
    const octets = Array.from({ length: Math.ceil(size / 32) }, () =>
      createHash('sha256').update(`${seed} ${count++}`).digest(),
    );
    return Buffer.concat(octets).subarray(0, size);
  };
}

describe('keys', () => {
  test.each(curves)('on %s sign and agree', async (curve) => {
    const [one, other] = [0, 1].map(() => new InProcessKey(generatePrivateKey(curve, randomBytes)));
    if (one === undefined || other === undefined) throw new Error('no keys');
    const data = randomBytes(100);
    for (const dsaEncoding of ['der', 'ieee-p1363'] as const) {
      const signature = await one.sign(data, dsaEncoding);
      expect(verify('sha256', data, { key: one.publicKey, dsaEncoding }, signature)).toBe(true);
      expect(verify('sha256', data, { key: other.publicKey, dsaEncoding }, signature)).toBe(false);
    }
    const secret = await one.deriveSharedSecret(other.publicKey);
    expect(secret).toEqual(diffieHellman({ privateKey: other.privateKey, publicKey: one.publicKey }));
    expect(curveOf(one.publicKey)).toBe(curve);
  });

  test.each(curves)('on %s are made again from the same octets', (curve) => {
    const d = createHash('sha256').update('a private key').digest();
    const ecdh = createECDH(nodeCurveNames[curve]);
    ecdh.setPrivateKey(d);
    const candidates = [new Uint8Array(32), new Uint8Array(32).fill(0xff), d];
    const key = generatePrivateKey(curve, () => candidates.shift() ?? randomBytes(32));
    // Zero and a number above the order of the curve were passed over.
    expect(candidates).toHaveLength(0);
    const { publicKey } = new InProcessKey(key);
    const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-65);
    expect(point).toEqual(ecdh.getPublicKey());
  });
});

describe('key files', () => {
  test('are PKCS#8, and unreadable without the passphrase they were written with', () => {
    const key = generatePrivateKey('P-256', randomBytes);
    expect(readPrivateKeyPem(privateKeyPem(key)).equals(key)).toBe(true);
    const locked = privateKeyPem(key, 'correct horse');
    expect(locked).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    expect(readPrivateKeyPem(locked, 'correct horse').equals(key)).toBe(true);
    expect(() => readPrivateKeyPem(locked, 'wrong')).toThrow();
    expect(() => readPrivateKeyPem(locked)).toThrow();
  });

  test('of a store under a passphrase open with it only', async () => {
    const directory = temporaryFolder();
    const key = new InProcessKey(generatePrivateKey('P-256', randomBytes));
    const certificate = await issueCertificate({
      subject: [{ type: 'CN', value: 'test' }],
      subjectPublicKey: key.publicKey,
      key,
      serialNumber: randomSerialNumber(randomBytes),
      notBefore: at,
      notAfter: at,
    });
    const store = new KeyStore(directory, 'passphrase');
    expect(await store.add('a/b', key.privateKey, certificate)).toBe(true);
    expect(await store.add('a/b', generatePrivateKey('P-256', randomBytes), certificate)).toBe(false);
    expect((await store.certifiedKey('a/b')).key.privateKey.equals(key.privateKey)).toBe(true);
    expect(readFileSync(join(directory, 'a/b/key.pem'), 'utf8')).toContain('ENCRYPTED');
    for (const other of [new KeyStore(directory), new KeyStore(directory, 'other')])
      await expect(other.certifiedKey('a/b')).rejects.toMatchObject({ code: 'KEY_UNREADABLE', entry: 'a/b' });
  });
});

describe('manufactureEuicc', () => {
  test.each(curves)('makes eUICCs that servers accept, each with an EID of its own, on %s', async (curve) => {
    const directory = temporaryFolder();
    await ensurePki(directory, plan, { at, random: randomBytes, curve });
    const eum = await loadEum(directory, { at });
    const made = [
      await manufactureEuicc(eum, { random: randomBytes, at }),
      await manufactureEuicc(eum, { random: randomBytes, at }),
    ];
    for (const { eid, euiccCertificate, eumCertificate, privateKey, ciCertificates } of made) {
      const received = { euicc: euiccCertificate.raw, eum: eumCertificate.raw, cis: ciCertificates };
      expect(verifyEuiccChain({ ...received, at: new Date(at.getTime() + 19 * 365 * 86_400_000) }).eid).toBe(eid);
      expect(eid).toMatch(/^89049032\d{24}$/);
      expect(new InProcessKey(privateKey).publicKey.equals(euiccCertificate.publicKey)).toBe(true);
    }
    expect(made[0]?.eid).not.toBe(made[1]?.eid);
  });

  test('replays EID and key, and keeps within its numbers', async () => {
    const directory = temporaryFolder();
    await ensurePki(directory, plan, { at, random: randomBytes });
    const eum = await loadEum(directory, { at });
    const first = await manufactureEuicc(eum, { random: replayed('x'), at });
    const second = await manufactureEuicc(eum, { random: replayed('x'), at });
    expect(second.eid).toBe(first.eid);
    expect(second.privateKey.equals(first.privateKey)).toBe(true);
    const chosen = '89049032123451234512345678901235';
    expect((await manufactureEuicc(eum, { random: randomBytes, at, eid: chosen })).eid).toBe(chosen);
    await expect(
      manufactureEuicc(eum, { random: randomBytes, at, eid: '89044045116727494800000004479366' }),
    ).rejects.toMatchObject({ code: 'EID_OUT_OF_RANGE' });
    await expect(manufactureEuicc(eum, { random: randomBytes, at, eid: '1234' })).rejects.toThrow(RangeError);
  });
});

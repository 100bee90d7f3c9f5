import { randomBytes, X509Certificate } from 'node:crypto';
import { generatePrivateKey, InProcessKey } from '@tegata/pki';
import {
  type CertificateIssue,
  issueCertificate,
  issueRevocationList,
  type RevokedCertificate,
  randomSerialNumber,
} from '@tegata/x509';
import fc from 'fast-check';
import { type AttributeOpening, checkDisclosure } from './attribute-disclosure.ts';
import { acceptStatusList, type StatusList } from './certificate-status.ts';
import {
  buildIdentityCertificate,
  type IdentityCertificate,
  parseIdentityCertificate,
} from './identity-certificate.ts';
import { IdentityCertificateError } from './identity-certificate-error.ts';
import { identityArc, identityOids } from './object-identifiers.ts';
import { days, makeEuicc, makeWorld, now, type World } from './testing/world.ts';
import { type IdentityExpectations, verifyIdentityCertificate } from './verify-identity-certificate.ts';

let world: World;
let foreign: World;
beforeAll(async () => {
  [world, foreign] = await Promise.all([makeWorld(), makeWorld()]);
});

const attributes: readonly AttributeOpening[] = [
  { name: 'family_name', value: '青空', salt: randomBytes(16) },
  { name: 'birth_date', value: '1990-04-01', salt: randomBytes(16) },
];

type Issue = Parameters<typeof buildIdentityCertificate>[0];

function issue(change: Partial<Issue> = {}): Promise<IdentityCertificate> {
  const { certificate: issuer, key } = world.authentication.issuingCa;
  return buildIdentityCertificate({
    issuer,
    key,
    serialNumber: randomSerialNumber(randomBytes),
    notBefore: now,
    notAfter: days(365),
    verifiedAt: now,
    eid: world.euicc.eid,
    euiccPublicKey: world.euicc.key.publicKey,
    method: 'document-and-id-photo',
    evidenceClass: 'document-image',
    assuranceLevel: 1,
    attributes,
    ...change,
  });
}

async function statusList(revoked: readonly RevokedCertificate[] = [], at = now, from = world): Promise<StatusList> {
  const { certificate: issuer, key } = from.authentication.issuingCa;
  const list = await issueRevocationList({ issuer, key, thisUpdate: at, nextUpdate: days(7), number: 1n, revoked });
  return acceptStatusList(list.raw, { issuer, at });
}

async function expecting(change: Partial<IdentityExpectations> = {}): Promise<IdentityExpectations> {
  const { root, issuingCa } = world.management.identity;
  const status = { held: await statusList(), maximumAgeSeconds: 86_400 };
  const { eid, key } = world.euicc;
  return { root, issuingCas: [issuingCa], at: now, eid, euiccPublicKey: key.publicKey, status, ...change };
}

function refusal(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof IdentityCertificateError) return error.code;
    throw error;
  }
  return undefined;
}

describe('an identity certificate', () => {
  test('says what was verified, about whom, and when', async () => {
    const { raw } = await issue();
    const verified = verifyIdentityCertificate([raw], await expecting());
    expect(verified).toMatchObject({
      eid: world.euicc.eid,
      method: 'document-and-id-photo',
      evidenceClass: 'document-image',
      assuranceLevel: 1,
      verifiedAt: now,
    });
    expect(verified.certificate.publicKey.equals(world.euicc.key.publicKey)).toBe(true);
    expect([...verified.attributeDigests.keys()]).toEqual(['birth_date', 'family_name']);
    expect(checkDisclosure(verified.attributeDigests, attributes).refused).toEqual([]);
  });

  test('is an X.509 certificate like others, that ordinary tools read and check', async () => {
    const { raw, certificate } = await issue();
    const ordinary = new X509Certificate(raw);
    expect(ordinary.verify(world.authentication.issuingCa.key.publicKey)).toBe(true);
    expect(ordinary.keyUsage).toEqual([identityOids.identityKeyPurpose]);
    expect(certificate.unrecognisedCritical).toEqual([]);
  });

  test('does not show the attributes, nor two of one value as the same', async () => {
    const same = ['a', 'b'].map((name) => ({ name, value: '1990-04-01', salt: randomBytes(16) }));
    const { raw, attributeDigests } = await issue({ attributes: same });
    expect(Buffer.from(raw).includes('1990-04-01')).toBe(false);
    const [first, second] = [...attributeDigests.values()];
    expect(first).not.toEqual(second);
  });

  test('is issued again the same from the same intent', async () => {
    const intent = { serialNumber: '0123456789ABCDEF', verifiedAt: now };
    const [one, other] = [await issue(intent), await issue(intent)];
    expect(other?.certificate.tbs).toEqual(one?.certificate.tbs);
    expect(one?.certificate.serialNumber).toBe('0123456789ABCDEF');
  });

  test('comes with its issuing CA where the carrier knows the root only', async () => {
    const { raw } = await issue();
    const { issuingCa } = world.management.identity;
    const expected = await expecting({ issuingCas: [] });
    expect(verifyIdentityCertificate([raw, issuingCa.raw], expected).eid).toBe(world.euicc.eid);
    expect(refusal(() => verifyIdentityCertificate([raw], expected))).toBe('CERTIFICATE_FORGED');
  });

  test('may be over a key on another curve than its issuer’s', async () => {
    const key = new InProcessKey(generatePrivateKey('brainpoolP256r1', randomBytes));
    const spki = key.publicKey.export({ format: 'der', type: 'spki' });
    const { raw } = await issue({ euiccPublicKey: spki });
    const expected = await expecting({ euiccPublicKey: key.publicKey });
    expect(refusal(() => verifyIdentityCertificate([raw], expected))).toBeUndefined();
  });
});

describe('verifyIdentityCertificate refuses', () => {
  test('one that is issued by somebody else', async () => {
    const { certificate: issuer, key } = foreign.authentication.issuingCa;
    const expected = await expecting();
    const foreignRoot = await issue({ issuer, key });
    expect(refusal(() => verifyIdentityCertificate([foreignRoot.raw, issuer.raw], expected))).toBe(
      'CERTIFICATE_FORGED',
    );
    const forged = await issue({ key });
    expect(refusal(() => verifyIdentityCertificate([forged.raw], expected))).toBe('CERTIFICATE_FORGED');
  });

  test('one that an eUICC’s key, or a server’s, has signed in the name of a CA', async () => {
    const expected = await expecting();
    const holder = await issue();
    const { key } = world.euicc;
    const self = await issue({ issuer: holder.certificate, key });
    expect(refusal(() => verifyIdentityCertificate([self.raw, holder.raw], expected))).toBe('CERTIFICATE_FORGED');
    const { encryption } = world.authentication;
    const byServer = await issue({ issuer: encryption.certificate, key: encryption.key });
    expect(refusal(() => verifyIdentityCertificate([byServer.raw, encryption.certificate.raw], expected))).toBe(
      'CERTIFICATE_FORGED',
    );
  });

  test('a certificate of the RSP or another purpose', async () => {
    const { authentication, euicc } = world;
    const expected = await expecting();
    const others = [
      euicc.euiccCertificate,
      authentication.issuingCa.certificate.raw,
      authentication.encryption.certificate.raw,
    ];
    for (const raw of others)
      expect(refusal(() => verifyIdentityCertificate([raw], expected))).toBe('CERTIFICATE_MALFORMED');
    expect(refusal(() => verifyIdentityCertificate([], expected))).toBe('CERTIFICATE_MALFORMED');
  });

  test.each<[string, string, () => Partial<Issue> | Promise<Partial<Issue>>]>([
    ['expired', 'CERTIFICATE_EXPIRED', () => ({ notBefore: days(-10), notAfter: days(-1) })],
    ['not yet valid', 'CERTIFICATE_NOT_YET_VALID', () => ({ notBefore: days(1) })],
    ['for another EID', 'CERTIFICATE_EID_MISMATCH', async () => ({ eid: (await makeEuicc(world.eum)).eid })],
    [
      'over another key',
      'CERTIFICATE_KEY_MISMATCH',
      async () => ({ euiccPublicKey: (await makeEuicc(world.eum)).key.publicKey }),
    ],
  ])('one that is %s', async (_, code, change) => {
    const { raw } = await issue(await change());
    const expected = await expecting();
    expect(refusal(() => verifyIdentityCertificate([raw], expected))).toBe(code);
  });

  test('one that is revoked, also when the list is old, and any when the list is too old to tell', async () => {
    const good = await issue();
    const bad = await issue();
    const { serialNumber } = bad.certificate;
    const held = await statusList([{ serialNumber, revokedAt: now, reason: 'keyCompromise' }]);
    const judged = async (raw: Uint8Array, at: Date, change: Partial<IdentityExpectations['status']> = {}) => {
      const expected = await expecting({ at, status: { held, maximumAgeSeconds: 3600, ...change } });
      return refusal(() => verifyIdentityCertificate([raw], expected));
    };
    const hour = new Date(now.getTime() + 3_600_000);
    expect(await judged(good.raw, hour)).toBeUndefined();
    expect(await judged(bad.raw, hour)).toBe('CERTIFICATE_REVOKED');
    const later = new Date(hour.getTime() + 1000);
    expect(await judged(good.raw, later)).toBe('CERTIFICATE_STATUS_STALE');
    expect(await judged(bad.raw, later)).toBe('CERTIFICATE_REVOKED');
    expect(await judged(good.raw, days(8), { maximumAgeSeconds: 1e9 })).toBe('CERTIFICATE_STATUS_STALE');
    const none = await expecting({ status: { maximumAgeSeconds: 3600 } });
    expect(refusal(() => verifyIdentityCertificate([good.raw], none))).toBe('CERTIFICATE_STATUS_STALE');
    const otherIssuer = await statusList([], now, foreign);
    expect(await judged(good.raw, now, { held: otherIssuer })).toBe('CERTIFICATE_STATUS_STALE');
  });

  test('every certificate in which one octet is changed', async () => {
    const { raw } = await issue();
    const expected = await expecting();
    for (let at = 0; at < raw.length; at++) {
      const changed = Buffer.from(raw);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(refusal(() => verifyIdentityCertificate([changed], expected))).toMatch(/^CERTIFICATE_/);
    }
  });

  test('octets that are no certificate', async () => {
    const { raw } = await issue();
    const expected = await expecting();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (octets, alone) => {
        const received = alone ? [octets] : [raw, octets];
        expect(refusal(() => verifyIdentityCertificate(received, expected))).toBe('CERTIFICATE_MALFORMED');
      }),
    );
    const many = [raw, ...Array.from({ length: 4 }, () => raw)];
    expect(refusal(() => verifyIdentityCertificate(many, expected))).toBe('CERTIFICATE_MALFORMED');
  });
});

describe('the profile', () => {
  /** A certificate of the issuing CA with something other than the profile has it. */
  async function deviating(change: Partial<CertificateIssue> = {}, without?: string): Promise<Uint8Array> {
    const { certificate: good } = await issue();
    const own = [...good.extensions].filter(([id]) => id.startsWith(identityArc) && id !== without);
    const { certificate: issuer, key } = world.authentication.issuingCa;
    const { raw } = await issueCertificate({
      issuer,
      key,
      serialNumber: randomSerialNumber(randomBytes),
      notBefore: now,
      notAfter: days(1),
      subject: [{ type: 'serialNumber', value: world.euicc.eid }],
      subjectPublicKey: good.publicKey,
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: [identityOids.identityKeyPurpose],
      policies: [identityOids.identityPolicy],
      ...change,
      furtherExtensions: [
        ...own.map(([id, { value }]) => ({ id, critical: false, value })),
        ...(change.furtherExtensions ?? []),
      ],
    });
    return raw;
  }

  test('is met by a certificate made of the same parts, and not when one is missing or other', async () => {
    expect(parseIdentityCertificate(await deviating()).eid).toBe(world.euicc.eid);
    const changes: Partial<CertificateIssue>[] = [
      { policies: ['2.999.1'] },
      { extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] },
      { extendedKeyUsage: [identityOids.identityKeyPurpose, '1.3.6.1.5.5.7.3.2'] },
      { subject: [{ type: 'serialNumber', value: foreign.euicc.eid }] },
      { subject: [{ type: 'CN', value: 'nobody' }] },
    ];
    for (const change of changes) {
      const raw = await deviating(change);
      expect(refusal(() => parseIdentityCertificate(raw))).toBe('CERTIFICATE_MALFORMED');
    }
    const { eid, euiccKeyThumbprint, verification, attributeDigests } = identityOids;
    for (const id of [eid, euiccKeyThumbprint, verification, attributeDigests]) {
      const raw = await deviating({}, id);
      expect(refusal(() => parseIdentityCertificate(raw))).toBe('CERTIFICATE_MALFORMED');
    }
  });

  test('does not let a holder issue certificates, or go along with what nobody knows', async () => {
    const expected = await expecting();
    const verify = async (change?: Partial<CertificateIssue>) => {
      const raw = await deviating(change);
      return refusal(() => verifyIdentityCertificate([raw], expected));
    };
    expect(await verify()).toBeUndefined();
    expect(await verify({ basicConstraints: { ca: true } })).toBe('CERTIFICATE_FORGED');
    expect(await verify({ keyUsage: ['keyAgreement'] })).toBe('CERTIFICATE_FORGED');
    const unknown = { id: '2.999.1', critical: true, value: Uint8Array.of(0x05, 0x00) };
    expect(await verify({ furtherExtensions: [unknown] })).toBe('CERTIFICATE_FORGED');
  });

  test('keeps nonsense from being issued', async () => {
    const nonsense: Partial<Issue>[] = [
      { eid: '1234' },
      { assuranceLevel: 0 },
      { assuranceLevel: 5 },
      { method: 'Document' },
      { evidenceClass: '' },
      { attributes: [...attributes, ...attributes] },
      { attributes: [{ name: 'x', value: 'y', salt: randomBytes(15) }] },
      { serialNumber: '' },
    ];
    for (const change of nonsense) await expect(issue(change)).rejects.toThrow();
  });
});

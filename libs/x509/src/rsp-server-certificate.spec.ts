import { type Certificate, parseCertificate } from './certificate.ts';
import { CertificateError } from './certificate-error.ts';
import { roleOids } from './object-identifiers.ts';
import { checkSameServer, type ServerRole, verifyRspServerCertificate } from './rsp-server-certificate.ts';
import { type Change, issueCi, issueRspChain, issueServer, now, testKey, years } from './testing/issued-chain.ts';
import { describeWithVectors, vectorCertificate } from './testing/vectors.ts';
import { trustAnchors } from './trust-anchors.ts';

function refusal(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof CertificateError) return `${error.certificate} ${error.code}`;
    throw error;
  }
  return undefined;
}

describeWithVectors('the published server certificates', () => {
  const at = new Date('2026-11-22T00:00:00Z');

  test.each([
    ['NIST', 'auth', '', '2.999.10'],
    ['NIST', 'pb', '', '2.999.10'],
    ['BRP', 'auth', '', '2.999.10'],
    ['BRP', 'pb', '', '2.999.10'],
    ['NIST', 'auth', '2', '2.999.12'],
    ['NIST', 'pb', '2', '2.999.12'],
    ['BRP', 'auth', '2', '2.999.12'],
    ['BRP', 'pb', '2', '2.999.12'],
  ] as const)('%s DP%s%s verifies in its role only', (curve, kind, number, oid) => {
    const ci = parseCertificate(vectorCertificate(`CERT_CI_ECDSA_${curve}`));
    const received = vectorCertificate(`CERT_S_SM_DP${number}${kind}_ECDSA_${curve}`);
    const role: ServerRole = `DP${kind}`;
    expect(verifyRspServerCertificate(received, role, ci, at)).toMatchObject({ role, oid });
    const other: ServerRole = kind === 'pb' ? 'DPauth' : 'DPpb';
    expect(refusal(() => verifyRspServerCertificate(received, other, ci, at))).toBe(`${other} WRONG_ROLE`);
    const otherCi = parseCertificate(vectorCertificate(`CERT_CI_ECDSA_${curve === 'BRP' ? 'NIST' : 'BRP'}`));
    expect(refusal(() => verifyRspServerCertificate(received, role, otherCi, at))).toBe(`${role} UNKNOWN_ISSUER`);
  });

  test.each([
    ['CERT_S_SM_DP_TLS_NIST', 'NIST'],
    ['CERT_S_SM_DP_TLS_BRP', 'BRP'],
    ['CERT_S_SM_DP2_TLS', 'NIST'],
  ])('%s was good until August 2026 and is expired since', (name, curve) => {
    const ci = parseCertificate(vectorCertificate(`CERT_CI_ECDSA_${curve}`));
    const received = vectorCertificate(name);
    const before = new Date('2026-08-01T00:00:00Z');
    expect(verifyRspServerCertificate(received, 'DPtls', ci, before).oid).toMatch(/^2\.999\.1[02]$/);
    expect(refusal(() => verifyRspServerCertificate(received, 'DPtls', ci, at))).toBe('DPtls EXPIRED');
  });

  test('test CIs are trusted only where that is configured', () => {
    const cis = ['CERT_CI_ECDSA_NIST', 'CERT_CI_ECDSA_BRP', 'CERT_CI_2017_ECDSA_NIST'].map((name) =>
      parseCertificate(vectorCertificate(name)),
    );
    for (const ci of cis) expect(refusal(() => trustAnchors([ci]))).toBe('CI TEST_CI');
    expect(trustAnchors(cis, { acceptTestCis: true })).toEqual(cis);
  });
});

describe('verifyRspServerCertificate', () => {
  const roles: ServerRole[] = ['DPtls', 'DPauth', 'DPpb', 'DStls', 'DSauth'];

  test.each(roles)('accepts a %s issued by the CI and tells its OID', async (role) => {
    const { ci, keys } = await issueRspChain();
    const { raw } = await issueServer(role, testKey(), { certificate: ci, key: keys.ci });
    expect(verifyRspServerCertificate(raw, role, ci, now)).toMatchObject({ role, oid: '2.999.21' });
    for (const other of roles.filter((name) => name !== role))
      expect(refusal(() => verifyRspServerCertificate(raw, other, ci, now))).toBe(`${other} WRONG_ROLE`);
  });

  test.each<[string, ServerRole, Change, string]>([
    ['expired', 'DPauth', { notAfter: years(-0.1) }, 'DPauth EXPIRED'],
    ['not yet valid', 'DPauth', { notBefore: years(1) }, 'DPauth NOT_YET_VALID'],
    ['signed by a stranger', 'DPauth', { key: testKey() }, 'DPauth BAD_SIGNATURE'],
    ['on another curve', 'DPpb', { subjectPublicKey: testKey('brainpoolP256r1').publicKey }, 'DPpb CURVE_MISMATCH'],
    ['not for signing', 'DPpb', { keyUsage: ['keyAgreement'] }, 'DPpb WRONG_KEY_USAGE'],
    ['for issuing', 'DPpb', { keyUsage: ['digitalSignature', 'keyCertSign'] }, 'DPpb WRONG_KEY_USAGE'],
    ['of a CA', 'DPauth', { basicConstraints: { ca: true } }, 'DPauth WRONG_CA_FLAG'],
    ['without OID', 'DPauth', { subjectAltName: { dnsNames: ['a.example'] } }, 'DPauth MISSING_NAME'],
    ['with two OIDs', 'DPauth', { subjectAltName: { registeredIds: ['2.999.1', '2.999.2'] } }, 'DPauth MISSING_NAME'],
    ['for TLS without host name', 'DPtls', { subjectAltName: { registeredIds: ['2.999.1'] } }, 'DPtls MISSING_NAME'],
    ['for TLS clients only', 'DStls', { extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] }, 'DStls WRONG_KEY_USAGE'],
    [
      'with an unknown critical extension',
      'DSauth',
      { furtherExtensions: [{ id: '2.999.9', critical: true, value: Uint8Array.of(5, 0) }] },
      'DSauth UNKNOWN_CRITICAL_EXTENSION',
    ],
  ])('refuses one that is %s', async (_, role, change, expected) => {
    const { ci, keys } = await issueRspChain();
    const { raw } = await issueServer(role, testKey(), { certificate: ci, key: keys.ci }, change);
    expect(refusal(() => verifyRspServerCertificate(raw, role, ci, now))).toBe(expected);
  });

  test('looks at the issuer first, then at dates, then at the role', async () => {
    const { ci, keys } = await issueRspChain();
    const issuer = { certificate: ci, key: keys.ci };
    const wrong = { notAfter: years(-0.1), policies: [roleOids.DPpb] };
    const all = await issueServer('DPauth', testKey(), issuer, { ...wrong, key: testKey() });
    const dates = await issueServer('DPauth', testKey(), issuer, wrong);
    const role = await issueServer('DPauth', testKey(), issuer, { policies: [roleOids.DPpb] });
    const refused = [all, dates, role].map(({ raw }) =>
      refusal(() => verifyRspServerCertificate(raw, 'DPauth', ci, now)),
    );
    expect(refused).toEqual(['DPauth BAD_SIGNATURE', 'DPauth EXPIRED', 'DPauth WRONG_ROLE']);
  });

  test('refuses one that its CI has revoked', async () => {
    const { ci, keys } = await issueRspChain();
    const { raw } = await issueServer('DPauth', testKey(), { certificate: ci, key: keys.ci });
    const isRevoked = (_: Certificate, issuer: Certificate) => issuer === ci;
    expect(refusal(() => verifyRspServerCertificate(raw, 'DPauth', ci, now, { isRevoked }))).toBe('DPauth REVOKED');
  });

  test('refuses a pair that is not of one server', async () => {
    const { ci, keys } = await issueRspChain();
    const issuer = { certificate: ci, key: keys.ci };
    const verified = async (role: ServerRole, oid: string) =>
      verifyRspServerCertificate(
        (await issueServer(role, testKey(), issuer, { subjectAltName: { registeredIds: [oid] } })).raw,
        role,
        ci,
        now,
      );
    const auth = await verified('DPauth', '2.999.21');
    expect(refusal(() => checkSameServer(auth, auth))).toBeUndefined();
    const other = await verified('DPpb', '2.999.22');
    expect(refusal(() => checkSameServer(auth, other))).toBe('DPpb OID_MISMATCH');
  });
});

describe('trustAnchors', () => {
  test.each<[string, Change, string | undefined]>([
    ['a proper CI', {}, undefined],
    ['one without the role', { policies: [roleOids.EUM] }, 'CI WRONG_ROLE'],
    ['one that is no CA', { basicConstraints: { ca: false } }, 'CI WRONG_CA_FLAG'],
    ['one that may not issue', { keyUsage: ['cRLSign'] }, 'CI WRONG_KEY_USAGE'],
    [
      'one with an unknown critical extension',
      { furtherExtensions: [{ id: '2.999.9', critical: true, value: Uint8Array.of(5, 0) }] },
      'CI UNKNOWN_CRITICAL_EXTENSION',
    ],
    ['one signed by another key', { key: testKey() }, 'CI BAD_SIGNATURE'],
  ])('judges %s', async (_, change, expected) => {
    const ci: Certificate = await issueCi(testKey(), change);
    expect(refusal(() => trustAnchors([ci]))).toBe(expected);
  });
});

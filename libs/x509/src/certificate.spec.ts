import 'reflect-metadata';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import * as peculiar from '@peculiar/x509';
import fc from 'fast-check';
import { certificatePem, isSignedBy, parseCertificate, parseCertificatePem } from './certificate.ts';
import { CertificateError } from './certificate-error.ts';
import { attributeValues, type DistinguishedName, sameName } from './distinguished-name.ts';
import { saysTheSame } from './issue-certificate.ts';
import { issue, issueCi, issueEum, issueRspChain, issueServer, now, testKey, years } from './testing/issued-chain.ts';
import { describeWithVectors, vectorCertificate } from './testing/vectors.ts';

const names = [
  'CERT_CI_ECDSA_NIST',
  'CERT_CI_ECDSA_BRP',
  'CERT_CI_2017_ECDSA_NIST',
  'CERT_EUM_ECDSA_NIST',
  'CERT_EUM_2017_ECDSA_NIST',
  'CERT_EUICC_ECDSA_NIST',
  'CERT_EUICC_2017_ECDSA_NIST',
  'CERT_S_SM_DPauth_ECDSA_NIST',
  'CERT_S_SM_DPauth_ECDSA_BRP',
  'CERT_S_SM_DPpb_ECDSA_NIST',
  'CERT_S_SM_DPpb_ECDSA_BRP',
  'CERT_S_SM_DP2auth_ECDSA_NIST',
  'CERT_S_SM_DP2auth_ECDSA_BRP',
  'CERT_S_SM_DP2pb_ECDSA_NIST',
  'CERT_S_SM_DP2pb_ECDSA_BRP',
  'CERT_S_SM_DP_TLS_NIST',
  'CERT_S_SM_DP_TLS_BRP',
  'CERT_S_SM_DP2_TLS',
];

const nameText = ({ attributes }: DistinguishedName): string =>
  attributes.map(({ type, value }) => `${type}=${value}`).join(', ');

/** That two independent readers see in a certificate what parseCertificate sees. */
function compareWithOthers(der: Uint8Array): void {
  const ours = parseCertificate(der);
  const node = new X509Certificate(der);
  expect(ours.serialNumber).toBe(node.serialNumber);
  expect(ours.notBefore).toEqual(new Date(node.validFrom));
  expect(ours.notAfter).toEqual(new Date(node.validTo));
  expect(ours.publicKey.equals(node.publicKey)).toBe(true);
  expect(ours.basicConstraints?.ca ?? false).toBe(node.ca);
  expect(ours.raw).toEqual(new Uint8Array(node.raw));

  const other = new peculiar.X509Certificate(der);
  expect(Buffer.from(ours.serialNumber, 'hex')).toEqual(
    Buffer.from(other.serialNumber.replace(/^00(?=[89a-f])/, ''), 'hex'),
  );
  const extension = <T extends peculiar.Extension>(type: new (raw: ArrayBuffer) => T) => other.getExtension(type);
  expect(Buffer.from(ours.subjectKeyIdentifier ?? []).toString('hex')).toBe(
    extension(peculiar.SubjectKeyIdentifierExtension)?.keyId ?? '',
  );
  expect(Buffer.from(ours.authorityKeyIdentifier ?? []).toString('hex')).toBe(
    extension(peculiar.AuthorityKeyIdentifierExtension)?.keyId ?? '',
  );
  expect(ours.policies).toEqual(extension(peculiar.CertificatePolicyExtension)?.policies ?? []);
  expect(ours.basicConstraints?.pathLength).toBe(extension(peculiar.BasicConstraintsExtension)?.pathLength);
  expect(ours.extendedKeyUsage ?? []).toEqual(extension(peculiar.ExtendedKeyUsageExtension)?.usages ?? []);
  expect(ours.subjectAltName?.dnsNames ?? []).toEqual(alternativeNames(other, 'dns'));
  expect(ours.subjectAltName?.registeredIds ?? []).toEqual(alternativeNames(other, 'id'));
  const usages = extension(peculiar.KeyUsagesExtension)?.usages ?? 0;
  expect(ours.keyUsage?.has('digitalSignature') ?? false).toBe(
    (usages & peculiar.KeyUsageFlags.digitalSignature) !== 0,
  );
  expect(ours.keyUsage?.has('keyCertSign') ?? false).toBe((usages & peculiar.KeyUsageFlags.keyCertSign) !== 0);
  expect(ours.keyUsage?.has('cRLSign') ?? false).toBe((usages & peculiar.KeyUsageFlags.cRLSign) !== 0);
  expect([...ours.extensions.keys()]).toEqual(other.extensions.map(({ type }) => type));
}

function alternativeNames(certificate: peculiar.X509Certificate, type: string): string[] {
  const { items = [] } = certificate.getExtension(peculiar.SubjectAlternativeNameExtension)?.names ?? {};
  return items.filter((name) => name.type === type).map(({ value }) => value);
}

describeWithVectors('the published SGP.26 certificates', () => {
  test.each(names)('%s reads the same as with node:crypto and @peculiar/x509', (name) => {
    compareWithOthers(vectorCertificate(name));
  });

  test('the CI keeps its public identifiers', () => {
    const ci = parseCertificate(vectorCertificate('CERT_CI_ECDSA_NIST'));
    expect(
      Buffer.from(ci.subjectKeyIdentifier ?? [])
        .toString('hex')
        .toUpperCase(),
    ).toBe('F54172BDF98A95D65CBEB88A38A1C11D800A85C3');
    expect(nameText(ci.subject)).toBe('CN=Test CI, OU=TESTCERT, O=RSPTEST, C=IT');
    expect(ci.crlDistributionPoints).toEqual([
      'http://ci.test.example.com/CRL-A.crl',
      'http://ci.test.example.com/CRL-B.crl',
    ]);
    expect(isSignedBy(ci, ci.publicKey)).toBe(true);
  });

  test('the limits of the EUM are read as names', () => {
    const eum = parseCertificate(vectorCertificate('CERT_EUM_ECDSA_NIST'));
    expect(eum.permittedDirectoryNames?.map(nameText)).toEqual(['O=RSP Test EUM, serialNumber=89049032']);
    expect(eum.unrecognisedCritical).toEqual([]);
  });

  test('octets after a certificate, and a certificate cut short, are refused', () => {
    const der = vectorCertificate('CERT_EUICC_ECDSA_NIST');
    expect(() => parseCertificate(Buffer.concat([der, Uint8Array.of(0)]))).toThrow(CertificateError);
    for (let length = 0; length < der.length; length++)
      expect(() => parseCertificate(der.subarray(0, length))).toThrow(CertificateError);
  });

  test('mutated certificates are read or refused with a CertificateError, and never hold their signature', () => {
    const originals = ['CERT_EUM_ECDSA_NIST', 'CERT_S_SM_DP_TLS_BRP'].map(vectorCertificate);
    const issuers = ['CERT_CI_ECDSA_NIST', 'CERT_CI_ECDSA_BRP'].map((name) =>
      parseCertificate(vectorCertificate(name)),
    );
    const mutation = fc.record({
      which: fc.nat(1),
      at: fc.nat(2000),
      value: fc.nat(255),
      cut: fc.nat(3),
      add: fc.uint8Array({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(mutation, ({ which, at, value, cut, add }) => {
        const der = originals[which] ?? Uint8Array.of();
        const place = at % der.length;
        const mutated = Buffer.concat([
          der.subarray(0, place),
          Uint8Array.of(value),
          add,
          der.subarray(place + 1 + cut),
        ]);
        if (Buffer.compare(mutated, der) === 0) return;
        try {
          const { publicKey } = issuers[which] ?? {};
          if (publicKey !== undefined) expect(isSignedBy(parseCertificate(mutated), publicKey)).toBe(false);
        } catch (error) {
          if (!(error instanceof CertificateError)) throw error;
        }
      }),
      { numRuns: 1500 },
    );
  });
});

describe('issueCertificate', () => {
  test.each(['P-256', 'brainpoolP256r1'] as const)('issues what others read the same, on %s', async (curve) => {
    const { keys, ci, eum, euicc } = await issueRspChain({ curve });
    const server = await issueServer('DPtls', testKey(curve), { certificate: ci, key: keys.ci });
    for (const { raw } of [ci, eum, euicc, server]) compareWithOthers(raw);
    expect(new X509Certificate(server.raw).checkIssued(new X509Certificate(ci.raw))).toBe(true);
    expect(new X509Certificate(server.raw).verify(ci.publicKey)).toBe(true);
    expect(new X509Certificate(server.raw).checkHost('rsp.aozora.example')).toBe('rsp.aozora.example');
  });

  test('writes all kinds of names and reads them back', async () => {
    const key = testKey();
    const subject = [
      { type: 'C', value: 'JP' },
      { type: 'ST', value: '東京都' },
      { type: 'CN', value: 'ü & ö' },
      { type: '2.25.329800735698586629295641978511506172918', value: 'huge arc' },
    ];
    const subjectAltName = {
      dnsNames: ['localhost'],
      uris: ['spiffe://tegata.example/relay'],
      ipAddresses: ['127.0.0.1', '0000:0000:0000:0000:0000:0000:0000:0001'],
      registeredIds: ['2.25.329800735698586629295641978511506172918'],
    };
    const certificate = await issue({ subject, subjectPublicKey: key.publicKey, key, subjectAltName });
    expect(certificate.subject.attributes.map(({ type, value }) => ({ type, value }))).toEqual(subject);
    expect(certificate.subjectAltName).toEqual(subjectAltName);
    expect(new X509Certificate(certificate.raw).subjectAltName).toContain('IP Address:127.0.0.1');
  });

  test('writes dates from 2050 on as GeneralizedTime', async () => {
    const key = testKey();
    const certificate = await issueCi(key, { notBefore: new Date('2049-12-31T23:59:59Z'), notAfter: years(60) });
    expect(certificate.notBefore).toEqual(new Date('2049-12-31T23:59:59Z'));
    expect(certificate.notAfter).toEqual(years(60));
    compareWithOthers(certificate.raw);
  });

  test('refuses to issue what it would not read', async () => {
    const key = testKey();
    await expect(issueCi(key, { serialNumber: Uint8Array.of(0) })).rejects.toThrow(CertificateError);
    await expect(issueCi(key, { serialNumber: new Uint8Array(21).fill(1) })).rejects.toThrow(CertificateError);
    await expect(issueCi(key, { subjectAltName: { dnsNames: ['a\0b'] } })).rejects.toThrow(RangeError);
  });

  test('tells whether an existing certificate still says what is wanted', async () => {
    const key = testKey();
    const contents = {
      subject: [{ type: 'CN', value: 'relay' }],
      subjectPublicKey: key.publicKey,
      keyUsage: ['digitalSignature'] as const,
      subjectAltName: { dnsNames: ['relay.tegata.example'] },
    };
    const { ci, keys } = await issueRspChain();
    const certificate = await issue({ ...contents, issuer: ci, key: keys.ci });
    expect(saysTheSame(certificate, contents, ci)).toBe(true);
    expect(saysTheSame(certificate, { ...contents, subjectAltName: { dnsNames: ['other.example'] } }, ci)).toBe(false);
    expect(saysTheSame(certificate, { ...contents, subjectPublicKey: ci.publicKey }, ci)).toBe(false);
    expect(saysTheSame(certificate, contents)).toBe(false);
  });
});

describe('parseCertificate is strict', () => {
  test.each([
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['Ed25519', () => generateKeyPairSync('ed25519')],
    [
      'P-256 with its parameters spelt out',
      () => generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }),
    ],
  ])('a key on %s is refused as such', async (_, generate) => {
    const unsupported = issue({
      subject: [{ type: 'CN', value: 'x' }],
      subjectPublicKey: generate().publicKey,
      key: testKey(),
    });
    await expect(unsupported).rejects.toMatchObject({ code: 'UNSUPPORTED_CURVE' });
  });

  test('lengths in the long form, an extension there twice and a default spelt out are refused', async () => {
    const { eum, keys, ci } = await issueRspChain();
    const raw = Buffer.from(eum.raw);
    // 30 82 hh ll -> 30 83 00 hh ll
    const longer = Buffer.concat([Uint8Array.of(0x30, 0x83, 0x00), raw.subarray(2)]);
    expect(() => parseCertificate(longer)).toThrow('not DER');
    const twice = { id: '2.5.29.14', critical: false, value: Uint8Array.of(0x04, 0x01, 0x01) };
    await expect(issueEum(keys.eum, { certificate: ci, key: keys.ci }, { furtherExtensions: [twice] })).rejects.toThrow(
      'twice',
    );
    const spelt = raw.indexOf(Buffer.from('0603551d0f0101ff', 'hex'));
    raw[spelt + 7] = 0x00;
    expect(() => parseCertificate(raw)).toThrow('default');
  });

  test('a point off the curve is refused, not imported', async () => {
    const { euicc } = await issueRspChain();
    const raw = Buffer.from(euicc.raw);
    const point = raw.indexOf(Buffer.from('03420004', 'hex'));
    raw[point + 67] = (raw[point + 67] ?? 0) ^ 1;
    expect(() => parseCertificate(raw)).toThrow('not on its curve');
  });

  test('later changes to the octets given do not change the certificate', async () => {
    const { euicc } = await issueRspChain();
    const raw = Buffer.from(euicc.raw);
    const certificate = parseCertificate(raw);
    raw.fill(0);
    expect(certificate.raw).toEqual(euicc.raw);
    expect(attributeValues(certificate.subject, 'O')).toEqual(['Aki EUM']);
  });
});

describe('PEM', () => {
  test('a chain goes through PEM unchanged, also with text and other blocks around', async () => {
    const { ci, eum } = await issueRspChain();
    const text = `# chain\n${certificatePem(eum)}\n-----BEGIN NOTE-----\nAAAA\n-----END NOTE-----\n${certificatePem(ci.raw)}`;
    expect(parseCertificatePem(text).map(({ raw }) => raw)).toEqual([eum.raw, ci.raw]);
    expect(new X509Certificate(certificatePem(ci)).serialNumber).toBe(ci.serialNumber);
    expect(() => parseCertificatePem('no certificate here')).toThrow(CertificateError);
  });
});

describe('names', () => {
  test('are the same whatever the letter case, spaces and string kind, and not otherwise', async () => {
    const key = testKey();
    const named = async (value: string, type = 'O') =>
      (await issue({ subject: [{ type, value }], subjectPublicKey: key.publicKey, key, notBefore: now })).subject;
    expect(sameName(await named('Aozora  Mobile'), await named('AOZORA mobile '))).toBe(true);
    expect(sameName(await named('Aozora'), await named('Aozora', 'CN'))).toBe(false);
    expect(sameName(await named('Aozora'), await named('Minato'))).toBe(false);
  });
});

import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { type Certificate, parseCertificate } from './certificate.ts';
import { CertificateCache } from './certificate-cache.ts';
import { CertificateError } from './certificate-error.ts';
import { eidWithCheckDigits } from './eid.ts';
import { sgp22StatusCode, verifyEuiccChain } from './euicc-certificate-chain.ts';
import { roleOids } from './object-identifiers.ts';
import {
  type Change,
  eid,
  euiccSubject,
  eumOrganisation,
  iin,
  issueEuicc,
  issueEum,
  issueRspChain,
  now,
  signerOf,
  testKey,
  years,
} from './testing/issued-chain.ts';
import { describeWithVectors, vectorCertificate, vectorKey } from './testing/vectors.ts';

type Chain = { readonly ci: Certificate; readonly eum: Certificate; readonly euicc: Certificate };

function verifyChain({ ci, eum, euicc }: Chain, at = now, cis: readonly Certificate[] = [ci]) {
  return verifyEuiccChain({ euicc: euicc.raw, eum: eum.raw, cis, at });
}

/** What a chain is refused for, and what SGP.22 answers to it. */
function refusal(work: () => unknown): { certificate: string; code: string; status: string } | undefined {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    const { subjectCode, reasonCode } = sgp22StatusCode(error);
    return { certificate: error.certificate, code: error.code, status: `${subjectCode}/${reasonCode}` };
  }
  return undefined;
}

describeWithVectors('verifyEuiccChain on the published certificates', () => {
  const chain = (suffix: string): Chain => ({
    ci: parseCertificate(vectorCertificate(`CERT_CI_${suffix}`)),
    eum: parseCertificate(vectorCertificate(`CERT_EUM_${suffix}`)),
    euicc: parseCertificate(vectorCertificate(`CERT_EUICC_${suffix}`)),
  });

  test.each(['ECDSA_NIST', '2017_ECDSA_NIST'])('%s leads to the CI and tells the EID', (suffix) => {
    expect(verifyChain(chain(suffix)).eid).toBe('89049032123451234512345678901235');
  });

  test('chains of two names of one CI key are kept apart', () => {
    const first = chain('ECDSA_NIST');
    const second = chain('2017_ECDSA_NIST');
    expect(verifyChain(first, now, [second.ci, first.ci]).ci).toBe(first.ci);
    expect(refusal(() => verifyChain(first, now, [second.ci]))).toEqual({
      certificate: 'EUM',
      code: 'ISSUER_NAME_MISMATCH',
      status: '8.1.2/6.1',
    });
    expect(refusal(() => verifyChain({ ...first, euicc: second.euicc }))?.code).toBe('ISSUER_NAME_MISMATCH');
  });

  test('a certificate issued under the published CI key verifies as well', async () => {
    const privateKey = createPrivateKey(vectorKey('SK_CI_ECDSA_NIST'));
    const key = signerOf({ privateKey, publicKey: createPublicKey(privateKey) });
    const { ci } = chain('ECDSA_NIST');
    const keys = { eum: testKey(), euicc: testKey() };
    const eum = await issueEum(keys.eum, { certificate: ci, key });
    const euicc = await issueEuicc(keys.euicc, { certificate: eum, key: keys.eum });
    expect(verifyChain({ ci, eum, euicc }).eid).toBe(eid);
  });
});

describe('verifyEuiccChain accepts', () => {
  test.each(['P-256', 'brainpoolP256r1'] as const)('a chain on %s', async (curve) => {
    const chain = await issueRspChain({ curve });
    const verified = verifyChain(chain);
    expect(verified).toMatchObject({ eid, ci: chain.ci });
    expect(verified.euicc.publicKey.equals(chain.keys.euicc.publicKey)).toBe(true);
  });

  test('an EUM limited by the extension of SGP.22 v3', async () => {
    const limitedTo = (ein: string): Change => {
      const value = Buffer.concat([Uint8Array.of(0x30, 0x0a, 0x13, 0x08), Buffer.from(ein)]);
      const furtherExtensions = [{ id: '2.23.146.1.2.2.0', critical: true, value }];
      return { without: ['permittedDirectoryNames'], furtherExtensions };
    };
    expect(verifyChain(await issueRspChain({ eum: limitedTo(iin) })).eid).toBe(eid);
    const foreign = await issueRspChain({ eum: limitedTo('89049033') });
    expect(refusal(() => verifyChain(foreign))?.code).toBe('EID_OUT_OF_RANGE');
  });

  test('an EUM limited to several issuer numbers', async () => {
    const permittedDirectoryNames = ['89000000', iin].map((serialNumber) => [
      { type: 'O', value: eumOrganisation },
      { type: 'serialNumber', value: serialNumber },
    ]);
    expect(verifyChain(await issueRspChain({ eum: { permittedDirectoryNames } })).eid).toBe(eid);
  });

  test('first and last second of every validity', async () => {
    const chain = await issueRspChain({ eum: { notAfter: years(1) }, euicc: { notBefore: now } });
    expect(verifyChain(chain, now).eid).toBe(eid);
    expect(verifyChain(chain, years(1)).eid).toBe(eid);
    expect(refusal(() => verifyChain(chain, new Date(now.getTime() - 1)))?.code).toBe('NOT_YET_VALID');
    expect(refusal(() => verifyChain(chain, new Date(years(1).getTime() + 1)))?.code).toBe('EXPIRED');
  });
});

describe('verifyEuiccChain refuses', () => {
  const subtreeOf = (organisation: string, serialNumber: string) => ({
    permittedDirectoryNames: [
      [
        { type: 'O', value: organisation },
        { type: 'serialNumber', value: serialNumber },
      ],
    ],
  });

  test.each<[string, { ci?: Change; eum?: Change; euicc?: Change }, string, string, string]>([
    ['an expired EUM', { eum: { notAfter: years(-0.5) } }, 'EUM', 'EXPIRED', '8.1.2/6.3'],
    ['an EUM not yet valid', { eum: { notBefore: years(1) } }, 'EUM', 'NOT_YET_VALID', '8.1.2/6.1'],
    ['an expired eUICC', { euicc: { notAfter: years(-0.5) } }, 'eUICC', 'EXPIRED', '8.1.3/6.3'],
    ['an eUICC not yet valid', { euicc: { notBefore: years(1) } }, 'eUICC', 'NOT_YET_VALID', '8.1.3/6.1'],
    ['an expired CI', { ci: { notAfter: years(-0.5) } }, 'CI', 'EXPIRED', '8.11.1/3.9'],
    ['an EUM with the role of a DPauth', { eum: { policies: [roleOids.DPauth] } }, 'EUM', 'WRONG_ROLE', '8.1.2/6.1'],
    ['an EUM without role', { eum: { policies: ['2.5.29.32.0'] } }, 'EUM', 'WRONG_ROLE', '8.1.2/6.1'],
    ['an eUICC with the role of an EUM', { euicc: { policies: [roleOids.EUM] } }, 'eUICC', 'WRONG_ROLE', '8.1.3/6.1'],
    ['an EUM that may not issue', { eum: { keyUsage: ['digitalSignature'] } }, 'EUM', 'WRONG_KEY_USAGE', '8.1.2/6.1'],
    ['an EUM that is no CA', { eum: { basicConstraints: { ca: false } } }, 'EUM', 'WRONG_CA_FLAG', '8.1.2/6.1'],
    ['an EUM without path length', { eum: { basicConstraints: { ca: true } } }, 'EUM', 'PATH_LENGTH', '8.1.2/6.1'],
    [
      'an EUM with path length 1',
      { eum: { basicConstraints: { ca: true, pathLength: 1 } } },
      'EUM',
      'PATH_LENGTH',
      '8.1.2/6.1',
    ],
    [
      'an EUM under a CI of path length 0',
      { ci: { basicConstraints: { ca: true, pathLength: 0 } } },
      'CI',
      'PATH_LENGTH',
      '8.11.1/3.9',
    ],
    ['a CI that may not issue', { ci: { keyUsage: ['cRLSign'] } }, 'CI', 'WRONG_KEY_USAGE', '8.11.1/3.9'],
    ['an eUICC that may not sign', { euicc: { keyUsage: ['keyAgreement'] } }, 'eUICC', 'WRONG_KEY_USAGE', '8.1.3/6.1'],
    [
      'an eUICC that may issue',
      { euicc: { keyUsage: ['digitalSignature', 'keyCertSign'] } },
      'eUICC',
      'WRONG_KEY_USAGE',
      '8.1.3/6.1',
    ],
    ['an eUICC that is a CA', { euicc: { basicConstraints: { ca: true } } }, 'eUICC', 'WRONG_CA_FLAG', '8.1.3/6.1'],
    [
      'an EID outside the issuer number',
      { euicc: { subject: euiccSubject(eidWithCheckDigits(`89049033${'0'.repeat(22)}`)) } },
      'eUICC',
      'EID_OUT_OF_RANGE',
      '8.1.3/6.1',
    ],
    [
      'an EID that only contains the issuer number',
      { euicc: { subject: euiccSubject(eidWithCheckDigits(`88${iin}${'0'.repeat(20)}`)) } },
      'eUICC',
      'EID_OUT_OF_RANGE',
      '8.1.3/6.1',
    ],
    [
      'an EID with wrong check digits',
      { euicc: { subject: euiccSubject(`${eid.slice(0, 30)}00`) } },
      'eUICC',
      'EID_MALFORMED',
      '8.1.3/6.1',
    ],
    [
      'an EID of 31 digits',
      { euicc: { subject: euiccSubject(eid.slice(0, 31)) } },
      'eUICC',
      'EID_MALFORMED',
      '8.1.3/6.1',
    ],
    ['no EID', { euicc: { subject: [{ type: 'O', value: eumOrganisation }] } }, 'eUICC', 'EID_MALFORMED', '8.1.3/6.1'],
    [
      'two EIDs',
      { euicc: { subject: [...euiccSubject(eid), { type: 'serialNumber', value: eid }] } },
      'eUICC',
      'EID_MALFORMED',
      '8.1.3/6.1',
    ],
    [
      'another organisation',
      { euicc: { subject: euiccSubject(eid, 'Other EUM') } },
      'eUICC',
      'ORGANISATION_MISMATCH',
      '8.1.3/6.1',
    ],
    [
      'no organisation',
      { euicc: { subject: [{ type: 'serialNumber', value: eid }] } },
      'eUICC',
      'ORGANISATION_MISMATCH',
      '8.1.3/6.1',
    ],
    [
      'an EUM limited to another organisation',
      { eum: subtreeOf('Other EUM', iin) },
      'eUICC',
      'ORGANISATION_MISMATCH',
      '8.1.3/6.1',
    ],
    [
      'an EUM limited to another issuer number',
      { eum: subtreeOf(eumOrganisation, '89049031') },
      'eUICC',
      'EID_OUT_OF_RANGE',
      '8.1.3/6.1',
    ],
    [
      'a critical extension nobody knows',
      { euicc: { furtherExtensions: [{ id: '2.999.7', critical: true, value: Uint8Array.of(5, 0) }] } },
      'eUICC',
      'UNKNOWN_CRITICAL_EXTENSION',
      '8.1.3/6.1',
    ],
    [
      'an EUM with a critical extension nobody knows',
      { eum: { furtherExtensions: [{ id: '2.999.7', critical: true, value: Uint8Array.of(5, 0) }] } },
      'EUM',
      'UNKNOWN_CRITICAL_EXTENSION',
      '8.1.2/6.1',
    ],
  ])('%s', async (_, changes, certificate, code, status) => {
    const chain = await issueRspChain(changes);
    expect(refusal(() => verifyChain(chain))).toEqual({ certificate, code, status });
  });

  test('an EUM that is limited to nothing', async () => {
    const chain = await issueRspChain({ eum: { without: ['permittedDirectoryNames'] } });
    expect(refusal(() => verifyChain(chain))?.code).toBe('ORGANISATION_MISMATCH');
  });

  test('a CI that is not trusted', async () => {
    const chain = await issueRspChain();
    const other = await issueRspChain();
    expect(refusal(() => verifyChain(chain, now, [other.ci]))).toEqual({
      certificate: 'EUM',
      code: 'UNKNOWN_ISSUER',
      status: '8.11.1/3.9',
    });
    expect(refusal(() => verifyChain(chain, now, []))?.status).toBe('8.11.1/3.9');
  });

  test('an EUM or eUICC signed with a key that only claims to be its issuer', async () => {
    const { ci, eum, keys } = await issueRspChain();
    const forger = testKey();
    const forgedEum = await issueEum(keys.eum, { certificate: ci, key: forger });
    const underForged = await issueEuicc(testKey(), { certificate: forgedEum, key: keys.eum });
    expect(refusal(() => verifyChain({ ci, eum: forgedEum, euicc: underForged }))).toEqual({
      certificate: 'EUM',
      code: 'BAD_SIGNATURE',
      status: '8.1.2/6.1',
    });
    const forgedEuicc = await issueEuicc(testKey(), { certificate: eum, key: forger });
    expect(refusal(() => verifyChain({ ci, eum, euicc: forgedEuicc }))).toEqual({
      certificate: 'eUICC',
      code: 'BAD_SIGNATURE',
      status: '8.1.3/6.1',
    });
  });

  test('an eUICC that issues certificates to others', async () => {
    const chain = await issueRspChain();
    const euicc = await issueEuicc(testKey(), { certificate: chain.euicc, key: chain.keys.euicc });
    const asEum = { ci: chain.ci, eum: chain.euicc, euicc };
    expect(refusal(() => verifyChain(asEum))?.status).toBe('8.11.1/3.9');
    // Nor with the CI out of the way: the role and the CA flag are missing.
    const fooled = await issueEum(
      chain.keys.eum,
      { certificate: chain.ci, key: chain.keys.ci },
      { policies: [roleOids.eUICC] },
    );
    expect(refusal(() => verifyChain({ ...asEum, eum: fooled }))?.code).toBe('WRONG_ROLE');
  });

  test('a chain with a link on another curve', async () => {
    const { ci, eum, keys } = await issueRspChain();
    const brainpool = testKey('brainpoolP256r1');
    const otherEum = await issueEum(brainpool, { certificate: ci, key: keys.ci });
    const underOther = await issueEuicc(brainpool, { certificate: otherEum, key: brainpool });
    expect(refusal(() => verifyChain({ ci, eum: otherEum, euicc: underOther }))?.code).toBe('CURVE_MISMATCH');
    const euicc = await issueEuicc(brainpool, { certificate: eum, key: keys.eum });
    expect(refusal(() => verifyChain({ ci, eum, euicc }))).toMatchObject({
      certificate: 'eUICC',
      code: 'CURVE_MISMATCH',
    });
  });

  test('octets that are no certificate, with a code and never another error', async () => {
    const chain = await issueRspChain();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (octets, first) => {
        const { ci: cis, eum, euicc } = { ci: [chain.ci], eum: chain.eum.raw, euicc: chain.euicc.raw };
        const received = first ? { eum: octets, euicc } : { eum, euicc: octets };
        expect(refusal(() => verifyEuiccChain({ ...received, cis, at: now }))?.code).toBe('MALFORMED');
      }),
      { numRuns: 100 },
    );
  });

  test('any octet changed in either certificate', async () => {
    const chain = await issueRspChain();
    for (const [which, raw] of [
      ['eum', chain.eum.raw],
      ['euicc', chain.euicc.raw],
    ] as const) {
      for (let at = 0; at < raw.length; at++) {
        const changed = Buffer.from(raw);
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        const received = { eum: chain.eum.raw, euicc: chain.euicc.raw, [which]: changed };
        expect(refusal(() => verifyEuiccChain({ ...received, cis: [chain.ci], at: now }))).toBeDefined();
      }
    }
  });

  test('what its issuer has revoked', async () => {
    const chain = await issueRspChain();
    const verifyWithout = (revoked: Certificate) =>
      refusal(() =>
        verifyEuiccChain(
          { euicc: chain.euicc.raw, eum: chain.eum.raw, cis: [chain.ci], at: now },
          { isRevoked: ({ serialNumber }) => serialNumber === revoked.serialNumber },
        ),
      );
    expect(verifyWithout(chain.eum)).toEqual({ certificate: 'EUM', code: 'REVOKED', status: '8.1.2/6.1' });
    expect(verifyWithout(chain.euicc)).toEqual({ certificate: 'eUICC', code: 'REVOKED', status: '8.1.3/6.1' });
  });
});

describe('CertificateCache', () => {
  test('gives the same answers, and never remembers dates or refusals', async () => {
    const cache = new CertificateCache(2);
    const chain = await issueRspChain({ eum: { notAfter: years(1) } });
    const received = { euicc: chain.euicc.raw, eum: chain.eum.raw, cis: [chain.ci] };
    const { eum } = verifyEuiccChain({ ...received, at: now }, { cache });
    expect(verifyEuiccChain({ ...received, at: now }, { cache }).eum).toBe(eum);
    expect(refusal(() => verifyEuiccChain({ ...received, at: years(2) }, { cache }))?.code).toBe('EXPIRED');
    const foreign = await issueEum(chain.keys.eum, { certificate: chain.ci, key: testKey() });
    for (let time = 0; time < 2; time++) {
      const forged = { ...received, eum: foreign.raw, at: now };
      expect(refusal(() => verifyEuiccChain(forged, { cache }))?.code).toBe('BAD_SIGNATURE');
      expect(refusal(() => verifyEuiccChain({ ...received, eum: randomBytes(40), at: now }, { cache }))?.code).toBe(
        'MALFORMED',
      );
    }
  });

  test('drops what was not used for longest', async () => {
    const cache = new CertificateCache(2);
    const chains = [await issueRspChain(), await issueRspChain(), await issueRspChain()];
    const parsed = chains.map(({ eum }) => cache.parse(eum.raw));
    const [first, second, third] = chains.map(({ eum }) => cache.parse(eum.raw));
    expect(parsed.map((certificate) => certificate.serialNumber)).toEqual(
      [first, second, third].map((c) => c?.serialNumber),
    );
    expect(third === undefined ? undefined : cache.parse(third.raw)).toBe(third);
    expect(first === undefined ? undefined : cache.parse(first.raw)).not.toBe(first);
  });
});

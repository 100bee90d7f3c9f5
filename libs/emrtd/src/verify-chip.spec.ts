import { generateKeyPairSync, type KeyObject, type RSAPSSKeyPairKeyObjectOptions, X509Certificate } from 'node:crypto';
import { encodeTlv } from '@tegata/der';
import fc from 'fast-check';
import { EmrtdRefusal } from './emrtd-refusal.ts';
import { CscaTrust } from './passive-authentication/csca-trust.ts';
import {
  dataGroup1,
  dataGroup2,
  digestIdentifier,
  issueChip,
  keyUsages,
  securityObject,
  type TestAlgorithm,
  type TestCertificate,
  type TestDigest,
  type TestSigner,
  testCertificate,
  testCountry,
  testExtension,
  testHolder,
  testPassportMrz,
  testRevocationList,
  testSigner,
} from './testing/index.ts';
import { describeWithFaces, sampleChips } from './testing/vectors.ts';
import { type ChipFiles, verifyChip } from './verify-chip.ts';

const at = new Date('2026-11-28T00:00:00Z');
const country = testCountry();
const trust = new CscaTrust({ certificates: [country.csca] });

const outcome = (files: ChipFiles, believed = trust, time = at): string => {
  try {
    verifyChip(files, believed, time);
    return 'verified';
  } catch (error) {
    if (error instanceof EmrtdRefusal) return error.code;
    throw error;
  }
};

const groups = (dg1: Uint8Array, dg2: Uint8Array) =>
  new Map([
    [1, dg1],
    [2, dg2],
  ]);

/** Keys for RSASSA-PSS with one digest alone, and so much salt at least. The types want the number as text, Node does not. */
function pssKeys(hashAlgorithm: TestDigest, saltLength: number) {
  const options: object = { modulusLength: 2048, hashAlgorithm, mgf1HashAlgorithm: hashAlgorithm, saltLength };
  return generateKeyPairSync('rsa-pss', options as RSAPSSKeyPairKeyObjectOptions);
}

describe('the chip of a document', () => {
  it('tells who holds it, with the portrait, once its signature is verified', () => {
    const { mrz, portrait, signerFingerprint } = verifyChip(issueChip(country), trust, at);
    expect(mrz).toMatchObject({ primaryIdentifier: 'TEGATA', birthDate: '1990-04-01', documentNumber: 'UT1234567' });
    expect(portrait.format).toBe('jpeg');
    expect(signerFingerprint.toUpperCase()).toBe(
      new X509Certificate(country.signerCertificate).fingerprint256.replaceAll(':', ''),
    );
  });

  const kinds: readonly [string, TestAlgorithm, { digest?: TestDigest; curve?: string; explicit?: boolean }][] = [
    ['ECDSA P-256', 'ecdsa', {}],
    ['ECDSA P-384 with SHA-384', 'ecdsa', { curve: 'secp384r1', digest: 'sha384' }],
    ['ECDSA brainpoolP256r1 with the parameters of the curve', 'ecdsa', { curve: 'brainpoolP256r1', explicit: true }],
    ['ECDSA brainpoolP512r1 with SHA-512', 'ecdsa', { curve: 'brainpoolP512r1', digest: 'sha512' }],
    ['RSA PKCS #1 v1.5', 'rsa', {}],
    ['RSASSA-PSS', 'rsa-pss', {}],
    ['RSASSA-PSS with SHA-512', 'rsa-pss', { digest: 'sha512' }],
  ];
  it.each(kinds)('is verified when signed with %s', (_, algorithm, options) => {
    const signer = testSigner(algorithm, options);
    const issued = testCountry({ csca: signer, signer });
    expect(outcome(issueChip(issued), new CscaTrust({ certificates: [issued.csca] }))).toBe('verified');
  });

  it('is verified when the key of its signer is for RSASSA-PSS with one digest alone', () => {
    const signer = { ...testSigner('rsa-pss'), ...pssKeys('sha256', 32) };
    const issued = testCountry({ csca: signer, signer });
    expect(outcome(issueChip(issued), new CscaTrust({ certificates: [issued.csca] }))).toBe('verified');
  });

  it('is verified when one of its digest algorithms has no parameters, and the other NULL', () => {
    const { dg1, dg2 } = issueChip(country);
    const withNull = digestIdentifier('sha256');
    const without = encodeTlv(0x30, withNull.subarray(2, -2));
    const bare = securityObject(country, { groups: groups(dg1, dg2), digestAlgorithm: without });
    expect(outcome({ sod: bare, dg1, dg2 })).toBe('verified');
    const other = securityObject(country, { groups: groups(dg1, dg2), digestAlgorithm: digestIdentifier('sha512') });
    expect(outcome({ sod: other, dg1, dg2 })).toBe('CHIP_FILE_MALFORMED');
  });

  it('is verified when its signer is named by key identifier', () => {
    const subjectKeyIdentifier = Buffer.from('0123456789abcdef');
    const issued = testCountry({ signerCertificate: { subjectKeyIdentifier } });
    const { dg1, dg2 } = issueChip(issued);
    const sod = securityObject(issued, { groups: groups(dg1, dg2), subjectKeyIdentifier });
    expect(outcome({ sod, dg1, dg2 }, new CscaTrust({ certificates: [issued.csca] }))).toBe('verified');
  });
});

describe('a chip is refused', () => {
  const files = issueChip(country);

  it('whatever octet of its files is changed', () => {
    for (const name of ['sod', 'dg1', 'dg2'] as const) {
      for (let place = 0; place < files[name].length; place++) {
        for (const mask of [0x01, 0x80]) {
          const altered = Uint8Array.from(files[name]);
          altered[place]! ^= mask;
          expect([name, place, outcome({ ...files, [name]: altered })]).not.toEqual([name, place, 'verified']);
        }
      }
    }
  });

  it('cut off anywhere, with octets behind, or as any octets', () => {
    for (const name of ['sod', 'dg1', 'dg2'] as const) {
      const refused = (octets: Uint8Array) => expect(outcome({ ...files, [name]: octets })).not.toBe('verified');
      for (let length = 0; length < files[name].length; length += 7) refused(files[name].subarray(0, length));
      refused(Buffer.concat([files[name], Buffer.of(0)]));
      fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), refused));
    }
  });

  it('when a data group is another than the one signed', () => {
    const dg1 = dataGroup1(testPassportMrz({ ...testHolder, primaryIdentifier: 'SOMEBODY' }));
    expect(outcome({ ...files, dg1 })).toBe('DATA_GROUP_ALTERED');
    const dg2 = dataGroup2(Buffer.from('ffd8ffe1', 'hex'));
    expect(outcome({ ...files, dg2 })).toBe('DATA_GROUP_ALTERED');
  });

  it('when a data group is not among those signed', () => {
    const sod = securityObject(country, {
      groups: new Map([
        [1, files.dg1],
        [3, files.dg2],
      ]),
    });
    expect(outcome({ ...files, sod })).toBe('DATA_GROUP_NOT_SIGNED');
  });

  it('when its signature is over another content, or says that the content is something else', () => {
    const all = groups(files.dg1, files.dg2);
    const sod = securityObject(country, { groups: all, messageDigestOf: Buffer.from('else') });
    expect(outcome({ ...files, sod })).toBe('CHIP_CONTENT_ALTERED');
    const other = securityObject(country, { groups: all, contentType: '1.2.840.113549.1.7.1' });
    expect(outcome({ ...files, sod: other })).toBe('CHIP_FILE_MALFORMED');
  });

  it('when the key of its signer is not the one that signed', () => {
    const forged = { ...country, signer: testSigner() };
    expect(outcome(issueChip(forged))).toBe('CHIP_SIGNATURE_INVALID');
  });

  it('when no configured CSCA has issued its signer, though one has the same name', () => {
    expect(outcome(issueChip(testCountry()))).toBe('DOCUMENT_SIGNER_UNKNOWN');
    expect(outcome(issueChip(testCountry({ csca: testSigner('rsa') })))).toBe('DOCUMENT_SIGNER_UNKNOWN');
    expect(outcome(files, new CscaTrust({ certificates: [] }))).toBe('DOCUMENT_SIGNER_UNKNOWN');
  });

  it('when it lacks the certificate of its signer', () => {
    const sod = securityObject(country, { groups: groups(files.dg1, files.dg2), certificates: [country.csca] });
    expect(outcome({ ...files, sod })).toBe('DOCUMENT_SIGNER_UNKNOWN');
  });

  const year = (value: number) => new Date(Date.UTC(value, 0, 1));
  const signers: readonly [string, Partial<TestCertificate>, string][] = [
    ['is not yet valid', { notBefore: year(2030) }, 'DOCUMENT_SIGNER_NOT_YET_VALID'],
    ['has expired', { notAfter: year(2026) }, 'DOCUMENT_SIGNER_EXPIRED'],
    ['is a CA', { ca: true }, 'DOCUMENT_SIGNER_NOT_ALLOWED'],
    ['may not sign', { keyUsage: keyUsages.authority }, 'DOCUMENT_SIGNER_NOT_ALLOWED'],
    [
      'has a critical extension that nobody knows',
      { extensions: [testExtension('1.2.3.4', Buffer.of(5, 0), true)] },
      'DOCUMENT_SIGNER_NOT_ALLOWED',
    ],
  ];
  it.each(signers)('when its signer %s', (_, signerCertificate, code) => {
    const issued = testCountry({ signerCertificate });
    expect(outcome(issueChip(issued), new CscaTrust({ certificates: [issued.csca] }))).toBe(code);
  });

  it('when the CSCA itself has expired', () => {
    const issued = testCountry({ cscaCertificate: { notAfter: year(2026) } });
    expect(outcome(issueChip(issued), new CscaTrust({ certificates: [issued.csca] }))).toBe('DOCUMENT_SIGNER_EXPIRED');
    // A link certificate, or an older one, has the same name and key.
    const renewed = testCountry({ csca: issued.cscaSigner }).csca;
    expect(outcome(issueChip(issued), new CscaTrust({ certificates: [issued.csca, renewed] }))).toBe('verified');
  });

  it('when the parameters of a curve are those of no curve of ICAO 9303, such as with another base point', () => {
    const [signer, other] = [1, 2].map(() => testSigner('ecdsa', { explicit: true }));
    const spki = ({ publicKey }: TestSigner) => publicKey.export({ format: 'der', type: 'spki' });
    const basePoint = Buffer.from('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296', 'hex');
    const own = spki(signer!);
    const at = own.indexOf(basePoint);
    own.set(spki(other!).subarray(-64), at);
    const publicKey = { export: () => own } as unknown as KeyObject;
    expect(outcome(issueChip(testCountry({ signer: { ...signer!, publicKey } })))).toBe('CHIP_ALGORITHM_UNSUPPORTED');
  });

  it('when its algorithms are too weak', () => {
    const weak = [testSigner('ecdsa', { digest: 'sha1' }), testSigner('rsa', { modulusLength: 1024 })];
    for (const signer of [...weak, testSigner('ecdsa', { curve: 'secp192k1' })]) {
      expect(outcome(issueChip(testCountry({ signer })))).toBe('CHIP_ALGORITHM_UNSUPPORTED');
    }
  });

  it('when the key of its signer is for another algorithm than it was signed with', () => {
    const signer = testSigner('rsa');
    const signedBy = (algorithm: TestAlgorithm, { publicKey }: Pick<TestSigner, 'publicKey'>) =>
      outcome(issueChip(testCountry({ signer: { ...signer, algorithm, publicKey } })));
    const any = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    const longHash = pssKeys('sha512', 32);
    for (const keys of [any, longHash, generateKeyPairSync('ed25519')]) {
      expect(signedBy('rsa', keys)).toBe('CHIP_ALGORITHM_UNSUPPORTED');
    }
    expect(signedBy('rsa-pss', any)).toBe('CHIP_SIGNATURE_INVALID');
    for (const keys of [longHash, pssKeys('sha256', 64)]) {
      expect(signedBy('rsa-pss', keys)).toBe('CHIP_ALGORITHM_UNSUPPORTED');
    }
  });

  it('when the document has expired, on the day after its last', () => {
    const holder = { ...testHolder, expiryDate: '2026-11-28' };
    // Midnight of Japan.
    expect(outcome(issueChip(country, { holder }), trust, new Date('2026-11-28T14:59:59Z'))).toBe('verified');
    expect(outcome(issueChip(country, { holder }), trust, new Date('2026-11-28T15:00:00Z'))).toBe(
      'CHIP_DOCUMENT_EXPIRED',
    );
  });

  it('when its machine readable zone has wrong check digits, though it is signed', () => {
    const dg1 = dataGroup1(testPassportMrz(testHolder).replace('900401', '900402'));
    const sod = securityObject(country, { groups: groups(dg1, files.dg2) });
    expect(outcome({ sod, dg1, dg2: files.dg2 })).toBe('CHIP_MRZ_UNSOUND');
  });

  it('when it does not say in full when its holder was born', () => {
    const holder = { ...testHolder, birthDate: '1990-<<-<<' };
    expect(outcome(issueChip(country, { holder }))).toBe('CHIP_MRZ_UNSOUND');
  });

  it('when its portrait is no picture in a known form', () => {
    for (const picture of [Buffer.from('<svg/>'), Buffer.from('GIF89a'), Buffer.of(0xff)]) {
      expect(outcome(issueChip(country, { picture }))).toBe('CHIP_PORTRAIT_UNSUPPORTED');
    }
    expect(outcome(issueChip(country, { picture: Buffer.from('ff4fff51', 'hex') }))).toBe('verified');
    // ISO/IEC 39794-5, which has the place of the older record.
    const header = encodeTlv(0xa1, encodeTlv(0x87, Buffer.of(1, 1)));
    const template = encodeTlv(0x7f60, header, encodeTlv(0x7f2e, encodeTlv(0xa1, Buffer.alloc(60))));
    const dg2 = encodeTlv(0x75, encodeTlv(0x7f61, Buffer.of(2, 1, 1), template));
    const sod = securityObject(country, { groups: groups(files.dg1, dg2) });
    expect(outcome({ sod, dg1: files.dg1, dg2 })).toBe('CHIP_PORTRAIT_UNSUPPORTED');
  });
});

describe('revocation lists', () => {
  const list = (revoked: readonly number[], nextUpdate?: Date, signer = country.cscaSigner) =>
    testRevocationList(
      { issuer: 'Test CSCA', thisUpdate: new Date('2026-11-01'), revoked, ...(nextUpdate && { nextUpdate }) },
      signer,
    );
  const believing = (revocationLists: readonly Uint8Array[], revocationRequired = false) =>
    new CscaTrust({ certificates: [country.csca], revocationLists, revocationRequired });
  const later = new Date('2026-12-31');

  it('refuse the documents of a revoked signer, whether or not they are current', () => {
    expect(outcome(issueChip(country), believing([list([1, 2, 3], later)]))).toBe('DOCUMENT_SIGNER_REVOKED');
    expect(outcome(issueChip(country), believing([list([2])]))).toBe('DOCUMENT_SIGNER_REVOKED');
    expect(outcome(issueChip(country), believing([list([1, 3], later)]))).toBe('verified');
  });

  it('are asked for where that is configured', () => {
    expect(outcome(issueChip(country), believing([], true))).toBe('REVOCATION_UNKNOWN');
    expect(outcome(issueChip(country), believing([list([])], true))).toBe('REVOCATION_UNKNOWN');
    expect(outcome(issueChip(country), believing([list([], new Date('2026-11-27'))], true))).toBe('REVOCATION_UNKNOWN');
    expect(outcome(issueChip(country), believing([list([], later)], true))).toBe('verified');
  });

  it('of some certificates alone, or of what has changed, say nothing and are refused at the start', () => {
    const names = { issuer: 'Test CSCA', thisUpdate: new Date('2026-11-01'), nextUpdate: later, revoked: [] };
    const extended = (...extensions: Uint8Array[]) =>
      believing([testRevocationList({ ...names, extensions }, country.cscaSigner)], true);
    const number = Buffer.of(2, 1, 7);
    expect(outcome(issueChip(country), extended(testExtension('2.5.29.20', number)))).toBe('verified');
    const onlyAuthorities = testExtension('2.5.29.28', Buffer.of(0x30, 3, 0x82, 1, 0xff), true);
    expect(() => extended(onlyAuthorities)).toThrow('critical extension');
    expect(() => extended(testExtension('2.5.29.27', number, true))).toThrow('critical extension');
  });

  it('of somebody else are refused at the start, and so are certificates of no CA', () => {
    expect(() => believing([list([2], later, testSigner())])).toThrow(EmrtdRefusal);
    expect(() => believing([Buffer.of(0x30, 0)])).toThrow(EmrtdRefusal);
    expect(() => new CscaTrust({ certificates: [country.signerCertificate] })).toThrow(EmrtdRefusal);
    const csca = testCertificate(
      { subject: 'A', issuer: 'A', serialNumber: 1, ca: true, notBefore: at, notAfter: later },
      country.signer.publicKey,
      country.signer,
    );
    expect(() => new CscaTrust({ certificates: [csca] })).toThrow('not one of a CA');
  });
});

describeWithFaces('chips of the development set', () => {
  it('are judged as the set says', () => {
    const chips = sampleChips();
    const [valid] = chips.filter(({ expect: truth }) => truth === 'valid');
    const judged = chips.map(({ file, files, csca }) => [
      file,
      outcome(files, new CscaTrust({ certificates: [csca] })),
    ]);
    expect(judged).toEqual([
      ['ok-ec.json', 'verified'],
      ['bad-dg1.json', 'DATA_GROUP_ALTERED'],
      ['wrong-csca.json', 'DOCUMENT_SIGNER_UNKNOWN'],
    ]);
    expect(verifyChip(valid!.files, new CscaTrust({ certificates: [valid!.csca] }), at).mrz.lines.join('')).toBe(
      valid!.mrz,
    );
  });

  it('are refused whatever octet of EF.SOD or DG1 is changed', () => {
    const { files, csca } = sampleChips().find(({ expect: truth }) => truth === 'valid')!;
    const believed = new CscaTrust({ certificates: [csca] });
    for (const name of ['sod', 'dg1'] as const) {
      for (let place = 0; place < files[name].length; place++) {
        const altered = Uint8Array.from(files[name]);
        altered[place]! ^= 0x04;
        expect([name, place, outcome({ ...files, [name]: altered }, believed)]).not.toEqual([name, place, 'verified']);
      }
    }
  });
});

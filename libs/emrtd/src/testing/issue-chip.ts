import { constants, createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { encodeInteger, encodeObjectIdentifier, encodeTlv } from '@tegata/der';
import { type AgreementKey, agreementInfos } from '../emulated-chip/chip-agreement.ts';
import type { ChipKey } from '../emulated-chip/chip-answer.ts';
import { checkDigit } from '../mrz/index.ts';
import { time } from '../passive-authentication/time.ts';
import type { ChipFiles } from '../verify-chip.ts';

/** Signature algorithms that test chips are issued with. */
export type TestAlgorithm = 'ecdsa' | 'rsa' | 'rsa-pss';
export type TestDigest = 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'sha1';

/** A key with the algorithm it signs by. */
export interface TestSigner {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly algorithm: TestAlgorithm;
  readonly digest: TestDigest;
}

/** What a test certificate says. */
export interface TestCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: number;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly ca?: boolean;
  /** bits of key usage, as content of the BIT STRING; absent: none */
  readonly keyUsage?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
  readonly subjectKeyIdentifier?: Uint8Array;
}

const object = (dotted: string) => encodeTlv(0x06, encodeObjectIdentifier(dotted));
const whole = (value: number) => encodeTlv(0x02, encodeInteger(value));
const null_ = encodeTlv(0x05);
const bits = (octets: Uint8Array) => encodeTlv(0x03, Buffer.of(0), octets);

const digestOids: Readonly<Record<TestDigest, string>> = {
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
const ecdsaOids: Readonly<Record<TestDigest, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha224: '1.2.840.10045.4.3.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
const rsaOids: Readonly<Record<TestDigest, string>> = {
  sha1: '1.2.840.113549.1.1.5',
  sha224: '1.2.840.113549.1.1.14',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};
const saltLength = 32;

/** A fresh key. `curve` is a name of OpenSSL; `explicit` writes the parameters of the curve, as passports do. */
export function testSigner(
  algorithm: TestAlgorithm = 'ecdsa',
  { digest = 'sha256', curve = 'prime256v1', explicit = false, modulusLength = 2048 } = {} as {
    readonly digest?: TestDigest;
    readonly curve?: string;
    readonly explicit?: boolean;
    readonly modulusLength?: number;
  },
): TestSigner {
  const pair =
    algorithm === 'ecdsa'
      ? generateKeyPairSync('ec', { namedCurve: curve, paramEncoding: explicit ? 'explicit' : 'named' })
      : generateKeyPairSync('rsa', { modulusLength });
  return { ...pair, algorithm, digest };
}

export const digestIdentifier = (digest: TestDigest): Uint8Array => encodeTlv(0x30, object(digestOids[digest]), null_);

/** AlgorithmIdentifier of a signer's signatures. */
export function signatureIdentifier({ algorithm, digest }: TestSigner): Uint8Array {
  if (algorithm === 'ecdsa') return encodeTlv(0x30, object(ecdsaOids[digest]));
  if (algorithm === 'rsa') return encodeTlv(0x30, object(rsaOids[digest]), null_);
  const hash = digestIdentifier(digest);
  const mask = encodeTlv(0x30, object('1.2.840.113549.1.1.8'), hash);
  const parameters = encodeTlv(0x30, encodeTlv(0xa0, hash), encodeTlv(0xa1, mask), encodeTlv(0xa2, whole(saltLength)));
  return encodeTlv(0x30, object('1.2.840.113549.1.1.10'), parameters);
}

export function signWith({ privateKey: key, algorithm, digest }: TestSigner, octets: Uint8Array): Uint8Array {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  return sign(digest, octets, { key, dsaEncoding: 'der', ...(algorithm === 'rsa-pss' && pss) });
}

/** A name of a country and a common name. */
export const testName = (commonName: string): Uint8Array =>
  encodeTlv(0x30, attribute('2.5.4.6', 0x13, 'UT'), attribute('2.5.4.3', 0x0c, commonName));

const attribute = (type: string, tag: number, value: string): Uint8Array =>
  encodeTlv(0x31, encodeTlv(0x30, object(type), encodeTlv(tag, Buffer.from(value))));

export const testExtension = (id: string, value: Uint8Array, critical = false): Uint8Array =>
  encodeTlv(0x30, object(id), ...(critical ? [encodeTlv(0x01, Buffer.of(0xff))] : []), encodeTlv(0x04, value));

const timeOf = (date: Date): Uint8Array =>
  time.encode(
    date.getUTCFullYear() < 2050 ? { kind: 'utcTime', value: date } : { kind: 'generalizedTime', value: date },
  );

/** DER of a certificate. */
export function testCertificate(certificate: TestCertificate, subjectKey: KeyObject, issuer: TestSigner): Uint8Array {
  const { ca = false, keyUsage, extensions = [], subjectKeyIdentifier } = certificate;
  const constraints = ca ? encodeTlv(0x30, encodeTlv(0x01, Buffer.of(0xff))) : encodeTlv(0x30);
  const tbs = encodeTlv(
    0x30,
    encodeTlv(0xa0, whole(2)),
    whole(certificate.serialNumber),
    signatureIdentifier(issuer),
    testName(certificate.issuer),
    encodeTlv(0x30, timeOf(certificate.notBefore), timeOf(certificate.notAfter)),
    testName(certificate.subject),
    subjectKey.export({ format: 'der', type: 'spki' }),
    encodeTlv(
      0xa3,
      encodeTlv(
        0x30,
        testExtension('2.5.29.19', constraints, true),
        ...(keyUsage ? [testExtension('2.5.29.15', encodeTlv(0x03, keyUsage), true)] : []),
        ...(subjectKeyIdentifier ? [testExtension('2.5.29.14', encodeTlv(0x04, subjectKeyIdentifier))] : []),
        ...extensions,
      ),
    ),
  );
  return signed(tbs, issuer);
}

/** DER of a revocation list. */
export function testRevocationList(
  list: {
    readonly issuer: string;
    readonly thisUpdate: Date;
    readonly nextUpdate?: Date;
    readonly revoked: readonly number[];
    readonly extensions?: readonly Uint8Array[];
  },
  issuer: TestSigner,
): Uint8Array {
  const entries = list.revoked.map((serial) => encodeTlv(0x30, whole(serial), timeOf(list.thisUpdate)));
  const tbs = encodeTlv(
    0x30,
    whole(1),
    signatureIdentifier(issuer),
    testName(list.issuer),
    timeOf(list.thisUpdate),
    ...(list.nextUpdate ? [timeOf(list.nextUpdate)] : []),
    ...(entries.length > 0 ? [encodeTlv(0x30, ...entries)] : []),
    ...(list.extensions ? [encodeTlv(0xa0, encodeTlv(0x30, ...list.extensions))] : []),
  );
  return signed(tbs, issuer);
}

const signed = (tbs: Uint8Array, issuer: TestSigner): Uint8Array =>
  encodeTlv(0x30, tbs, signatureIdentifier(issuer), bits(signWith(issuer, tbs)));

/** A country: its CSCA, and a signer of its documents. */
export interface TestCountry {
  readonly csca: Uint8Array;
  readonly cscaSigner: TestSigner;
  readonly signer: TestSigner;
  readonly signerCertificate: Uint8Array;
}

/** Key usage of a CA and of a document signer. */
export const keyUsages = { authority: Buffer.of(1, 0x06), documentSigner: Buffer.of(7, 0x80) } as const;
const year = (value: number) => new Date(Date.UTC(value, 0, 1));

export interface TestCountryOptions {
  readonly csca?: TestSigner;
  readonly signer?: TestSigner;
  readonly signerCertificate?: Partial<TestCertificate>;
  readonly cscaCertificate?: Partial<TestCertificate>;
}

/** A country whose certificates are in force from 2025 to 2040, but for what is asked. */
export function testCountry({
  csca: cscaSigner = testSigner(),
  signer = testSigner(),
  ...certificates
}: TestCountryOptions = {}): TestCountry {
  const validity = { notBefore: year(2025), notAfter: year(2040) };
  const csca = testCertificate(
    {
      ...{ subject: 'Test CSCA', issuer: 'Test CSCA', serialNumber: 1, ca: true, keyUsage: keyUsages.authority },
      ...validity,
      ...certificates.cscaCertificate,
    },
    cscaSigner.publicKey,
    cscaSigner,
  );
  const signerCertificate = testCertificate(
    {
      ...{ subject: 'Test DS', issuer: 'Test CSCA', serialNumber: 2, keyUsage: keyUsages.documentSigner },
      ...validity,
      ...certificates.signerCertificate,
    },
    signer.publicKey,
    cscaSigner,
  );
  return { csca, cscaSigner, signer, signerCertificate };
}

/** A holder, as the chip says it. Days are `YYYY-MM-DD`. */
export interface TestHolder {
  readonly primaryIdentifier: string;
  readonly secondaryIdentifier: string;
  readonly birthDate: string;
  readonly expiryDate: string;
  readonly sex: 'F' | 'M' | 'X';
  readonly documentNumber: string;
}

export const testHolder: TestHolder = {
  primaryIdentifier: 'TEGATA',
  secondaryIdentifier: 'HANAKO',
  birthDate: '1990-04-01',
  expiryDate: '2035-03-31',
  sex: 'F',
  documentNumber: 'UT1234567',
};

/** The two lines of a passport (TD3) of Utopia, in one row. */
export function testPassportMrz(holder: TestHolder): string {
  const digits = (day: string) => day.replaceAll('-', '').slice(2);
  const checked = (field: string) => field + checkDigit(field);
  const names = [holder.primaryIdentifier, holder.secondaryIdentifier].map((name) => name.replaceAll(' ', '<'));
  const first = `P<UTO${names.join('<<')}`.padEnd(44, '<').slice(0, 44);
  const number = checked(holder.documentNumber.padEnd(9, '<'));
  const birth = checked(digits(holder.birthDate));
  const expiry = checked(digits(holder.expiryDate)) + checked('<'.repeat(14));
  const sex = holder.sex === 'X' ? '<' : holder.sex;
  return `${first}${number}UTO${birth}${sex}${expiry}${checkDigit(number + birth + expiry)}`;
}

export const dataGroup1 = (mrz: string): Uint8Array => encodeTlv(0x61, encodeTlv(0x5f1f, Buffer.from(mrz, 'latin1')));

/** DG2 with one picture in a facial record. */
export function dataGroup2(picture: Uint8Array): Uint8Array {
  const record = Buffer.alloc(14 + 20 + 12);
  record.write('FAC\x00010\x00', 'latin1');
  record.writeUInt32BE(record.length + picture.length, 8);
  record.writeUInt16BE(1, 12);
  record.writeUInt32BE(20 + 12 + picture.length, 14);
  const header = encodeTlv(0xa1, encodeTlv(0x87, Buffer.of(0x01, 0x01)), encodeTlv(0x88, Buffer.of(0x00, 0x08)));
  const template = encodeTlv(0x7f60, header, encodeTlv(0x5f2e, record, picture));
  return encodeTlv(0x75, encodeTlv(0x7f61, whole(1), template));
}

/** How EF.SOD departs from a usual one. */
export interface TestSodOptions {
  readonly groups?: ReadonlyMap<number, Uint8Array>;
  readonly contentType?: string;
  readonly messageDigestOf?: Uint8Array;
  /** names the signer by this key identifier instead of issuer and serial number */
  readonly subjectKeyIdentifier?: Uint8Array;
  readonly certificates?: readonly Uint8Array[];
  /** of SignedData, else the one of the signer */
  readonly digestAlgorithm?: Uint8Array;
}

/** EF.SOD over these data groups. */
export function securityObject(country: TestCountry, options: TestSodOptions): Uint8Array {
  const { signer, signerCertificate } = country;
  const { groups = new Map(), contentType = '2.23.136.1.1.1', certificates = [signerCertificate] } = options;
  const digest = (octets: Uint8Array) => encodeTlv(0x04, createHash(signer.digest).update(octets).digest());
  const hashes = [...groups].map(([number, file]) => encodeTlv(0x30, whole(number), digest(file)));
  const lds = encodeTlv(0x30, whole(0), digestIdentifier(signer.digest), encodeTlv(0x30, ...hashes));
  const attributes = [
    encodeTlv(0x30, object('1.2.840.113549.1.9.3'), encodeTlv(0x31, object(contentType))),
    encodeTlv(0x30, object('1.2.840.113549.1.9.4'), encodeTlv(0x31, digest(options.messageDigestOf ?? lds))),
  ];
  const { subjectKeyIdentifier } = options;
  const signerInfo = encodeTlv(
    0x30,
    whole(subjectKeyIdentifier ? 3 : 1),
    subjectKeyIdentifier ? encodeTlv(0x80, subjectKeyIdentifier) : encodeTlv(0x30, testName('Test CSCA'), whole(2)),
    digestIdentifier(signer.digest),
    encodeTlv(0xa0, ...attributes),
    signatureIdentifier(signer),
    encodeTlv(0x04, signWith(signer, encodeTlv(0x31, ...attributes))),
  );
  const signedData = encodeTlv(
    0x30,
    whole(3),
    encodeTlv(0x31, options.digestAlgorithm ?? digestIdentifier(signer.digest)),
    encodeTlv(0x30, object(contentType), encodeTlv(0xa0, encodeTlv(0x04, lds))),
    encodeTlv(0xa0, ...certificates),
    encodeTlv(0x31, signerInfo),
  );
  return encodeTlv(0x77, encodeTlv(0x30, object('1.2.840.113549.1.7.2'), encodeTlv(0xa0, signedData)));
}

/** What a chip is issued with. */
export interface TestChip {
  readonly holder?: TestHolder;
  readonly picture?: Uint8Array;
  /** key by which it is to answer challenges */
  readonly key?: ChipKey;
  /** key by which it is to agree on session keys */
  readonly agreementKey?: AgreementKey;
}

/** The files of a chip that a country issues to a holder. */
export function issueChip(
  country: TestCountry,
  { holder = testHolder, picture = smallPicture, key, agreementKey }: TestChip = {},
): ChipFiles {
  const dg1 = dataGroup1(testPassportMrz(holder));
  const dg2 = dataGroup2(picture);
  const dg14 = key || agreementKey ? dataGroup14(key, agreementKey) : undefined;
  const dg15 = key && dataGroup15(key);
  const groups = new Map([
    [1, dg1],
    [2, dg2],
    ...(dg14 ? ([[14, dg14]] as const) : []),
    ...(dg15 ? ([[15, dg15]] as const) : []),
  ]);
  return { sod: securityObject(country, { groups }), dg1, dg2, ...(dg14 && { dg14 }), ...(dg15 && { dg15 }) };
}

/** A key for a chip. `curve` is a name of OpenSSL. */
export function testChipKey(
  algorithm: 'ecdsa' | 'rsa',
  { digest = 'sha256', curve = 'prime256v1', modulusLength = 2048 } = {} as {
    readonly digest?: TestDigest;
    readonly curve?: string;
    readonly modulusLength?: number;
  },
): ChipKey {
  const { privateKey } =
    algorithm === 'ecdsa'
      ? generateKeyPairSync('ec', { namedCurve: curve })
      : generateKeyPairSync('rsa', { modulusLength });
  return { privateKey, digest };
}

const plainSignatures: Readonly<Record<TestDigest, number>> = { sha1: 1, sha224: 2, sha256: 3, sha384: 4, sha512: 5 };

/** A key for a chip to agree with. `curve` is a name of OpenSSL. */
export const testAgreementKey = (
  cipher: AgreementKey['cipher'] = 'aes-128',
  { curve = 'prime256v1', keyId }: { readonly curve?: string; readonly keyId?: number } = {},
): AgreementKey => ({ privateKey: generateKeyPairSync('ec', { namedCurve: curve }).privateKey, cipher, keyId });

/** DG14: how the key of DG15 signs and which key agrees, among what other chips have there. */
function dataGroup14(key: ChipKey | undefined, agreementKey: AgreementKey | undefined): Uint8Array {
  const terminalAuthentication = encodeTlv(0x30, object('0.4.0.127.0.7.2.2.2'), whole(1));
  const infos = [
    terminalAuthentication,
    ...(agreementKey ? agreementInfos(agreementKey, publicHalf(agreementKey)) : []),
  ];
  return encodeTlv(0x6e, encodeTlv(0x31, ...infos, ...(key ? [answeringInfo(key)] : [])));
}

function answeringInfo({ digest }: ChipKey): Uint8Array {
  const algorithm = `0.4.0.127.0.7.1.1.4.1.${plainSignatures[digest]}`;
  return encodeTlv(0x30, object('2.23.136.1.1.5'), whole(1), object(algorithm));
}

const publicHalf = ({ privateKey }: { readonly privateKey: KeyObject }): Uint8Array =>
  createPublicKey(privateKey).export({ format: 'der', type: 'spki' });

/** DG15: the public half. */
const dataGroup15 = (key: ChipKey): Uint8Array => encodeTlv(0x6f, publicHalf(key));

/** Begins and ends as a JPEG does; nobody looks further in these tests. */
const smallPicture = Buffer.from('ffd8ffe0001041464946ffd9', 'hex');

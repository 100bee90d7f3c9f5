import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { eidWithCheckDigits } from '../eid.ts';
import {
  type CertificateContents,
  type CertificateIssue,
  type CertificateSigner,
  issueCertificate,
  randomSerialNumber,
} from '../issue-certificate.ts';
import { roleOids } from '../object-identifiers.ts';
import { type Curve, nodeCurveNames } from '../public-key.ts';
import type { ServerRole } from '../rsp-server-certificate.ts';

/** The instant the tests take for now, inside every default validity. */
export const now = new Date('2026-11-22T12:00:00Z');
/** `count` years of 365 days from now. */
export const years = (count: number): Date => new Date(now.getTime() + Math.round(count * 365) * 86_400_000);

/** A key pair in this process. */
export interface TestKey extends CertificateSigner {
  readonly privateKey: KeyObject;
}

export function testKey(curve: Curve = 'P-256'): TestKey {
  return signerOf(generateKeyPairSync('ec', { namedCurve: nodeCurveNames[curve] }));
}

export function signerOf({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): TestKey {
  return {
    publicKey,
    privateKey,
    sign: async (data, dsaEncoding) => sign('sha256', data, { key: privateKey, dsaEncoding }),
  };
}

/** What a test changes about a certificate that would else be good. */
export type Change = Partial<CertificateIssue> & {
  /** what the certificate shall not say although others of its kind do */
  readonly without?: readonly (keyof CertificateContents)[];
};

/** Issues a certificate with defaults for what a test does not care about. */
export function issue(
  base: Pick<CertificateIssue, 'subject' | 'subjectPublicKey' | 'key'> & Partial<CertificateIssue>,
  { without = [], ...change }: Change = {},
): Promise<Certificate> {
  const contents: CertificateIssue = {
    serialNumber: randomSerialNumber(randomBytes),
    notBefore: years(-1),
    notAfter: years(5),
    ...base,
    ...change,
  };
  for (const member of without) Reflect.deleteProperty(contents, member);
  return issueCertificate(contents);
}

export const iin = '89049032';
export const eid = eidWithCheckDigits(`${iin}1234567890123456789012`);
export const eumOrganisation = 'Aki EUM';

/** A whole RSP hierarchy issued now, every part of which a test may change. */
export async function issueRspChain(changes: { ci?: Change; eum?: Change; euicc?: Change; curve?: Curve } = {}) {
  const keys = { ci: testKey(changes.curve), eum: testKey(changes.curve), euicc: testKey(changes.curve) };
  const ci = await issueCi(keys.ci, changes.ci);
  const eum = await issueEum(keys.eum, { certificate: ci, key: keys.ci }, changes.eum);
  const euicc = await issueEuicc(keys.euicc, { certificate: eum, key: keys.eum }, changes.euicc);
  return { keys, ci, eum, euicc };
}

export function issueCi(key: CertificateSigner, change?: Change): Promise<Certificate> {
  return issue(
    {
      subject: [
        { type: 'C', value: 'JP' },
        { type: 'O', value: 'Tegata tests' },
        { type: 'CN', value: 'CI' },
      ],
      subjectPublicKey: key.publicKey,
      key,
      basicConstraints: { ca: true },
      keyUsage: ['keyCertSign', 'cRLSign'],
      policies: [roleOids.CI],
      notAfter: years(30),
    },
    change,
  );
}

interface Issuer {
  readonly certificate: Certificate;
  readonly key: CertificateSigner;
}

export function issueEum(key: CertificateSigner, issuer: Issuer, change?: Change): Promise<Certificate> {
  return issue(
    {
      issuer: issuer.certificate,
      key: issuer.key,
      subject: [
        { type: 'O', value: eumOrganisation },
        { type: 'CN', value: 'EUM' },
      ],
      subjectPublicKey: key.publicKey,
      basicConstraints: { ca: true, pathLength: 0 },
      keyUsage: ['keyCertSign'],
      policies: [roleOids.EUM],
      permittedDirectoryNames: [
        [
          { type: 'O', value: eumOrganisation },
          { type: 'serialNumber', value: iin },
        ],
      ],
    },
    change,
  );
}

export function issueEuicc(key: CertificateSigner, issuer: Issuer, change?: Change): Promise<Certificate> {
  return issue(
    {
      issuer: issuer.certificate,
      key: issuer.key,
      subject: euiccSubject(eid),
      subjectPublicKey: key.publicKey,
      keyUsage: ['digitalSignature'],
      policies: [roleOids.eUICC],
    },
    change,
  );
}

export const euiccSubject = (serialNumber: string, organisation = eumOrganisation) => [
  { type: 'O', value: organisation },
  { type: 'serialNumber', value: serialNumber },
  { type: 'CN', value: 'eUICC' },
];

export function issueServer(role: ServerRole, key: CertificateSigner, issuer: Issuer, change?: Change) {
  const tls = role.endsWith('tls');
  return issue(
    {
      issuer: issuer.certificate,
      key: issuer.key,
      subject: [
        { type: 'O', value: 'Aozora' },
        { type: 'CN', value: 'rsp.aozora.example' },
      ],
      subjectPublicKey: key.publicKey,
      keyUsage: ['digitalSignature'],
      policies: [roleOids[role]],
      subjectAltName: { registeredIds: ['2.999.21'], ...(tls && { dnsNames: ['rsp.aozora.example'] }) },
      ...(tls && { extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] }),
    },
    change,
  );
}

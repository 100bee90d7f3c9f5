import type { Certificate } from '../certificate.ts';
import { eidWithCheckDigits } from '../eid.ts';
import type { CertificateSigner } from '../issue-certificate.ts';
import { oids, roleOids } from '../object-identifiers.ts';
import type { Curve } from '../public-key.ts';
import type { ServerRole } from '../rsp-server-certificate.ts';
import {
  type Change,
  eid,
  euiccSubject,
  iin,
  issueCi,
  issueEuicc,
  issueEum,
  issueServer,
  type TestKey,
  testKey,
  years,
} from './issued-chain.ts';

/** A CI with its key, under which bad certificates are issued. */
export interface TestCi {
  readonly certificate: Certificate;
  readonly key: CertificateSigner;
}

/** An eUICC whose certificates are as they are; its key signs. */
export interface IssuedEuicc {
  readonly eid: string;
  readonly privateKey: TestKey['privateKey'];
  readonly euiccCertificate: Certificate;
  readonly eumCertificate: Certificate;
}

const expired = { notBefore: years(-3), notAfter: years(-2) };
const notYetValid = { notBefore: years(20), notAfter: years(25) };
const criticalExtension = { id: '2.999.1', critical: true, value: Uint8Array.of(5, 0) };
const issuedByEum = { issuedByEum: true, subject: euiccSubject(iin) };

/** What is wrong with a certificate, as a change of a good one. */
export type Fault = Change & {
  readonly broken?: boolean;
  readonly foreignCurve?: boolean;
  readonly foreignIssuer?: boolean;
  /** issued by an EUM of the CI, within its name constraints, in the place of the CI itself */
  readonly issuedByEum?: boolean;
};

interface ChainFaults {
  readonly eum?: Fault;
  readonly euicc?: Fault;
}

/** What SGP.22 section 5.6.3 answers to each. */
const answers = {
  unknownCi: '8.11.1/3.9',
  eumInvalid: '8.1.2/6.1',
  eumExpired: '8.1.2/6.3',
  euiccInvalid: '8.1.3/6.1',
  euiccExpired: '8.1.3/6.3',
} as const;

/** Status code, `subject/reason`. */
export type ChainAnswer = (typeof answers)[keyof typeof answers];

const eumFaults: readonly (readonly [string, Fault, ChainAnswer])[] = [
  ['CERT.EUM of another CI', { foreignIssuer: true }, answers.unknownCi],
  ['CERT.EUM of another CI, and expired', { foreignIssuer: true, ...expired }, answers.unknownCi],
  ['CERT.EUM with a broken signature', { broken: true }, answers.eumInvalid],
  ['CERT.EUM with a broken signature, and expired', { broken: true, ...expired }, answers.eumInvalid],
  ['CERT.EUM expired', expired, answers.eumExpired],
  ['CERT.EUM expired, and of another role', { ...expired, policies: [roleOids.DPauth] }, answers.eumExpired],
  ['CERT.EUM not yet valid', notYetValid, answers.eumInvalid],
  ['CERT.EUM with the role of an SM-DP+', { policies: [roleOids.DPauth] }, answers.eumInvalid],
  ['CERT.EUM without a role', { without: ['policies'] }, answers.eumInvalid],
  ['CERT.EUM whose key is not for issuing', { keyUsage: ['digitalSignature'] }, answers.eumInvalid],
  ['CERT.EUM without keyUsage', { without: ['keyUsage'] }, answers.eumInvalid],
  ['CERT.EUM that is no CA', { without: ['basicConstraints'] }, answers.eumInvalid],
  ['CERT.EUM that may issue for CAs', { basicConstraints: { ca: true, pathLength: 1 } }, answers.eumInvalid],
  ['CERT.EUM without a path length', { basicConstraints: { ca: true } }, answers.eumInvalid],
  ['CERT.EUM on another curve than its CI', { foreignCurve: true }, answers.eumInvalid],
  ['CERT.EUM with an unknown critical extension', { furtherExtensions: [criticalExtension] }, answers.eumInvalid],
];

const euiccFaults: readonly (readonly [string, Fault, ChainAnswer])[] = [
  ['CERT.EUICC of another EUM', { foreignIssuer: true }, answers.euiccInvalid],
  ['CERT.EUICC of another EUM, and expired', { foreignIssuer: true, ...expired }, answers.euiccInvalid],
  ['CERT.EUICC with a broken signature', { broken: true }, answers.euiccInvalid],
  ['CERT.EUICC expired', expired, answers.euiccExpired],
  ['CERT.EUICC expired, and of another role', { ...expired, policies: [roleOids.DPpb] }, answers.euiccExpired],
  ['CERT.EUICC not yet valid', notYetValid, answers.euiccInvalid],
  ['CERT.EUICC with the role of an EUM', { policies: [roleOids.EUM] }, answers.euiccInvalid],
  ['CERT.EUICC without a role', { without: ['policies'] }, answers.euiccInvalid],
  ['CERT.EUICC whose key is not for signing', { keyUsage: ['keyAgreement'] }, answers.euiccInvalid],
  ['CERT.EUICC whose key is for issuing too', { keyUsage: ['digitalSignature', 'keyCertSign'] }, answers.euiccInvalid],
  ['CERT.EUICC without keyUsage', { without: ['keyUsage'] }, answers.euiccInvalid],
  ['CERT.EUICC of a CA', { basicConstraints: { ca: true } }, answers.euiccInvalid],
  ['CERT.EUICC with an unknown critical extension', { furtherExtensions: [criticalExtension] }, answers.euiccInvalid],
  ['CERT.EUICC on another curve than its EUM', { foreignCurve: true }, answers.euiccInvalid],
  [
    'an EID outside the range of its EUM',
    { subject: euiccSubject(eidWithCheckDigits('890490331234567890123456789012')) },
    answers.euiccInvalid,
  ],
  ['no EID', { subject: euiccSubject('SN-1') }, answers.euiccInvalid],
  ['an EID with wrong check digits', { subject: euiccSubject(`${iin}${'1'.repeat(24)}`) }, answers.euiccInvalid],
  ['a CERT.EUICC of another organisation', { subject: euiccSubject(eid, 'Another EUM') }, answers.euiccInvalid],
];

/** One bad chain of an eUICC, and what a server that trusts the CI answers to it. */
export interface NegativeChain {
  readonly fault: string;
  readonly answer: ChainAnswer;
  issue(ci: TestCi): Promise<IssuedEuicc>;
}

/** Chains of eUICCs in which one thing is wrong, or two of which the first in the order issuer key, dates, role is answered. */
export const negativeChains: readonly NegativeChain[] = [
  {
    // An EUM that is limited to no EIDs may issue for none.
    fault: 'CERT.EUICC of an EUM without nameConstraints',
    answer: answers.euiccInvalid,
    issue: (ci) => issueChainUnder(ci, { eum: { without: ['permittedDirectoryNames'] } }),
  },
  ...eumFaults.map(([fault, eum, answer]) => ({ fault, answer, issue: (ci: TestCi) => issueChainUnder(ci, { eum }) })),
  ...euiccFaults.map(([fault, euicc, answer]) => ({
    fault,
    answer,
    issue: (ci: TestCi) => issueChainUnder(ci, { euicc }),
  })),
];

/** An EUM and an eUICC under a CI: good ones unless something is said to be wrong. */
export async function issueChainUnder(ci: TestCi, { eum = {}, euicc = {} }: ChainFaults = {}): Promise<IssuedEuicc> {
  const eumKey = testKey(curveOf(eum, ci));
  const euiccKey = testKey(curveOf(euicc, ci));
  const eumCertificate = broken(eum, await issueEum(eumKey, await issuerFor(eum, ci), changeOf(eum)));
  const own = { certificate: eumCertificate.certificate, key: eumKey };
  const issuer = euicc.foreignIssuer ? await anotherEum(ci) : own;
  const euiccCertificate = broken(euicc, await issueEuicc(euiccKey, issuer, changeOf(euicc)));
  return {
    eid,
    privateKey: euiccKey.privateKey,
    euiccCertificate: euiccCertificate.certificate,
    eumCertificate: eumCertificate.certificate,
  };
}

/** authenticateErrorCode of SGP.22 section 5.7.13. */
export type ServerCertificateAnswer = 'ciPKUnknown' | 'invalidCertificate' | 'unsupportedCurve' | 'invalidOid';

const serverFaults: readonly (readonly [string, Fault, ServerCertificateAnswer])[] = [
  ['of another CI', { foreignIssuer: true }, 'ciPKUnknown'],
  ['of another CI, and expired', { foreignIssuer: true, ...expired }, 'ciPKUnknown'],
  ['of an EUM of the CI', issuedByEum, 'ciPKUnknown'],
  ['with a broken signature', { broken: true }, 'invalidCertificate'],
  ['expired', expired, 'invalidCertificate'],
  ['not yet valid', notYetValid, 'invalidCertificate'],
  ['of an eUICC', { policies: [roleOids.eUICC] }, 'invalidCertificate'],
  ['for TLS', { policies: [roleOids.DPtls] }, 'invalidCertificate'],
  ['without a role', { without: ['policies'] }, 'invalidCertificate'],
  ['whose key is not for signing', { keyUsage: ['keyAgreement'] }, 'invalidCertificate'],
  ['whose key is for issuing too', { keyUsage: ['digitalSignature', 'keyCertSign'] }, 'invalidCertificate'],
  ['without keyUsage', { without: ['keyUsage'] }, 'invalidCertificate'],
  ['of a CA', { basicConstraints: { ca: true } }, 'invalidCertificate'],
  ['with an unknown critical extension', { furtherExtensions: [criticalExtension] }, 'invalidCertificate'],
  ['on another curve than its CI', { foreignCurve: true }, 'unsupportedCurve'],
  ['without a registeredID', { subjectAltName: { dnsNames: ['rsp.aozora.example'] } }, 'invalidOid'],
  ['with two registeredIDs', { subjectAltName: { registeredIds: ['2.999.21', '2.999.22'] } }, 'invalidOid'],
];

/** One bad certificate of a server, and what an eUICC that trusts the CI answers to it. */
export interface NegativeServerCertificate {
  readonly fault: string;
  readonly answer: ServerCertificateAnswer;
  issue(ci: TestCi): Promise<{ readonly certificate: Certificate; readonly key: TestKey }>;
}

/** Certificates of a role, DPauth, DPpb or DSauth, in which something is wrong. */
export const negativeServerCertificates = (role: ServerRole): readonly NegativeServerCertificate[] =>
  serverFaults.map(([fault, change, answer]) => ({
    fault,
    answer,
    async issue(ci) {
      const key = testKey(curveOf(change, ci));
      return { ...broken(change, await issueServer(role, key, await issuerFor(change, ci), changeOf(change))), key };
    },
  }));

/** How an LPA, or a server that calls another, refuses what a server shows in TLS. */
export type TlsServerAnswer = 'SERVER_NOT_TRUSTED' | 'SERVER_ROLE_WRONG';

const tlsServerFaults: readonly (readonly [string, Fault, TlsServerAnswer])[] = [
  ['of another CI', { foreignIssuer: true }, 'SERVER_NOT_TRUSTED'],
  ['of an EUM of the CI, which is shown with it', issuedByEum, 'SERVER_NOT_TRUSTED'],
  ['with a broken signature', { broken: true }, 'SERVER_NOT_TRUSTED'],
  ['expired', expired, 'SERVER_NOT_TRUSTED'],
  ['not yet valid', notYetValid, 'SERVER_NOT_TRUSTED'],
  ['for another name', { subjectAltName: names('other.example') }, 'SERVER_NOT_TRUSTED'],
  ['whose key is not for signing', { keyUsage: ['keyAgreement'] }, 'SERVER_NOT_TRUSTED'],
  ['whose key is for issuing too', { keyUsage: ['digitalSignature', 'keyCertSign'] }, 'SERVER_NOT_TRUSTED'],
  ['that is for clients only', { extendedKeyUsage: [oids.clientAuth] }, 'SERVER_NOT_TRUSTED'],
  ['of a CA', { basicConstraints: { ca: true } }, 'SERVER_NOT_TRUSTED'],
  ['with an unknown critical extension', { furtherExtensions: [criticalExtension] }, 'SERVER_NOT_TRUSTED'],
  ['on another curve than its CI', { foreignCurve: true }, 'SERVER_NOT_TRUSTED'],
  ['with the role to authenticate', { policies: [roleOids.DPauth] }, 'SERVER_ROLE_WRONG'],
  ['with the role of an eUICC', { policies: [roleOids.eUICC] }, 'SERVER_ROLE_WRONG'],
  ['without a role', { without: ['policies'] }, 'SERVER_ROLE_WRONG'],
];

/** What a server shows in TLS: its certificate, then those of issuers below the CI; and its key. */
export interface TlsServerCredential {
  readonly certificates: readonly Certificate[];
  readonly key: TestKey;
}

/** One bad certificate that a server shows in TLS, and what comes of it at a caller that trusts the CI. */
export interface NegativeTlsServer {
  readonly fault: string;
  readonly answer: TlsServerAnswer;
  /** @param dnsName that the server is called by */
  issue(ci: TestCi, dnsName: string): Promise<TlsServerCredential>;
}

/** Certificates of TLS servers with a role, DPtls or DStls, in which something is wrong. */
export const negativeTlsServers = (role: ServerRole): readonly NegativeTlsServer[] =>
  tlsServerFaults.map(([fault, change, answer]) => ({
    fault,
    answer,
    issue: (ci, dnsName) => issueTlsServer(role, ci, dnsName, change),
  }));

/** The certificate of a TLS server, a good one unless something is said to be wrong. TLS has the clock of the machine. */
export async function issueTlsServer(
  role: ServerRole,
  ci: TestCi,
  dnsName: string,
  fault: Fault = {},
): Promise<TlsServerCredential> {
  const key = testKey(curveOf(fault, ci));
  const issuer = await issuerFor(fault, ci);
  const good = { notAfter: years(25), subjectAltName: names(dnsName) };
  const { certificate } = broken(fault, await issueServer(role, key, issuer, { ...good, ...changeOf(fault) }));
  return { certificates: fault.issuedByEum ? [certificate, issuer.certificate] : [certificate], key };
}

function names(dnsName: string) {
  return { dnsNames: [dnsName], registeredIds: ['2.999.21'] };
}

/** What must be refused of a TLS client even if its very certificate is pinned, and what for not being pinned alone. */
export interface NegativeTlsClient {
  readonly fault: string;
  readonly pinned: boolean;
  issue(ci: TestCi): Promise<{ readonly certificate: Certificate; readonly key: TestKey }>;
}

const tlsClientFaults: readonly (readonly [string, Fault, boolean])[] = [
  ['of another CI', { foreignIssuer: true }, true],
  ['with a broken signature', { broken: true }, true],
  ['expired', expired, true],
  ['not yet valid', notYetValid, true],
  ['whose key is not for signing', { keyUsage: ['cRLSign'] }, true],
  ['that is for servers only', { extendedKeyUsage: [oids.serverAuth] }, true],
  ['with an unknown critical extension', { furtherExtensions: [criticalExtension] }, true],
  ['that nobody pinned', {}, false],
  ['on another curve than its CI', { foreignCurve: true }, false],
  ['of an eUICC', { policies: [roleOids.eUICC] }, false],
];

/** Certificates of TLS clients with a role, DPtls or DStls, in which something is wrong. */
export const negativeTlsClients = (role: ServerRole): readonly NegativeTlsClient[] =>
  tlsClientFaults.map(([fault, change, pinned]) => ({
    fault,
    pinned,
    issue: (ci) => issueTlsClient(role, ci, change),
  }));

/** The certificate of a TLS client, a good one unless something is said to be wrong. TLS has the clock of the machine. */
export async function issueTlsClient(role: ServerRole, ci: TestCi, fault: Fault = {}) {
  const key = testKey(curveOf(fault, ci));
  const good = { notAfter: years(25), extendedKeyUsage: [oids.serverAuth, oids.clientAuth] };
  const certificate = await issueServer(role, key, await issuerFor(fault, ci), { ...good, ...changeOf(fault) });
  return { ...broken(fault, certificate), key };
}

const curveOf = ({ foreignCurve }: Fault, { certificate: { curve } }: TestCi): Curve =>
  foreignCurve ? (curve === 'P-256' ? 'brainpoolP256r1' : 'P-256') : curve;

function changeOf({ broken: _, foreignCurve: __, foreignIssuer: ___, issuedByEum: ____, ...change }: Fault): Change {
  return change;
}

/** The certificate with its signature spoilt, or as it is. */
function broken({ broken: spoilt }: Fault, certificate: Certificate): { readonly certificate: Certificate } {
  if (!spoilt) return { certificate };
  const raw = Uint8Array.from(certificate.raw);
  const last = raw.length - 1;
  raw[last] = (raw[last] ?? 0) ^ 1;
  return { certificate: { ...certificate, raw } };
}

async function issuerFor({ foreignIssuer, issuedByEum }: Fault, ci: TestCi): Promise<TestCi> {
  if (issuedByEum) return anotherEum(ci);
  if (!foreignIssuer) return ci;
  const key = testKey(ci.certificate.curve);
  return { certificate: await issueCi(key), key };
}

async function anotherEum(ci: TestCi): Promise<TestCi> {
  const key = testKey(ci.certificate.curve);
  return { certificate: await issueEum(key, ci, { notAfter: years(25) }), key };
}

/** A CI of a test's own, on P-256 unless said otherwise. */
export async function newTestCi(curve: Parameters<typeof testKey>[0] = 'P-256'): Promise<TestCi & { key: TestKey }> {
  const key = testKey(curve);
  return { certificate: await issueCi(key), key };
}

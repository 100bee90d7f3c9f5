import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  type Certificate,
  type CertificateIssue,
  type Curve,
  ciKeyIdentifier,
  eidWithCheckDigits,
  issueCertificate,
  nodeCurveNames,
  randomSerialNumber,
  roleOids,
  type ServerRole,
} from '@tegata/x509';
import { signerOf } from '../cryptography/signature.ts';
import { EUICCInfo1, EUICCInfo2, printExtCardResource } from '../objects/euicc-info.ts';
import type { AuthenticatingEuicc, EuiccCredential } from '../procedures/authenticate-server.ts';
import type { AuthenticatingServer, ServerCredential } from '../procedures/initiate-authentication.ts';

/** The instant the tests take for now. */
export const now = new Date('2026-11-22T12:00:00Z');
export const smdpAddress = 'smdp.aozora.example';
export const smdpOid = '2.999.10';

const organisation = 'Aki EUM';
const iin = '89049032';
export const eid = eidWithCheckDigits(`${iin}1234567890123456789012`);

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A certificate with its key. */
export interface Issued {
  readonly certificate: Certificate;
  readonly keys: Keys;
}

type Contents = Omit<
  CertificateIssue,
  'subjectPublicKey' | 'key' | 'serialNumber' | 'notBefore' | 'notAfter' | 'issuer'
>;

/** Issues a certificate over a new key, self-signed without an issuer. */
export async function issue(curve: Curve, contents: Contents, issuer?: Issued): Promise<Issued> {
  const keys = generateKeyPairSync('ec', { namedCurve: nodeCurveNames[curve] });
  const { privateKey, publicKey } = issuer?.keys ?? keys;
  const certificate = await issueCertificate({
    ...contents,
    ...(issuer && { issuer: issuer.certificate }),
    subjectPublicKey: keys.publicKey,
    key: { publicKey, sign: async (data, dsaEncoding) => sign('sha256', data, { key: privateKey, dsaEncoding }) },
    serialNumber: randomSerialNumber(randomBytes),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    // Issuers outlive what they issue.
    notAfter: new Date(issuer === undefined ? '2056-01-01T00:00:00Z' : '2036-01-01T00:00:00Z'),
  });
  return { certificate, keys };
}

export function issueCi(curve: Curve = 'P-256'): Promise<Issued> {
  return issue(curve, {
    subject: [{ type: 'CN', value: 'CI' }],
    basicConstraints: { ca: true },
    keyUsage: ['keyCertSign', 'cRLSign'],
    policies: [roleOids.CI],
  });
}

export function issueServer(ci: Issued, role: ServerRole, oid = smdpOid): Promise<Issued> {
  return issue(
    ci.certificate.curve,
    {
      subject: [{ type: 'CN', value: role }],
      keyUsage: ['digitalSignature'],
      policies: [roleOids[role]],
      subjectAltName: { registeredIds: [oid] },
    },
    ci,
  );
}

export async function issueEuicc(ci: Issued): Promise<EuiccCredential & { readonly publicKey: KeyObject }> {
  const { curve } = ci.certificate;
  const eum = await issue(
    curve,
    {
      subject: [{ type: 'O', value: organisation }],
      basicConstraints: { ca: true, pathLength: 0 },
      keyUsage: ['keyCertSign'],
      policies: [roleOids.EUM],
      permittedDirectoryNames: [
        [
          { type: 'O', value: organisation },
          { type: 'serialNumber', value: iin },
        ],
      ],
    },
    ci,
  );
  const euicc = await issue(
    curve,
    {
      subject: [
        { type: 'O', value: organisation },
        { type: 'serialNumber', value: eid },
      ],
      keyUsage: ['digitalSignature'],
      policies: [roleOids.eUICC],
    },
    eum,
  );
  return {
    signer: signerOf(euicc.keys.privateKey),
    euiccCertificate: euicc.certificate.raw,
    eumCertificate: eum.certificate.raw,
    publicKey: euicc.keys.publicKey,
  };
}

/** The server's credential of a certificate with its key. */
export function credentialOf({ certificate, keys }: Issued): ServerCredential {
  return { certificate, signer: signerOf(keys.privateKey) };
}

/** An SM-DP+ and an eUICC under one CI. */
export async function issueParties(curve: Curve = 'P-256') {
  const ci = await issueCi(curve);
  const [auth, pb, credential] = [await issueServer(ci, 'DPauth'), await issueServer(ci, 'DPpb'), await issueEuicc(ci)];
  const identifier = ciKeyIdentifier(ci.certificate);
  const server: AuthenticatingServer = {
    kind: 'SM-DP+',
    address: smdpAddress,
    supportsSvn: (svn) => svn.startsWith('2.'),
    credentials: [credentialOf(auth)],
    cis: [ci.certificate],
  };
  const identifiers = { euiccCiPKIdListForVerification: [identifier], euiccCiPKIdListForSigning: [identifier] };
  const euicc: AuthenticatingEuicc = {
    euiccChallenge: randomBytes(16),
    cis: [ci.certificate],
    credentialUnder: (asked) => (Buffer.compare(asked, identifier) === 0 ? credential : undefined),
    euiccInfo2: EUICCInfo2.encode({
      profileVersion: '2.3.1',
      svn: '2.3.0',
      euiccFirmwareVer: '1.0.0',
      extCardResource: printExtCardResource({
        installedApplications: 0,
        freeNonVolatileMemory: 291_666,
        freeVolatileMemory: 9000,
      }),
      uiccCapability: ['usimSupport', 'akaMilenage'],
      rspCapability: ['additionalProfile', 'testProfileSupport'],
      ...identifiers,
      ppVersion: '1.0.0',
      sasAcreditationNumber: 'TEST',
    }),
    at: now,
  };
  return { ci, auth, pb, server, euicc, credential, euiccInfo1: EUICCInfo1.encode({ svn: '2.3.0', ...identifiers }) };
}

/** Context that an LPA adds to the server's half. */
export const ctxParams1 = {
  matchingId: 'TOKEN-1',
  deviceInfo: { tac: Buffer.from('53609012', 'hex'), deviceCapabilities: { eutranSupportedRelease: '15.0.0' } },
} as const;

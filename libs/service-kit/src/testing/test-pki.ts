import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { type Certificate, type CertificateSigner, issueCertificate, randomSerialNumber } from '@tegata/x509';
import type { TlsIdentity } from '../listener.ts';

/** A certification authority that lives as long as a test, with all it issues. */
export interface TestPki {
  /** The root, PEM. */
  readonly roots: string;
  /** Issues a TLS certificate with exactly these names. */
  issue(names: { readonly dnsNames?: readonly string[]; readonly uris?: readonly string[] }): Promise<TlsIdentity>;
}

const hour = 3_600_000;

/** Makes a root and what issues under it. Valid from an hour ago for two hours. */
export async function makeTestPki(): Promise<TestPki> {
  const validity = { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + hour) };
  const { signer: key } = makeKey();
  const root = await issueCertificate({
    ...validity,
    subject: [{ type: 'CN', value: 'Test root' }],
    subjectPublicKey: key.publicKey,
    basicConstraints: { ca: true },
    keyUsage: ['keyCertSign', 'cRLSign'],
    serialNumber: randomSerialNumber(randomBytes),
    key,
  });
  return {
    roots: toPem(root),
    async issue({ dnsNames = [], uris = [] }) {
      const subject = makeKey();
      const certificate = await issueCertificate({
        ...validity,
        issuer: root,
        key,
        subject: [{ type: 'CN', value: 'Test' }],
        subjectPublicKey: subject.signer.publicKey,
        keyUsage: ['digitalSignature'],
        serialNumber: randomSerialNumber(randomBytes),
        ...(dnsNames.length + uris.length > 0 && { subjectAltName: { dnsNames: [...dnsNames], uris: [...uris] } }),
      });
      return { certificateChain: toPem(certificate), privateKey: subject.privateKey };
    },
  };
}

function makeKey(): { signer: CertificateSigner; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    signer: { publicKey, sign: async (data, dsaEncoding) => sign('sha256', data, { key: privateKey, dsaEncoding }) },
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function toPem({ raw }: Certificate): string {
  const lines =
    Buffer.from(raw)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

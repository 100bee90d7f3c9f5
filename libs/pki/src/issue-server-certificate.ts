import {
  type Certificate,
  issueCertificate,
  oids,
  randomSerialNumber,
  roleOids,
  type ServerRole,
  verifyRspServerCertificate,
} from '@tegata/x509';
import { generatePrivateKey, type Random } from './key-generation.ts';
import { KeyStore } from './key-store.ts';
import { InProcessKey } from './keys.ts';
import { PkiError } from './pki-error.ts';
import { setCis, setEntries } from './rsp-sets.ts';
import { validity } from './validity.ts';

/** A certificate that a CI of a set, whose key is in the set too, issues to a server. */
export interface ServerCertificateRequest {
  readonly set: string;
  /** short name of the carrier, or `relay` */
  readonly server: string;
  readonly role: ServerRole;
  /** FQDN of the server; dNSName of a TLS certificate */
  readonly address: string;
  /** registeredID, dotted */
  readonly oid: string;
  /** upper-case hex of the CI's key identifier; absent: every CI of the set whose key is there */
  readonly ciKeyId?: string;
  readonly days: number;
  readonly at: Date;
  readonly random: Random;
  readonly passphrase?: string;
}

/** What was issued. */
export interface IssuedServerCertificate {
  readonly entry: string;
  readonly role: ServerRole;
  readonly notAfter: Date;
  /** `renewed`: over the key that was there */
  readonly state: 'created' | 'renewed';
}

/**
 * Issues a server's certificate under the CIs of a set whose keys are at hand, as those of the test CI of SGP.26 are: for TLS certificates
 * that have run out, and for SM-DS certificates that nobody publishes. A key that is in place is certified anew.
 *
 * @throws PkiError `MISSING` when no key of such a CI is there
 */
export async function issueServerCertificates(
  directory: string,
  request: ServerCertificateRequest,
): Promise<readonly IssuedServerCertificate[]> {
  const { set, server, role, ciKeyId, random } = request;
  const store = new KeyStore(directory, request.passphrase);
  const issued: IssuedServerCertificate[] = [];
  for (const ci of await setCis(store, set, { acceptTestCis: true })) {
    const ciEntry = setEntries.ci(set, ci);
    if (ciKeyId !== undefined && !ciEntry.endsWith(`/${ciKeyId}`)) continue;
    if (!(await store.hasKey(ciEntry))) continue;
    const { key: issuerKey } = await store.certifiedKey(ciEntry);
    const entry = setEntries.server(set, server, ci, role);
    const there = await store.has(entry);
    const key = there ? await store.key(entry) : new InProcessKey(generatePrivateKey(ci.curve, random));
    const certificate = await issue(request, ci, issuerKey, key);
    if (there) await store.replaceCertificate(entry, certificate);
    else await store.add(entry, key.privateKey, certificate);
    issued.push({ entry, role, notAfter: certificate.notAfter, state: there ? 'renewed' : 'created' });
  }
  if (issued.length === 0)
    throw new PkiError('MISSING', `rsp/sets/${set}/ci`, 'there is no CI with its private key to issue with');
  return issued;
}

async function issue(
  { role, address, oid, days, at, random }: ServerCertificateRequest,
  ci: Certificate,
  issuerKey: InProcessKey,
  key: InProcessKey,
): Promise<Certificate> {
  const tls = role === 'DPtls' || role === 'DStls';
  const certificate = await issueCertificate({
    issuer: ci,
    key: issuerKey,
    serialNumber: randomSerialNumber(random),
    ...validity(at, days, ci),
    subject: [
      { type: 'O', value: 'Tegata' },
      { type: 'CN', value: address.slice(0, 64) },
    ],
    subjectPublicKey: key.publicKey,
    keyUsage: ['digitalSignature'],
    ...(tls && { extendedKeyUsage: [oids.serverAuth, oids.clientAuth] }),
    policies: [roleOids[role]],
    subjectAltName: { registeredIds: [oid], ...(tls && { dnsNames: [address] }) },
  });
  verifyRspServerCertificate(certificate, role, ci, at);
  return certificate;
}

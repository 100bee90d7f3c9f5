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
import { otherServerBeside, type PlannedCertificate } from './one-server.ts';
import { PkiError } from './pki-error.ts';
import { setCis, setEntries } from './rsp-sets.ts';
import { validity } from './validity.ts';

/** Certificates that the CIs of a set, whose keys are in the set too, issue to a server. */
export interface ServerCertificateRequest {
  readonly set: string;
  /** short name of the carrier, or `relay` */
  readonly server: string;
  readonly roles: readonly ServerRole[];
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

/** What is issued, before it is in place. */
interface Planned extends PlannedCertificate {
  readonly role: ServerRole;
  readonly key: InProcessKey;
  readonly state: IssuedServerCertificate['state'];
}

/**
 * Issues a server's certificates under the CIs of a set whose keys are at hand, as those of the test CI of SGP.26 are: for TLS certificates
 * that have run out, and for SM-DS certificates that nobody publishes. A key that is in place is certified anew. Nothing is put in place
 * before all of it can be.
 *
 * @throws PkiError `MISSING` when no key of such a CI is there, `OTHER_SERVER` when CERT.DPauth and CERT.DPpb would be of two SM-DP+
 * @throws RangeError for a role that the server does not have
 */
export async function issueServerCertificates(
  directory: string,
  request: ServerCertificateRequest,
): Promise<readonly IssuedServerCertificate[]> {
  const { set, server, roles, ciKeyId, random } = request;
  const stray = roles.find((role) => role.startsWith('DS') !== (server === 'relay'));
  if (stray !== undefined)
    throw new RangeError(`${server} has no CERT.${stray}: the relay is an SM-DS, a carrier an SM-DP+`);
  const store = new KeyStore(directory, request.passphrase);
  const planned: Planned[] = [];
  for (const ci of await setCis(store, set, { acceptTestCis: true })) {
    const ciEntry = setEntries.ci(set, ci);
    if (ciKeyId !== undefined && !ciEntry.endsWith(`/${ciKeyId}`)) continue;
    if (!(await store.hasKey(ciEntry))) continue;
    const { key: issuerKey } = await store.certifiedKey(ciEntry);
    for (const role of roles) {
      const entry = setEntries.server(set, server, ci, role);
      const there = await store.has(entry);
      const key = there ? await store.key(entry) : new InProcessKey(generatePrivateKey(ci.curve, random));
      const certificate = await issue(request, role, ci, issuerKey, key);
      planned.push({ entry, role, certificate, key, state: there ? 'renewed' : 'created' });
    }
  }
  if (planned.length === 0)
    throw new PkiError('MISSING', `rsp/sets/${set}/ci`, 'there is no CI with its private key to issue with');
  for (const each of planned) {
    const other = await otherServerBeside(store, each, planned);
    if (other !== undefined) throw new PkiError('OTHER_SERVER', each.entry, other);
  }
  for (const { entry, key, certificate, state } of planned) {
    if (state === 'renewed') await store.replaceCertificate(entry, certificate);
    else await store.add(entry, key.privateKey, certificate);
  }
  return planned.map(({ entry, role, state, certificate: { notAfter } }) => ({ entry, role, notAfter, state }));
}

async function issue(
  { address, oid, days, at, random }: ServerCertificateRequest,
  role: ServerRole,
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

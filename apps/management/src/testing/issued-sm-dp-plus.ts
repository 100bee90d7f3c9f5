import {
  type CertifiedKey,
  InProcessKey,
  type ServerCredentials,
  type ServerSet,
  type TlsIdentity,
  tlsIdentity,
} from '@tegata/pki';
import { type Change, issueServer, type TestCi, testKey, years } from '@tegata/x509/testing';

/** registeredID in the certificates. */
export const smDpPlusOid = '2.999.21';

async function issue(role: 'DPauth' | 'DPpb' | 'DPtls', ci: TestCi, change: Change): Promise<CertifiedKey> {
  const key = testKey(ci.certificate.curve);
  return { certificate: await issueServer(role, key, ci, change), key: new InProcessKey(key.privateKey) };
}

/** CERT.DPauth and CERT.DPpb of an SM-DP+ under a CI. */
export async function credentialsUnder(ci: TestCi): Promise<ServerCredentials> {
  const [auth, pb] = await Promise.all([issue('DPauth', ci, {}), issue('DPpb', ci, {})]);
  return { oid: smDpPlusOid, auth, pb };
}

/** CERT.DPtls under a CI. TLS has the clock of the machine, so it is valid for long. */
export async function tlsIdentityUnder(ci: TestCi, change: Change = {}): Promise<TlsIdentity> {
  return tlsIdentity(await issue('DPtls', ci, { notAfter: years(25), ...change }));
}

/** What an SM-DP+ shows that trusts these CIs and has certificates of those of them that are said. */
export async function shownUnder(
  cis: readonly [TestCi, ...TestCi[]],
  certified: readonly TestCi[] = cis,
): Promise<ServerSet> {
  const [credentials, tls] = await Promise.all([
    Promise.all(certified.map(credentialsUnder)),
    tlsIdentityUnder(certified[0] ?? cis[0]),
  ]);
  return { cis: cis.map(({ certificate }) => certificate), credentials, tls };
}

import {
  type Certificate,
  CertificateError,
  type CertificateRevocationList,
  type ChainOptions,
  ciKeyIdentifier,
  parseRevocationList,
  type ServerRole,
  trustAnchors,
  verifyEuiccChain,
  verifyRevocationList,
  verifyRspServerCertificate,
} from '@tegata/x509';
import type { CertifiedKey, KeyStore } from './key-store.ts';
import { PkiError } from './pki-error.ts';
import { shortName } from './pki-plan.ts';
import { type TlsIdentity, tlsIdentity } from './tls-material.ts';

/** Name of the set that belongs to a server's own CI and certificates; every other set is for listeners of its own. */
export const OWN_SET = 'default';

/** Certificates of an SM-DP+ or SM-DS under one CI. */
export interface ServerCredentials {
  /** registeredID of the certificates, dotted */
  readonly oid: string;
  /** CERT.DPauth or CERT.DSauth */
  readonly auth: CertifiedKey;
  /** CERT.DPpb of the same CI and OID; an SM-DS has none */
  readonly pb?: CertifiedKey;
}

/** A set of other people's PKI as one server has it. */
export interface ServerSet {
  /** CIs whose eUICCs are served */
  readonly cis: readonly Certificate[];
  /** one for each CI that the server has certificates of */
  readonly credentials: readonly ServerCredentials[];
  /** what listeners of this set show; absent: the server's own */
  readonly tls?: TlsIdentity;
  /** first dNSName of that certificate: the address of the server in this set */
  readonly address?: string;
  /** by the revocation lists of its CIs; those without one revoke nothing */
  readonly isRevoked?: ChainOptions['isRevoked'];
}

/** A CI's revocation list in its entry, DER. */
export const REVOCATIONS_FILE = 'revocations.crl';

/** An eUICC whose key and certificates were imported, under each CI it can sign under. */
export interface ImportedEuicc {
  readonly eid: string;
  readonly credentials: readonly { readonly euicc: CertifiedKey; readonly eumCertificate: Certificate }[];
  /** CIs of its sets */
  readonly cis: readonly Certificate[];
}

/** How sets are read. */
export interface SetOptions {
  readonly acceptTestCis: boolean;
  /** absent: dates are not checked */
  readonly at: Date | undefined;
}

const SETS = 'rsp/sets';
const OWN_CI = 'rsp/ci';
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();

/** Entries of a set, by what they hold. A key identifier is upper-case hex. @throws RangeError for a name that is no short one */
export const setEntries = {
  ci: (set: string, ci: Certificate) => `${SETS}/${shortName(set)}/ci/${hex(ciKeyIdentifier(ci))}`,
  eum: (set: string, eum: Certificate) =>
    `${SETS}/${shortName(set)}/eum/${hex(eum.subjectKeyIdentifier ?? Buffer.alloc(0))}`,
  euicc: (set: string, eid: string, ci: Certificate) =>
    `${SETS}/${shortName(set)}/euicc/${eid}/${hex(ciKeyIdentifier(ci))}`,
  server: (set: string, server: string, ci: Certificate, role: ServerRole) =>
    `${SETS}/${shortName(set)}/servers/${shortName(server)}/${hex(ciKeyIdentifier(ci))}/${folderOfRole[role]}`,
};

const folderOfRole: Readonly<Record<ServerRole, string>> = {
  DPauth: 'dp-auth',
  DPpb: 'dp-pb',
  DPtls: 'dp-tls',
  DSauth: 'ds-auth',
  DStls: 'ds-tls',
};

/** Names of the sets of a PKI. */
export const setNames = (store: KeyStore): Promise<readonly string[]> => store.list(SETS);

/** The CIs of a set; none where there is no such set. @throws PkiError `CERTIFICATE_REFUSED`, also for a test CI that is not accepted */
export async function setCis(store: KeyStore, set: string, { acceptTestCis }: Pick<SetOptions, 'acceptTestCis'>) {
  const folder = `${SETS}/${shortName(set)}/ci`;
  const entries = (await store.list(folder)).map((name) => `${folder}/${name}`);
  const cis = await Promise.all(entries.map((entry) => store.certificate(entry)));
  return refusing(folder, () => trustAnchors(cis, { acceptTestCis }));
}

/** The EUM certificates of a set. */
export async function setEums(store: KeyStore, set: string): Promise<readonly Certificate[]> {
  const folder = `${SETS}/${shortName(set)}/eum`;
  return Promise.all((await store.list(folder)).map((name) => store.certificate(`${folder}/${name}`)));
}

/**
 * A set as one server has it.
 *
 * @param server short name of the carrier, or `relay`
 * @throws PkiError for an entry that can't be used, CERT.DPauth without CERT.DPpb, or OIDs that differ
 */
export async function loadServerSet(
  store: KeyStore,
  set: string,
  server: string,
  options: SetOptions,
): Promise<ServerSet> {
  const cis = await setCis(store, set, options);
  const kind = server === 'relay' ? 'DS' : 'DP';
  const isRevoked = await revocationsOf(store, await revokingCis(store, set, cis));
  const credentials: ServerCredentials[] = [];
  const shown: CertifiedKey[] = [];
  for (const ci of cis) {
    const load = (role: ServerRole) =>
      loadServerKey(store, setEntries.server(set, server, ci, role), role, ci, options);
    const auth = await load(`${kind}auth`);
    const pb = kind === 'DP' ? await load('DPpb') : undefined;
    const tls = await load(`${kind}tls`);
    if (tls !== undefined) shown.push(tls.key);
    if (auth === undefined) continue;
    const entry = setEntries.server(set, server, ci, `${kind}auth`);
    if (kind === 'DP' && pb === undefined) throw new PkiError('MISSING', entry, 'there is no CERT.DPpb of the same CI');
    if (pb !== undefined && pb.oid !== auth.oid)
      throw new PkiError('CERTIFICATE_REFUSED', entry, 'CERT.DPpb has another registeredID');
    credentials.push({ oid: auth.oid, auth: auth.key, ...(pb !== undefined && { pb: pb.key }) });
  }
  // Where there is a choice, the curve that every TLS client can do.
  const tls = shown.find(({ certificate }) => certificate.curve === 'P-256') ?? shown[0];
  const [address] = tls?.certificate.subjectAltName?.dnsNames ?? [];
  return {
    cis,
    credentials,
    isRevoked,
    ...(tls && { tls: tlsIdentity(tls) }),
    ...(address !== undefined && { address }),
  };
}

/**
 * What the CIs of a set have revoked. A list counts also after its time: nothing that is on it is taken back.
 *
 * @throws PkiError `CERTIFICATE_REFUSED` for a list that is not that of its CI
 */
async function revocationsOf(store: KeyStore, cis: readonly PlacedCi[]): Promise<ChainOptions['isRevoked']> {
  const lists = new Map<string, CertificateRevocationList>();
  for (const { entry, ci } of cis) {
    const list = await revocationListOf(store, entry, ci);
    if (list !== undefined) lists.set(hex(ciKeyIdentifier(ci)), list);
  }
  return ({ serialNumber }, { subjectKeyIdentifier = Buffer.alloc(0) }) =>
    lists.get(hex(subjectKeyIdentifier))?.revoked.has(serialNumber) ?? false;
}

/** A CI with the entry that it is in. */
export interface PlacedCi {
  readonly entry: string;
  readonly ci: Certificate;
}

/** The CIs whose lists are with a set: its own and, with the set `default`, that of the deployment. */
export async function revokingCis(
  store: KeyStore,
  set: string,
  cis: readonly Certificate[],
): Promise<readonly PlacedCi[]> {
  const ofSet = cis.map((ci) => ({ entry: setEntries.ci(set, ci), ci }));
  if (set !== OWN_SET || !(await store.has(OWN_CI))) return ofSet;
  return [{ entry: OWN_CI, ci: await store.certificate(OWN_CI) }, ...ofSet];
}

/** The revocation list in the entry of a CI; undefined where there is none. @throws PkiError `CERTIFICATE_REFUSED` */
export async function revocationListOf(
  store: KeyStore,
  entry: string,
  ci: Certificate,
): Promise<CertificateRevocationList | undefined> {
  const octets = await store.file(entry, REVOCATIONS_FILE);
  if (octets === undefined) return undefined;
  return refusing(entry, () => {
    const list = parseRevocationList(octets);
    verifyRevocationList(list, ci, list.thisUpdate);
    return list;
  });
}

async function loadServerKey(
  store: KeyStore,
  entry: string,
  role: ServerRole,
  ci: Certificate,
  { at }: SetOptions,
): Promise<{ readonly key: CertifiedKey; readonly oid: string } | undefined> {
  if (!(await store.has(entry))) return undefined;
  const key = await store.certifiedKey(entry);
  const when = at ?? new Date(Math.max(ci.notBefore.getTime(), key.certificate.notBefore.getTime()));
  const { oid } = refusing(entry, () => verifyRspServerCertificate(key.certificate, role, ci, when));
  return { key, oid };
}

/**
 * An eUICC that was imported, out of every set that has it.
 *
 * @throws PkiError `MISSING` when none has
 */
export async function loadImportedEuicc(store: KeyStore, eid: string, options: SetOptions): Promise<ImportedEuicc> {
  const credentials: ImportedEuicc['credentials'][number][] = [];
  const trusted: Certificate[] = [];
  for (const set of await setNames(store)) {
    const folder = `${SETS}/${set}/euicc/${eid}`;
    const entries = (await store.list(folder)).map((name) => `${folder}/${name}`);
    if (entries.length === 0) continue;
    const cis = await setCis(store, set, options);
    const eums = await setEums(store, set);
    trusted.push(...cis.filter((ci) => !trusted.some(({ raw }) => Buffer.compare(raw, ci.raw) === 0)));
    for (const entry of entries) {
      const euicc = await store.certifiedKey(entry);
      credentials.push({ euicc, eumCertificate: eumOf(entry, euicc.certificate, eums, cis, options) });
    }
  }
  if (credentials.length === 0) throw new PkiError('MISSING', `${SETS}/*/euicc/${eid}`, 'there is no such eUICC');
  return { eid, credentials, cis: trusted };
}

function eumOf(
  entry: string,
  euicc: Certificate,
  eums: readonly Certificate[],
  cis: readonly Certificate[],
  { at }: SetOptions,
): Certificate {
  const identifier = euicc.authorityKeyIdentifier ?? Buffer.alloc(0);
  const eum = eums.find(({ subjectKeyIdentifier: own }) => own && Buffer.compare(own, identifier) === 0);
  if (eum === undefined) throw new PkiError('MISSING', entry, 'the EUM that issued the certificate is not in the set');
  refusing(entry, () => verifyEuiccChain({ euicc: euicc.raw, eum: eum.raw, cis, at: at ?? euicc.notBefore }));
  return eum;
}

function refusing<T>(entry: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    throw new PkiError('CERTIFICATE_REFUSED', entry, cause.message, { cause });
  }
}

import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  type Certificate,
  CertificateError,
  type CertificateRevocationList,
  type CertificateRole,
  findIssuer,
  roleOids,
  type ServerRole,
  trustAnchors,
  verifyEuiccChain,
  verifyEumCertificate,
  verifyRevocationList,
  verifyRspServerCertificate,
} from '@tegata/x509';
import { KeyStore } from './key-store.ts';
import { otherServerBeside } from './one-server.ts';
import { type Material, MaterialError, type MaterialFile, readMaterial } from './received-material.ts';
import {
  type PlacedCi,
  REVOCATIONS_FILE,
  revocationListOf,
  revokingCis,
  setCis,
  setEntries,
  setEums,
} from './rsp-sets.ts';

/** What is imported, and where to. */
export interface MaterialImport {
  /** name of the set */
  readonly set: string;
  /** short name of the carrier that SM-DP+ certificates are for; SM-DS certificates are the relay's */
  readonly carrier?: string;
  readonly files: readonly MaterialFile[];
  readonly at: Date;
  /** of the keys in the files */
  readonly filePassphrase?: string;
  /** of the keys in the PKI */
  readonly passphrase?: string;
}

/** What became of one certificate or revocation list. */
export interface ImportedEntry {
  readonly entry: string;
  /** `CRL`: the revocation list of the CI in that entry */
  readonly role: CertificateRole | 'CRL';
  readonly file: string;
  readonly state: 'created' | 'renewed' | 'present';
}

interface Candidate {
  readonly file: string;
  readonly certificate: Certificate;
  readonly role: CertificateRole;
  readonly privateKey: KeyObject | undefined;
}

/** Issuers before what they issue. */
const order: readonly CertificateRole[] = ['CI', 'EUM', 'eUICC', 'DPauth', 'DPpb', 'DPtls', 'DSauth', 'DStls'];
/** Certificates that are of use without their key: others sign under them. */
const withoutKey: ReadonlySet<CertificateRole> = new Set(['CI', 'EUM']);

/**
 * Puts existing CIs, EUMs, eUICCs, SM-DP+ and SM-DS certificates with their keys in place. Everything is checked first: roles, curves,
 * chains to a CI of the set, dates, that each key belongs to a certificate, and CERT.DPauth and CERT.DPpb to one SM-DP+. What is there is never replaced but by a certificate
 * over the same key, or a newer revocation list of the same CI; repeating an import changes nothing.
 *
 * @throws MaterialError in a sentence, with nothing changed
 * @throws PkiError for a set that is there but can't be read
 */
export async function importMaterial(directory: string, request: MaterialImport): Promise<readonly ImportedEntry[]> {
  const store = new KeyStore(directory, request.passphrase);
  const material = request.files.flatMap((file) => readMaterial(file, request.filePassphrase));
  const candidates = candidatesOf(material);
  const cis = [...(await setCis(store, request.set, { acceptTestCis: true }))];
  const eums = [...(await setEums(store, request.set))];
  for (const { role, certificate } of candidates) {
    if (role === 'CI') cis.push(certificate);
    if (role === 'EUM') eums.push(certificate);
  }
  const planned = candidates.map((candidate) => ({
    ...candidate,
    entry: explaining(candidate.file, () => placeOf(candidate, request, cis, eums)),
  }));
  const revoking = await revokingCis(store, request.set, cis);
  const lists = material
    .filter((each) => 'revocationList' in each)
    .map(({ file, revocationList: list }) => ({ file, list, ...explaining(file, () => issuerOf(list, revoking)) }));
  for (const { file, entry, certificate } of planned) await refuseOtherKey(store, file, entry, certificate);
  for (const each of planned) {
    const other = await otherServerBeside(store, each, planned);
    if (other !== undefined) throw new MaterialError(each.file, `${other}.`);
  }
  const done: ImportedEntry[] = [];
  for (const { file, role, entry, certificate, privateKey } of planned) {
    done.push({ entry, role, file, state: await put(store, entry, certificate, privateKey) });
  }
  for (const { file, list, entry, ci } of lists) {
    done.push({ entry, role: 'CRL', file, state: await putList(store, entry, ci, list) });
  }
  return done;
}

/** The CI whose revocation list it is. @throws CertificateError */
function issuerOf(list: CertificateRevocationList, cis: readonly PlacedCi[]): PlacedCi {
  if (list.part !== undefined)
    throw new CertificateError('MALFORMED', 'one part of a list; servers take whole ones', 'CRL');
  const refusals: unknown[] = [];
  for (const each of cis) {
    try {
      // One that is out of date is taken, too: nothing that is on it is taken back.
      verifyRevocationList(list, each.ci, list.thisUpdate);
      return each;
    } catch (error) {
      refusals.push(error);
    }
  }
  throw new CertificateError('UNKNOWN_ISSUER', 'not signed by a CI of the set', 'CRL', { cause: refusals[0] });
}

async function putList(
  store: KeyStore,
  entry: string,
  ci: Certificate,
  list: CertificateRevocationList,
): Promise<ImportedEntry['state']> {
  const present = await revocationListOf(store, entry, ci);
  if (present !== undefined && present.number >= list.number) return 'present';
  await store.putFile(entry, REVOCATIONS_FILE, list.raw);
  return present === undefined ? 'created' : 'renewed';
}

/** Certificates with their keys, issuers first. */
function candidatesOf(material: readonly Material[]): Candidate[] {
  const keys = material.flatMap((each) => ('privateKey' in each ? [each] : []));
  const used = new Set<KeyObject>();
  const candidates = material.flatMap((each): Candidate[] => {
    if (!('certificate' in each)) return [];
    const { file, certificate } = each;
    const role = roleOf(file, certificate);
    const own = keys.find(({ privateKey }) => createPublicKey(privateKey).equals(certificate.publicKey))?.privateKey;
    if (own !== undefined) used.add(own);
    if (own === undefined && !withoutKey.has(role))
      throw new MaterialError(file, `the private key of this CERT.${role} is not among the files.`);
    return [{ file, certificate, role, privateKey: own }];
  });
  const stray = keys.find(({ privateKey }) => !used.has(privateKey));
  if (stray !== undefined)
    throw new MaterialError(stray.file, 'the private key belongs to no certificate among the files.');
  if (candidates.length === 0 && !material.some((each) => 'revocationList' in each))
    throw new RangeError('there is no certificate to import');
  return candidates.sort((one, other) => order.indexOf(one.role) - order.indexOf(other.role));
}

function roleOf(file: string, { policies }: Certificate): CertificateRole {
  const [role, ...others] = order.filter((each) => policies.includes(roleOids[each]));
  if (role === undefined || others.length > 0) {
    throw new MaterialError(file, 'its certificate policies name not exactly one role of remote SIM provisioning.');
  }
  return role;
}

/** The entry a certificate belongs into, once its chain holds. @throws CertificateError, MaterialError */
function placeOf(
  { file, certificate, role }: Candidate,
  { set, carrier, at }: MaterialImport,
  cis: readonly Certificate[],
  eums: readonly Certificate[],
): string {
  switch (role) {
    case 'CI': {
      trustAnchors([certificate], { acceptTestCis: true });
      if (at < certificate.notBefore || at > certificate.notAfter)
        throw new MaterialError(file, `${datesOf(certificate)}.`);
      return setEntries.ci(set, certificate);
    }
    case 'EUM':
      verifyEumCertificate(certificate, cis, at);
      return setEntries.eum(set, certificate);
    case 'eUICC': {
      const eum = findIssuer(certificate, eums);
      const { eid, ci } = verifyEuiccChain({ euicc: certificate.raw, eum: eum.raw, cis, at });
      return setEntries.euicc(set, eid, ci);
    }
    default: {
      const ci = findIssuer(certificate, cis);
      verifyRspServerCertificate(certificate, role, ci, at);
      return setEntries.server(set, serverOf(file, role, carrier), ci, role);
    }
  }
}

function serverOf(file: string, role: ServerRole, carrier: string | undefined): string {
  if (role === 'DSauth' || role === 'DStls') return 'relay';
  if (carrier === undefined) throw new MaterialError(file, `a CERT.${role} belongs to a carrier; say which one.`);
  return carrier;
}

const datesOf = ({ notBefore, notAfter }: Certificate) =>
  `the certificate is valid from ${notBefore.toISOString()} to ${notAfter.toISOString()} only`;

function explaining<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    const hint = cause.code === 'UNKNOWN_ISSUER' ? ' Its issuer is not in the set: import that with it, or first.' : '';
    throw new MaterialError(file, `refused: ${cause.message}.${hint}`, { cause });
  }
}

async function refuseOtherKey(store: KeyStore, file: string, entry: string, { publicKey }: Certificate): Promise<void> {
  if (!(await store.has(entry)) || (await store.certificate(entry)).publicKey.equals(publicKey)) return;
  const advice = 'Keys are never replaced; move that folder away first';
  throw new MaterialError(file, `another key is in place in ${entry}. ${advice}.`);
}

async function put(
  store: KeyStore,
  entry: string,
  certificate: Certificate,
  privateKey: KeyObject | undefined,
): Promise<ImportedEntry['state']> {
  if (await store.add(entry, privateKey, certificate)) return 'created';
  const present = await store.certificate(entry);
  const sameCertificate = Buffer.compare(present.raw, certificate.raw) === 0;
  const keyIsNew = privateKey !== undefined && !(await store.hasKey(entry));
  if (keyIsNew) await store.addKey(entry, privateKey);
  if (!sameCertificate) await store.replaceCertificate(entry, certificate);
  return sameCertificate && !keyIsNew ? 'present' : 'renewed';
}

import {
  type Certificate,
  CertificateError,
  type Curve,
  checkIssuedBy,
  issueCertificate,
  randomSerialNumber,
  saysTheSame,
} from '@tegata/x509';
import { generatePrivateKey, type Random } from './key-generation.ts';
import { type CertifiedKey, KeyStore } from './key-store.ts';
import { InProcessKey } from './keys.ts';
import { PkiError } from './pki-error.ts';
import { type EntryPlan, entryPlans, type PkiPlan } from './pki-plan.ts';
import { DAY, validity } from './validity.ts';

/** What `ensurePki` found and did, by entry. */
export interface PkiReport {
  readonly created: readonly string[];
  /** the key stayed, its certificate was issued anew: near its end, or the plan or the issuer had changed */
  readonly renewed: readonly string[];
  readonly present: readonly string[];
}

/** What `ensurePki` takes beside directory and plan. */
export interface PkiOptions {
  /** the present time */
  readonly at: Date;
  readonly random: Random;
  /** for all private keys; absent: they are kept in clear, mode 0600 */
  readonly passphrase?: string;
  /** of the RSP keys; P-256 when absent. Identity and service keys are on P-256 always, as HPKE and TLS here want it */
  readonly curve?: Curve;
  /** certificates that end within this many days are issued anew; 30 when absent */
  readonly renewWithinDays?: number;
}

/**
 * Brings the directory to what the plan says: the RSP, identity and service PKIs of a deployment.
 *
 * Only what is missing is made; keys are never replaced. Running it again, also at the same time in several processes,
 * changes nothing more.
 *
 * @throws PkiError `KEY_UNREADABLE` and others for folders that are there but can't be used
 * @throws RangeError for a plan with impossible names
 */
export async function ensurePki(directory: string, plan: PkiPlan, options: PkiOptions): Promise<PkiReport> {
  const store = new KeyStore(directory, options.passphrase);
  const report = { created: [] as string[], renewed: [] as string[], present: [] as string[] };
  const issuers = new Map<string, CertifiedKey>();
  for (const entryPlan of entryPlans(plan)) {
    const { entry, issuer: issuerEntry } = entryPlan;
    const issuer = issuerEntry === undefined ? undefined : issuers.get(issuerEntry);
    if (issuerEntry !== undefined && issuer === undefined) throw new Error(`${issuerEntry} comes after ${entry}`);
    const done = await ensureEntry(store, entryPlan, issuer, options);
    report[done].push(entry);
    if (entryPlan.contents.basicConstraints?.ca === true) issuers.set(entry, await store.certifiedKey(entry));
  }
  return report;
}

async function ensureEntry(
  store: KeyStore,
  plan: EntryPlan,
  issuer: CertifiedKey | undefined,
  options: PkiOptions,
): Promise<keyof PkiReport> {
  if (!(await store.has(plan.entry))) {
    const curve = plan.entry.startsWith('rsp/') ? (options.curve ?? 'P-256') : 'P-256';
    const key = new InProcessKey(generatePrivateKey(curve, options.random));
    const certificate = await issueFor(plan, key, issuer, options);
    return (await store.add(plan.entry, key.privateKey, certificate)) ? 'created' : 'present';
  }
  const key = await store.key(plan.entry);
  const certificate = await presentCertificate(store, plan.entry);
  if (certificate !== undefined && isGood(certificate, plan, key, issuer, options)) return 'present';
  await store.replaceCertificate(plan.entry, await issueFor(plan, key, issuer, options));
  return 'renewed';
}

async function presentCertificate(store: KeyStore, entry: string): Promise<Certificate | undefined> {
  try {
    return await store.certificate(entry);
  } catch (error) {
    // The key is what can't be had again; over it a certificate can be issued any time.
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}

function isGood(
  certificate: Certificate,
  { contents }: EntryPlan,
  key: InProcessKey,
  issuer: CertifiedKey | undefined,
  { at, renewWithinDays = 30 }: PkiOptions,
): boolean {
  if (certificate.notAfter.getTime() - at.getTime() < renewWithinDays * DAY) return false;
  if (!saysTheSame(certificate, { ...contents, subjectPublicKey: key.publicKey }, issuer?.certificate)) return false;
  if (issuer === undefined) return true;
  try {
    checkIssuedBy(certificate, issuer.certificate);
    return true;
  } catch (error) {
    if (error instanceof CertificateError) return false;
    throw error;
  }
}

function issueFor(
  { contents, days }: EntryPlan,
  key: InProcessKey,
  issuer: CertifiedKey | undefined,
  { at, random }: PkiOptions,
): Promise<Certificate> {
  return issueCertificate({
    ...contents,
    subjectPublicKey: key.publicKey,
    ...(issuer !== undefined && { issuer: issuer.certificate }),
    key: issuer?.key ?? key,
    serialNumber: randomSerialNumber(random),
    ...validity(at, days, issuer?.certificate),
  });
}

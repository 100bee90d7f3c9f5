import {
  type Certificate,
  type ChainOptions,
  checkAuthority,
  checkCriticalExtensions,
  checkDates,
  checkEndEntity,
  checkIssuedBy,
  type KeyUsage,
  type ServerRole,
  trustAnchors,
  verifyRspServerCertificate,
} from '@tegata/x509';
import type { EumMaterial } from './euicc-manufacture.ts';
import { type CertifiedKey, KeyStore } from './key-store.ts';
import { PkiError } from './pki-error.ts';
import { serviceIdentity } from './pki-plan.ts';
import {
  type ImportedEuicc,
  loadImportedEuicc,
  loadServerSet,
  OWN_SET,
  type ServerCredentials,
  type ServerSet,
  setCis,
  setNames,
} from './rsp-sets.ts';
import { type MutualTls, rootsPem, type TlsIdentity, tlsIdentity } from './tls-material.ts';

/** How key material is loaded. */
export interface LoadOptions {
  /** certificates are checked at this time; absent: without their dates */
  readonly at?: Date;
  /** of the private keys */
  readonly passphrase?: string;
  /** CIs of others that are trusted beside the deployment's own and those of its set `default` */
  readonly furtherCis?: readonly Certificate[];
  /** whether published test CIs (SGP.26) may be among them */
  readonly acceptTestCis?: boolean;
}

/** Whom identity certificates and their status list must come from. */
export interface IdentityTrust {
  readonly root: Certificate;
  readonly issuingCa: Certificate;
}

/** Key material of an SM-DP+. */
export interface SmDpPlusKeys {
  /** trusted CIs, for eUICC chains */
  readonly cis: readonly Certificate[];
  readonly dpAuth: CertifiedKey;
  readonly dpPb: CertifiedKey;
  /** own certificates first, then those of the set `default`: one for each CI there are some of */
  readonly credentials: readonly ServerCredentials[];
  /** by the revocation lists of the CIs of the set `default` */
  readonly isRevoked?: ChainOptions['isRevoked'];
  /** sets of others for listeners of their own, by name */
  readonly sets: ReadonlyMap<string, ServerSet>;
  /** ES9+ and contract desk, towards terminals */
  readonly dpTls: TlsIdentity;
  /** registeredID of the three certificates */
  readonly oid: string;
  /** mutual TLS between services, as server and as client */
  readonly service: MutualTls;
}

/** Key material of a carrier's management server: SM-DP+ and contract desk. */
export interface ManagementKeys extends SmDpPlusKeys {
  readonly identity: IdentityTrust;
  /** what EIDs are sealed to */
  readonly authenticationEncryption: Certificate;
}

/** Key material of the authentication server. */
export interface AuthenticationKeys {
  readonly cis: readonly Certificate[];
  /** issues identity certificates and the status list */
  readonly issuingCa: CertifiedKey;
  readonly identity: IdentityTrust;
  /** opens what terminals and carriers seal */
  readonly encryption: CertifiedKey;
  /** what certificates for the relay are sealed to */
  readonly relayEncryption: Certificate;
  readonly service: MutualTls;
  /** under the public name, where it has one */
  readonly tls?: TlsIdentity;
}

/** Key material of an SM-DS. */
export interface SmDsKeys {
  readonly cis: readonly Certificate[];
  readonly dsAuth: CertifiedKey;
  /** own certificate first, then those of the set `default`: one for each CI there is one of */
  readonly credentials: readonly ServerCredentials[];
  /** by the revocation lists of the CIs of the set `default` */
  readonly isRevoked?: ChainOptions['isRevoked'];
  /** sets of others for listeners of their own, by name */
  readonly sets: ReadonlyMap<string, ServerSet>;
  readonly dsTls: TlsIdentity;
  readonly oid: string;
  readonly service: MutualTls;
}

/** Key material of the relay in patent mode. */
export interface RelayKeys extends SmDsKeys {
  /** opens the certificates that authentication seals */
  readonly encryption: CertifiedKey;
  readonly identity: IdentityTrust;
}

/** What an LPA believes. */
export interface LpaTrust {
  readonly cis: readonly Certificate[];
  /** PEM of the CIs, for TLS towards SM-DP+ and SM-DS */
  readonly tlsRoots: Buffer;
}

/** What a terminal believes that makes contracts; it has no key but its eUICC's. */
export interface TerminalTrust extends LpaTrust {
  readonly identity: IdentityTrust;
  /** what identity documents and ID photos are sealed to */
  readonly authenticationEncryption: Certificate;
}

/** Key material of an operator's program. */
export interface OperatorKeys {
  readonly service: MutualTls;
}

/** Without the identity PKI, which an SM-DP+ has nothing to do with. @throws PkiError */
export async function loadSmDpPlusKeys(
  directory: string,
  carrier: string,
  options: LoadOptions = {},
): Promise<SmDpPlusKeys> {
  const load = new Loader(directory, options);
  const cis = await load.cis();
  const dpAuth = await load.rspServer(`rsp/${carrier}/dp-auth`, 'DPauth', cis);
  const dpPb = await load.rspServer(`rsp/${carrier}/dp-pb`, 'DPpb', cis);
  const dpTls = await load.rspServer(`rsp/${carrier}/dp-tls`, 'DPtls', cis);
  if (new Set([dpAuth.oid, dpPb.oid, dpTls.oid]).size > 1)
    throw new PkiError('CERTIFICATE_REFUSED', `rsp/${carrier}`, 'certificates have different registeredIDs');
  const added = await load.set(OWN_SET, carrier);
  return {
    cis,
    dpAuth: dpAuth.certifiedKey,
    dpPb: dpPb.certifiedKey,
    credentials: [{ oid: dpAuth.oid, auth: dpAuth.certifiedKey, pb: dpPb.certifiedKey }, ...added.credentials],
    isRevoked: added.isRevoked,
    sets: await load.furtherSets(carrier),
    dpTls: tlsIdentity(dpTls.certifiedKey),
    oid: dpAuth.oid,
    service: await load.service(`management-${carrier}`, `management/${carrier}`),
  };
}

/** @throws PkiError */
export async function loadManagementKeys(
  directory: string,
  carrier: string,
  options: LoadOptions = {},
): Promise<ManagementKeys> {
  const load = new Loader(directory, options);
  const identity = await load.identityTrust();
  return {
    ...(await loadSmDpPlusKeys(directory, carrier, options)),
    identity,
    authenticationEncryption: await load.encryptionCertificate('authentication', identity),
  };
}

/** @throws PkiError */
export async function loadAuthenticationKeys(
  directory: string,
  options: LoadOptions = {},
): Promise<AuthenticationKeys> {
  const load = new Loader(directory, options);
  const identity = await load.identityTrust();
  const publicTls = (await load.store.has('rsp/authentication/tls'))
    ? { tls: tlsIdentity(await load.store.certifiedKey('rsp/authentication/tls')) }
    : {};
  return {
    cis: await load.cis(),
    issuingCa: await load.store.certifiedKey('identity/issuing-ca'),
    identity,
    encryption: await load.encryptionKey('authentication', identity),
    relayEncryption: await load.encryptionCertificate('relay', identity),
    service: await load.service('authentication', 'authentication'),
    ...publicTls,
  };
}

/** Without the identity PKI, which an SM-DS has nothing to do with. @throws PkiError */
export async function loadSmDsKeys(directory: string, options: LoadOptions = {}): Promise<SmDsKeys> {
  const load = new Loader(directory, options);
  const cis = await load.cis();
  const dsAuth = await load.rspServer('rsp/relay/ds-auth', 'DSauth', cis);
  const dsTls = await load.rspServer('rsp/relay/ds-tls', 'DStls', cis);
  const added = await load.set(OWN_SET, 'relay');
  return {
    cis,
    dsAuth: dsAuth.certifiedKey,
    credentials: [{ oid: dsAuth.oid, auth: dsAuth.certifiedKey }, ...added.credentials],
    isRevoked: added.isRevoked,
    sets: await load.furtherSets('relay'),
    dsTls: tlsIdentity(dsTls.certifiedKey),
    oid: dsAuth.oid,
    service: await load.service('relay', 'relay'),
  };
}

/** @throws PkiError */
export async function loadRelayKeys(directory: string, options: LoadOptions = {}): Promise<RelayKeys> {
  const load = new Loader(directory, options);
  const identity = await load.identityTrust();
  return {
    ...(await loadSmDsKeys(directory, options)),
    encryption: await load.encryptionKey('relay', identity),
    identity,
  };
}

/** Without the identity PKI, which an LPA has nothing to do with. @throws PkiError */
export async function loadLpaTrust(directory: string, options: LoadOptions = {}): Promise<LpaTrust> {
  const load = new Loader(directory, options);
  const cis = [...(await load.cis()), ...(await load.cisOfFurtherSets())];
  return { cis, tlsRoots: rootsPem(cis) };
}

/** Whether a PKI has the part that identity certificates come from. */
export const hasIdentityPki = (directory: string): Promise<boolean> => new KeyStore(directory).has('identity/root');

/** @throws PkiError */
export async function loadTerminalTrust(directory: string, options: LoadOptions = {}): Promise<TerminalTrust> {
  const load = new Loader(directory, options);
  const identity = await load.identityTrust();
  return {
    ...(await loadLpaTrust(directory, options)),
    identity,
    authenticationEncryption: await load.encryptionCertificate('authentication', identity),
  };
}

/** @throws PkiError */
export async function loadOperatorKeys(
  directory: string,
  operator: string,
  options: LoadOptions = {},
): Promise<OperatorKeys> {
  return { service: await new Loader(directory, options).service(`operator-${operator}`, `operator/${operator}`) };
}

/** What `manufactureEuicc` needs. @throws PkiError */
export async function loadEum(directory: string, options: LoadOptions = {}): Promise<EumMaterial> {
  const load = new Loader(directory, options);
  return { ...(await load.store.certifiedKey('rsp/eum')), cis: await load.cis() };
}

/** Key and certificates of an eUICC that was imported. @throws PkiError */
export function loadEuicc(directory: string, eid: string, options: LoadOptions = {}): Promise<ImportedEuicc> {
  const { acceptTestCis = false, at } = options;
  return loadImportedEuicc(new KeyStore(directory, options.passphrase), eid, { acceptTestCis, at });
}

/** Loads entries and checks each against the root it hangs on, so that a wrong file is noticed at the start. */
class Loader {
  readonly store: KeyStore;
  readonly #at: Date | undefined;
  readonly #options: LoadOptions;

  constructor(directory: string, options: LoadOptions) {
    this.store = new KeyStore(directory, options.passphrase);
    this.#at = options.at;
    this.#options = options;
  }

  /** The deployment's own CI first. */
  async cis(): Promise<readonly Certificate[]> {
    const { furtherCis = [], acceptTestCis = false } = this.#options;
    const ci = await this.store.certificate('rsp/ci');
    const ofOthers = await setCis(this.store, OWN_SET, { acceptTestCis });
    return accepting('rsp/ci', () => trustAnchors([ci, ...ofOthers, ...furtherCis], { acceptTestCis }));
  }

  set(name: string, server: string): Promise<ServerSet> {
    const { acceptTestCis = false } = this.#options;
    return loadServerSet(this.store, name, server, { acceptTestCis, at: this.#at });
  }

  /** Sets that listeners of their own may show. */
  async furtherSets(server: string): Promise<ReadonlyMap<string, ServerSet>> {
    const sets = new Map<string, ServerSet>();
    for (const name of await setNames(this.store)) if (name !== OWN_SET) sets.set(name, await this.set(name, server));
    return sets;
  }

  async cisOfFurtherSets(): Promise<readonly Certificate[]> {
    const { acceptTestCis = false } = this.#options;
    const names = (await setNames(this.store)).filter((name) => name !== OWN_SET);
    return (await Promise.all(names.map((name) => setCis(this.store, name, { acceptTestCis })))).flat();
  }

  async rspServer(
    entry: string,
    role: ServerRole,
    [ci]: readonly Certificate[],
  ): Promise<{ certifiedKey: CertifiedKey; oid: string }> {
    const certifiedKey = await this.store.certifiedKey(entry);
    const { certificate } = certifiedKey;
    if (ci === undefined) throw new PkiError('MISSING', 'rsp/ci', 'there is no CI');
    const at = this.#at ?? new Date(Math.max(ci.notBefore.getTime(), certificate.notBefore.getTime()));
    const { oid } = accepting(entry, () => verifyRspServerCertificate(certificate, role, ci, at));
    return { certifiedKey, oid };
  }

  async identityTrust(): Promise<IdentityTrust> {
    const root = await this.store.certificate('identity/root');
    const issuingCa = await this.store.certificate('identity/issuing-ca');
    accepting('identity/root', () => {
      checkAuthority(root, 1);
      if (this.#at !== undefined) checkDates(root, this.#at);
    });
    accepting('identity/issuing-ca', () => {
      this.#checkUnder(root, issuingCa);
      checkAuthority(issuingCa, 0);
    });
    return { root, issuingCa };
  }

  async encryptionCertificate(role: 'authentication' | 'relay', { root }: IdentityTrust): Promise<Certificate> {
    const entry = `identity/${role}-encryption`;
    const certificate = await this.store.certificate(entry);
    this.#checkEndEntity(entry, certificate, root, 'keyAgreement', role);
    return certificate;
  }

  async encryptionKey(role: 'authentication' | 'relay', trust: IdentityTrust): Promise<CertifiedKey> {
    await this.encryptionCertificate(role, trust);
    return this.store.certifiedKey(`identity/${role}-encryption`);
  }

  async service(folder: string, identity: string): Promise<MutualTls> {
    const ca = await this.store.certificate('service/ca');
    const entry = `service/${folder}`;
    const certifiedKey = await this.store.certifiedKey(entry);
    this.#checkEndEntity(entry, certifiedKey.certificate, ca, 'digitalSignature', identity);
    return { ...tlsIdentity(certifiedKey), roots: rootsPem([ca]) };
  }

  #checkEndEntity(entry: string, certificate: Certificate, ca: Certificate, usage: KeyUsage, identity: string): void {
    accepting(entry, () => {
      this.#checkUnder(ca, certificate);
      checkEndEntity(certificate, usage);
    });
    const [uri, ...others] = certificate.subjectAltName?.uris ?? [];
    if (uri !== serviceIdentity(identity) || others.length > 0)
      throw new PkiError('CERTIFICATE_REFUSED', entry, `certificate is not that of ${identity}`);
  }

  #checkUnder(ca: Certificate, certificate: Certificate): void {
    checkIssuedBy(certificate, ca);
    if (this.#at !== undefined) checkDates(certificate, this.#at);
    checkCriticalExtensions(certificate);
  }
}

function accepting<T>(entry: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'certificate is refused';
    throw new PkiError('CERTIFICATE_REFUSED', entry, reason, { cause });
  }
}

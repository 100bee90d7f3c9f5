import type { InstalledProfile } from '@tegata/profile-package';
import type { Memory, Transaction } from '../memory/memory.ts';
import type { ApplicationEntry } from './application-record.ts';
import { applicationRecord, inProfile } from './profile-records.ts';

/** Life cycle states of GlobalPlatform (Card Specification section 11.1.1). */
const LOADED = Uint8Array.of(0x01);
const SELECTABLE = Uint8Array.of(0x07);

/** An entry of the registry of one profile. */
export interface RegisteredApplication extends ApplicationEntry {
  /** upper-case hexadecimal digits */
  readonly aid: string;
}

/** Puts security domains, remote file management and applications of a profile into its registry, in a transaction. */
export function storeApplications(transaction: Transaction, isdpAid: string, profile: InstalledProfile): void {
  for (const [aid, entry] of entriesOf(profile)) {
    transaction.put(applicationRecord, inProfile(isdpAid, hexadecimal(aid)), entry);
  }
}

/** The registry of the profile in this ISD-P, in the order of the AIDs. */
export function registeredApplications(memory: Memory, isdpAid: string): RegisteredApplication[] {
  return [...memory.list(applicationRecord, inProfile(isdpAid, ''))]
    .map(({ identifier, value }) => ({ aid: identifier.slice(isdpAid.length + 1), ...value }))
    .sort((a, b) => a.aid.localeCompare(b.aid));
}

function* entriesOf(profile: InstalledProfile): Generator<readonly [aid: Uint8Array, entry: ApplicationEntry]> {
  for (const [index, { instance, raw }] of profile.securityDomains.entries()) {
    const isMnoSecurityDomain = index === 0;
    const kind = 'security-domain';
    yield [instance.instanceAID, { ...instanceEntry(instance), kind, content: raw, isMnoSecurityDomain }];
  }
  for (const { instanceAID, securityDomainAID, raw } of profile.rfm) {
    const kind = 'remote-file-management';
    yield [instanceAID, { kind, lifeCycleState: SELECTABLE, ...domain(securityDomainAID), content: raw }];
  }
  for (const { loadBlock, instanceList = [] } of profile.applications) {
    if (loadBlock !== undefined) {
      const { loadPackageAID, securityDomainAID, raw } = loadBlock;
      const kind = 'executable-load-file';
      yield [loadPackageAID, { kind, lifeCycleState: LOADED, ...domain(securityDomainAID), content: raw }];
    }
    for (const instance of instanceList) {
      yield [instance.instanceAID, { ...instanceEntry(instance), kind: 'application', content: instance.raw }];
    }
  }
}

type Instance = InstalledProfile['securityDomains'][number]['instance'];

function instanceEntry(instance: Instance): Omit<ApplicationEntry, 'kind' | 'content'> {
  return {
    lifeCycleState: instance.lifeCycleState ?? SELECTABLE,
    privileges: instance.applicationPrivileges,
    ...domain(instance.extraditeSecurityDomainAID),
    loadPackageAid: instance.applicationLoadPackageAID,
  };
}

function domain(aid: Uint8Array | undefined): { readonly securityDomainAid?: Uint8Array } {
  return aid === undefined ? {} : { securityDomainAid: aid };
}

function hexadecimal(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex').toUpperCase();
}

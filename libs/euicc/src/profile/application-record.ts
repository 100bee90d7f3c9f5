import { boolean, type Decoded, integer, octets, optional, sequence } from '@tegata/der';

/** What an entry of the registry is (GlobalPlatform Card Specification section 6.6), by the numbers it is stored under. */
export const APPLICATION_KINDS = [
  'security-domain',
  'remote-file-management',
  'executable-load-file',
  'application',
] as const;
export type ApplicationKind = (typeof APPLICATION_KINDS)[number];

/** An entry of the registry, under its AID. No code of it is executed. */
export const ApplicationEntrySchema = sequence(0x30, {
  kind: integer(0x80, 0, APPLICATION_KINDS.length - 1).as<ApplicationKind>(
    (number) => APPLICATION_KINDS[number] as ApplicationKind,
    (kind) => APPLICATION_KINDS.indexOf(kind),
  ),
  /** life cycle state of GlobalPlatform: 01 loaded, 07 selectable, 0F personalised, or an application's own */
  lifeCycleState: octets(0x81, 1),
  privileges: optional(octets(0x82)),
  /** the security domain that it belongs to; absent: the MNO-SD */
  securityDomainAid: optional(octets(0x83, 5, 16)),
  /** the load package of an instance */
  loadPackageAid: optional(octets(0x84, 5, 16)),
  /** what the package said of it, with keys, parameters and code */
  content: octets(0x85),
  /** whether it is the MNO-SD: the first security domain of the package */
  isMnoSecurityDomain: optional(boolean(0x86)),
});
export type ApplicationEntry = Omit<Decoded<typeof ApplicationEntrySchema>, 'raw' | 'extensions'>;

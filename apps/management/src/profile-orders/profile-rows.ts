import {
  type ImportProfilesRequest,
  ProfileClass,
  type ProfileDisplay,
  ProfileRow,
  ProfileTemplate,
} from '@tegata/contracts/management-v1';
import {
  type ProfilePackage,
  ProfilePackageError,
  readProfilePackage,
  type SecurityDomainKeySlot,
  securityDomainKeySlots,
} from '@tegata/profile-package';
import { ProfileClass as MetadataClass } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { ProfileDisplay as MetadataDisplay } from '../profile/profile-metadata.ts';
import type { SubscriptionKeys } from '../profile/subscription-keys.ts';
import { digestOfRow, type KeyedRow } from './batch.ts';

/** A template as it is applied to rows. */
export interface Template {
  readonly octets: Uint8Array;
  readonly package?: ProfilePackage | undefined;
  readonly profileType: string;
  readonly display?: ProfileDisplay | undefined;
  /** keys of security domains that each profile has of its own */
  readonly keySlots?: readonly SecurityDomainKeySlot[];
}

/** A row of a batch with the template it stands under. */
export interface TemplatedRow {
  readonly row: ProfileRow;
  readonly template: Template;
}

/** The rows of a batch. @throws ServiceError TEMPLATE_UNREADABLE */
export async function* withTemplates(requests: AsyncIterable<ImportProfilesRequest>): AsyncGenerator<TemplatedRow> {
  let template: Template = { octets: Buffer.alloc(0), profileType: '' };
  for await (const { item } of requests) {
    if (item?.$case === 'row') yield { row: item.value, template };
    if (item?.$case === 'template') template = readTemplate(item.value);
  }
}

function readTemplate(template: ProfileTemplate): Template {
  const { profilePackage, profileType, display, keepSecurityDomainKeys } = template;
  const octets = ProfileTemplate.encode(template).finish();
  try {
    const parsed = profilePackage.length > 0 ? readProfilePackage(profilePackage) : undefined;
    const keySlots = parsed === undefined || keepSecurityDomainKeys ? [] : securityDomainKeySlots(parsed);
    return { octets, package: parsed, profileType, display, keySlots };
  } catch (cause) {
    if (!(cause instanceof ProfilePackageError)) throw cause;
    throw refusal('TEMPLATE_UNREADABLE', {
      message: `The template is not a profile package: ${cause.message}.`,
      cause,
    });
  }
}

/** The row's key, and what it asks for under its template. */
export const keyedRow = (row: ProfileRow, template: Template): KeyedRow => ({
  rowKey: row.rowKey,
  digest: digestOfRow(Buffer.from('profile'), template.octets, ProfileRow.encode(row).finish()),
});

/** The keys that a row brings; undefined for random ones. @throws ServiceError SUBSCRIPTION_VALUE_INVALID */
export function keysOf({ ki, opc }: ProfileRow): SubscriptionKeys | undefined {
  if ((ki.length !== 16 || opc.length !== 16) && ki.length + opc.length > 0) {
    throw refusal('SUBSCRIPTION_VALUE_INVALID', { message: 'Ki and OPc are 16 octets each, or both are left out.' });
  }
  return ki.length > 0 ? { k: ki, opc } : undefined;
}

/** What the user is shown: the row's own where it says something. */
export function mergedDisplay(of: ProfileDisplay | undefined, own: ProfileDisplay | undefined): MetadataDisplay {
  const profileClass = classes[own?.profileClass || of?.profileClass || ProfileClass.UNSPECIFIED];
  return {
    serviceProviderName: own?.serviceProviderName || of?.serviceProviderName || '',
    profileName: own?.profileName || of?.profileName || '',
    icon: own?.icon.length ? own.icon : (of?.icon ?? Buffer.alloc(0)),
    profileClass,
  };
}

const classes: Readonly<Record<ProfileClass, number | undefined>> = {
  [ProfileClass.UNSPECIFIED]: undefined,
  [ProfileClass.TEST]: MetadataClass.test,
  [ProfileClass.PROVISIONING]: MetadataClass.provisioning,
  [ProfileClass.OPERATIONAL]: MetadataClass.operational,
};

import { DerError } from '@tegata/der';
import { IconType, type PprId, PprIdBits, ProfileClass, StoreMetadataRequest } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { ServiceProvider } from '../carrier.ts';

/** What the user is shown of a profile. Empty and absent ones are the carrier's own. */
export interface ProfileDisplay {
  readonly serviceProviderName?: string;
  readonly profileName?: string;
  /** see `ProfileClass` of @tegata/rsp; default operational */
  readonly profileClass?: number | undefined;
  /** PNG or JPEG. */
  readonly icon?: Uint8Array;
}

/** Metadata of a profile, as its row has it. */
export interface StoredMetadata {
  /** DER of StoreMetadataRequest. */
  readonly octets: Uint8Array;
  /** Bits of the rules: the first bit of PprIds counts 1, the second 2. */
  readonly policyRules: number;
}

/** What the user is shown, and where the eUICC reports: to this SM-DP+, of every change. */
export function makeMetadata(
  carrier: ServiceProvider,
  iccid: string,
  display: ProfileDisplay,
  rules: readonly PprId[] = [],
) {
  const { displayName, plmn, address } = carrier;
  const icon = display.icon?.length ? display.icon : undefined;
  return encode({
    iccid,
    serviceProviderName: display.serviceProviderName || displayName,
    profileName: display.profileName || `${displayName} ${iccid.slice(-5)}`,
    ...(icon && { iconType: iconTypeOf(icon), icon }),
    profileClass: display.profileClass ?? ProfileClass.operational,
    notificationConfigurationInfo: [
      { profileManagementOperation: ['install', 'enable', 'disable', 'delete'], notificationAddress: address },
    ],
    profileOwner: { mccMnc: plmn.mcc + plmn.mnc },
    ...(rules.length > 0 && { profilePolicyRules: [...rules] }),
  });
}

/** The same metadata with other policy rules. */
export function withPolicyRules(octets: Uint8Array, rules: readonly PprId[]): StoredMetadata {
  const { profilePolicyRules: _, ...rest } = StoreMetadataRequest.decode(octets);
  return encode({ ...rest, ...(rules.length > 0 && { profilePolicyRules: [...rules] }) });
}

function encode(metadata: Parameters<typeof StoreMetadataRequest.encode>[0]): StoredMetadata {
  try {
    const octets = StoreMetadataRequest.encode(metadata);
    const rules = 'profilePolicyRules' in metadata ? metadata.profilePolicyRules : undefined;
    return { octets, policyRules: policyRuleBits((rules ?? []) as readonly PprId[]) };
  } catch (cause) {
    if (cause instanceof DerError) throw refusal('METADATA_INVALID', { cause });
    throw cause;
  }
}

/** Bits of a row's number of rules. */
const ruleBits = 15;

/** Rules as one number, for the row; also those of a later edition, which are decoded as `bit7`, as far as the number goes. */
export const policyRuleBits = (rules: readonly (PprId | `bit${number}`)[]): number =>
  rules.map(bitOf).reduce((bits, bit) => (bit < ruleBits ? bits | (1 << bit) : bits), 0);

const bitOf = (rule: PprId | `bit${number}`) => (isKnown(rule) ? PprIdBits[rule] : Number(rule.slice(3)));
const isKnown = (rule: string): rule is PprId => rule in PprIdBits;

function iconTypeOf(icon: Uint8Array): number {
  if (Buffer.from(icon.subarray(0, 8)).equals(pngSignature)) return IconType.png;
  if (icon[0] === 0xff && icon[1] === 0xd8 && icon[2] === 0xff) return IconType.jpg;
  throw refusal('METADATA_INVALID', { message: 'The icon is neither PNG nor JPEG.' });
}

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

import {
  buildProfilePackage,
  type ProfilePackage,
  ProfilePackageError,
  personaliseProfilePackage,
  type SecurityDomainKey,
  type SecurityDomainKeySlot,
} from '@tegata/profile-package';
import { newProfileProtectionKeys, type PprId, protectProfilePackage } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { ServiceProvider } from '../carrier.ts';
import type { SmDpContext } from '../context.ts';
import type { Numbers } from './numbers.ts';
import { completeCodes, noCodes, type ProfileCodes, sealProfileCodes } from './profile-codes.ts';
import { sealProfileKeys } from './profile-keys.ts';
import { makeMetadata, type ProfileDisplay, type StoredMetadata } from './profile-metadata.ts';
import { newSecurityDomainKeys } from './security-domain-keys.ts';
import { type SubscriptionKeys, sealSubscriptionKeys } from './subscription-keys.ts';

/** What a carrier's own profiles are called in orders. */
export const ownProfileType = 'tegata-usim';

/** What a profile is made of. What is not given is the carrier's own, or random. */
export interface ProfileWish {
  readonly numbers: Numbers;
  readonly keys?: SubscriptionKeys | undefined;
  readonly codes?: ProfileCodes;
  readonly profileType?: string;
  /** Package to personalise, in place of the carrier's own. */
  readonly template?: ProfilePackage | undefined;
  /** Keys of the template's security domains that are made anew. */
  readonly keySlots?: readonly SecurityDomainKeySlot[] | undefined;
  readonly display?: ProfileDisplay;
  readonly policyRules?: readonly PprId[];
}

/** A profile as its rows hold it, keys and codes encrypted for them, and as its operator may be told. */
export interface MadeProfile {
  readonly numbers: Numbers;
  readonly keys: SubscriptionKeys;
  readonly codes: ProfileCodes;
  readonly securityDomainKeys: readonly SecurityDomainKey[];
  readonly profileType: string;
  readonly metadata: StoredMetadata;
  /** The 86 segments: made here, once for all downloads. */
  readonly protectedPackage: Uint8Array;
  readonly sealed: {
    readonly profileKeys: Uint8Array<ArrayBuffer>;
    readonly codes: Uint8Array<ArrayBuffer>;
    readonly subscriptionKeys: Uint8Array<ArrayBuffer>;
  };
}

/**
 * Makes a profile: its package with everything personal in it, protected with keys of its own, and its metadata.
 * @throws ServiceError SUBSCRIPTION_VALUE_INVALID, METADATA_INVALID.
 */
export async function makeProfile(
  { carrier, random, vault }: Pick<SmDpContext, 'carrier' | 'random' | 'vault'>,
  { numbers, template, keySlots = [], display = {}, policyRules, ...wish }: ProfileWish,
): Promise<MadeProfile> {
  const { iccid, imsi } = numbers;
  const keys = wish.keys ?? { k: random(16), opc: random(16) };
  const codes = completeCodes(wish.codes ?? noCodes, random);
  const securityDomainKeys = newSecurityDomainKeys(keySlots, random);
  const upp = makePackage(carrier, { numbers, keys, codes, securityDomainKeys, template });
  const ppk = newProfileProtectionKeys(random);
  return {
    numbers,
    keys,
    codes,
    securityDomainKeys,
    profileType: wish.profileType || ownProfileType,
    metadata: makeMetadata(carrier, iccid, display, policyRules),
    protectedPackage: protectProfilePackage(upp, ppk),
    sealed: {
      profileKeys: await sealProfileKeys(vault, iccid, ppk),
      codes: await sealProfileCodes(vault, iccid, codes, securityDomainKeys),
      subscriptionKeys: await sealSubscriptionKeys(vault, imsi, keys),
    },
  };
}

/**
 * Makes the unprotected package of a profile. Whether it can be made depends on the template and on how long the values are.
 * @throws ServiceError SUBSCRIPTION_VALUE_INVALID
 */
export function makePackage(
  carrier: ServiceProvider,
  {
    numbers,
    keys,
    codes,
    securityDomainKeys,
    template,
  }: Pick<MadeProfile, 'numbers' | 'keys' | 'codes' | 'securityDomainKeys'> & Pick<ProfileWish, 'template'>,
): Uint8Array {
  const personal = {
    ...numbers,
    mncLength: carrier.plmn.mnc.length === 3 ? (3 as const) : (2 as const),
    ki: keys.k,
    opc: keys.opc,
    ...codes,
  };
  return checkingValues(() =>
    template
      ? personaliseProfilePackage(template, { ...personal, securityDomainKeys })
      : buildProfilePackage({ ...personal, spn: carrier.displayName }),
  );
}

function checkingValues<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    // Its message names the value that does not fit, and never repeats it.
    if (cause instanceof ProfilePackageError) {
      throw refusal('SUBSCRIPTION_VALUE_INVALID', { message: cause.message, cause });
    }
    throw cause;
  }
}

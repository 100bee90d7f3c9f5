import {
  BppError,
  type OperatorId,
  ProfileClass,
  policyRuleAuthorisation,
  type StoreMetadataRequest,
} from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { findProfile } from './isd-p.ts';
import { settingsRecord } from './isd-r-records.ts';

const SUPPORTED_CLASSES: ReadonlySet<number> = new Set(Object.values(ProfileClass));

/**
 * ES8+.StoreMetadata (SGP.22 section 5.5.3): whether a profile with this metadata may be installed.
 *
 * An icon needs its type, and any type will do: IconType is an INTEGER of which two values have names (annex H), and what is drawn of
 * an icon is for the LPA. A profile is not worth less for a picture that this one can't show.
 *
 * @throws BppError
 */
export function checkMetadata(context: IsdRContext, metadata: StoreMetadataRequest): void {
  const { iccid, profileClass, icon, iconType, profileOwner, profilePolicyRules = [] } = metadata;
  if (icon !== undefined && iconType === undefined) throw new BppError('storeMetadata', 'incorrectInputValues');
  if (profileClass !== undefined && !SUPPORTED_CLASSES.has(profileClass)) {
    throw new BppError('storeMetadata', 'unsupportedProfileClass');
  }
  if (findProfile(context, { kind: 'iccid', value: iccid }) !== undefined) {
    throw new BppError('storeMetadata', 'installFailedDueToIccidAlreadyExistsOnEuicc');
  }
  if (!areRulesAllowed(context, profilePolicyRules, profileOwner)) throw new BppError('storeMetadata', 'pprNotAllowed');
}

/** Whether the rules are known, and the rules authorisation table lets the owner set each of them. */
export function areRulesAllowed(
  { memory }: IsdRContext,
  rules: readonly string[],
  owner: OperatorId | undefined,
): boolean {
  const { rat } = memory.require(settingsRecord).rulesAuthorisationTable;
  return rules.every((rule) => policyRuleAuthorisation(rat, rule, owner) !== 'not-allowed');
}

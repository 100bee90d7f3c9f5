import {
  BppError,
  type OperatorId,
  type PprId,
  ProfileClass,
  packPlmn,
  type StoreMetadataRequest,
  toHex,
} from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { findProfile } from './isd-p.ts';
import { settingsRecord } from './isd-r-records.ts';

const SUPPORTED_CLASSES: ReadonlySet<number> = new Set(Object.values(ProfileClass));
const ANY = /E/;

/**
 * ES8+.StoreMetadata (SGP.22 section 5.5.3): whether a profile with this metadata may be installed.
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
  context: IsdRContext,
  rules: readonly string[],
  owner: OperatorId | undefined,
): boolean {
  return rules.every((rule) => {
    // It says how the rules may change; it is none itself.
    if (rule === 'pprUpdateControl') return true;
    return (rule === 'ppr1' || rule === 'ppr2' || rule === 'ppr3') && mayHave(context, rule, owner);
  });
}

/** Whether the rules authorisation table lets the operator set this rule (SGP.22 section 2.9.2.4). */
function mayHave({ memory }: IsdRContext, rule: PprId, owner: OperatorId | undefined): boolean {
  if (owner === undefined) return false;
  const { rat } = memory.require(settingsRecord).rulesAuthorisationTable;
  return rat.some(
    ({ pprIds, allowedOperators }) =>
      pprIds.includes(rule) && allowedOperators.some((allowed) => isOperator(owner, allowed)),
  );
}

function isOperator(owner: OperatorId, allowed: OperatorId): boolean {
  return (
    isNetwork(owner.mccMnc, allowed.mccMnc) && isGroup(owner.gid1, allowed.gid1) && isGroup(owner.gid2, allowed.gid2)
  );
}

/** Digit by digit of the packed form, in which E stands for any. */
function isNetwork(own: string, allowed: string): boolean {
  const digits = [...toHex(packPlmn(own))];
  return [...toHex(packPlmn(allowed))].every((digit, i) => ANY.test(digit) || digit === digits[i]);
}

/** A group identifier that the table leaves out, or leaves empty, is any. */
function isGroup(own: Uint8Array | undefined, allowed: Uint8Array | undefined): boolean {
  if (allowed === undefined || allowed.length === 0) return true;
  return own !== undefined && Buffer.compare(own, allowed) === 0;
}

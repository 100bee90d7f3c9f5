import { toHex } from '../identifiers/nibbles.ts';
import { packPlmn } from '../identifiers/plmn.ts';
import type { OperatorId } from '../objects/operator-id.ts';
import type { GetRatResponse, PprId } from '../objects/profile-policy-rules.ts';

/** Operators as the table and the metadata of a profile have them. */
type Operator = Pick<OperatorId, 'mccMnc' | 'gid1' | 'gid2'>;

/** A rules authorisation table as ES10b.GetRAT has it: the first entry that fits decides. */
type RulesAuthorisationTable = GetRatResponse['rat'];

/** Whether a profile may have a policy rule, and whether the user has to agree to it. */
export type PolicyRuleAuthorisation = 'allowed' | 'allowed-with-consent' | 'not-allowed';

/** Stands for any digit in the MCC and MNC of a table. */
const ANY = /E/;

const authorised: ReadonlySet<string> = new Set<PprId>(['ppr1', 'ppr2', 'ppr3']);

/**
 * Whether the rules authorisation table lets the owner of a profile set a rule on it (SGP.22 section 2.9.2.4). A profile
 * that names no owner may have none. `pprUpdateControl` says how the rules may change and is none itself; a rule of
 * no known name is not allowed.
 */
export function policyRuleAuthorisation(
  table: RulesAuthorisationTable,
  rule: string,
  owner: Operator | undefined,
): PolicyRuleAuthorisation {
  if (rule === 'pprUpdateControl') return 'allowed';
  if (owner === undefined || !authorised.has(rule)) return 'not-allowed';
  const entry = table.find(
    ({ pprIds, allowedOperators }) =>
      pprIds.some((id) => id === rule) && allowedOperators.some((allowed) => isOperator(owner, allowed)),
  );
  if (entry === undefined) return 'not-allowed';
  return entry.pprFlags.includes('consentRequired') ? 'allowed-with-consent' : 'allowed';
}

function isOperator(owner: Operator, allowed: Operator): boolean {
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

import { GetRatResponse, ProfileClass, policyRuleAuthorisation, type StoreMetadataRequest } from '@tegata/rsp';
import type { Es10b, Es10c, ProfileContents } from './es10.ts';
import { LpaError } from './lpa-error.ts';
import { readObject } from './reading.ts';

/** What a policy rule means for the user. */
export const policyRuleSentences: Readonly<Record<string, string>> = {
  pprUpdateControl: 'its carrier may not change its rules',
  ppr1: 'it can not be disabled',
  ppr2: 'it can not be deleted',
  ppr3: 'it is deleted when it is disabled',
};

/** What the user has to be told of the policy rules of a profile before consenting to it. */
export interface PolicyRuleTerms {
  /** Rules that bind only with the user's consent, by the rules authorisation table. */
  readonly consentRequired: readonly string[];
}

/**
 * Compares the policy rules of an offered profile with the rules authorisation table of the eUICC (SGP.22 sections 2.9.3.1, 3.1.3), so
 * that nobody is asked about a profile which the eUICC will not install; and PPR1 with the profiles that are there: one that can't be
 * disabled must not come where another operational profile could then never be enabled again.
 *
 * @throws LpaError POLICY_RULES_NOT_ALLOWED, EUICC_ANSWER_MALFORMED
 */
export async function checkPolicyRules(
  { es10b, es10c }: { readonly es10b: Pick<Es10b, 'getRat'>; readonly es10c: Pick<Es10c, 'getProfilesInfo'> },
  { profilePolicyRules = [], profileOwner }: StoreMetadataRequest,
): Promise<PolicyRuleTerms> {
  if (profilePolicyRules.length === 0) return { consentRequired: [] };
  const { rat } = readObject(GetRatResponse, await es10b.getRat(), 'EUICC_ANSWER_MALFORMED', 'GetRatResponse');
  const authorisationOf = (rule: string) => policyRuleAuthorisation(rat, rule, profileOwner);
  const refused = profilePolicyRules.filter((rule) => authorisationOf(rule) === 'not-allowed');
  if (refused.length > 0) {
    const rules = refused
      .map((rule) => `${rule} (${policyRuleSentences[rule] ?? 'a rule of no known meaning'})`)
      .join(', ');
    throw new LpaError(
      'POLICY_RULES_NOT_ALLOWED',
      `The profile has policy rules that its carrier may not set on this eUICC: ${rules}.`,
      { details: { policyRules: refused.join(', '), profileOwner: profileOwner?.mccMnc ?? 'none' } },
    );
  }
  if (profilePolicyRules.includes('ppr1') && (await es10c.getProfilesInfo()).some(isOperational)) {
    throw new LpaError(
      'POLICY_RULES_NOT_ALLOWED',
      'The profile can not be disabled once it is enabled (ppr1). That is only for an eUICC without another operational profile.',
      { details: { policyRules: 'ppr1', profileOwner: profileOwner?.mccMnc ?? 'none' } },
    );
  }
  return { consentRequired: profilePolicyRules.filter((rule) => authorisationOf(rule) === 'allowed-with-consent') };
}

/** A profile that is none of the device maker's and none for tests. */
const isOperational = ({ profileClass = ProfileClass.operational }: ProfileContents): boolean =>
  profileClass === ProfileClass.operational;

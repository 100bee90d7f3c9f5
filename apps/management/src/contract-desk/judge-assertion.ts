import type { SubmitContractInformationRequest } from '@tegata/contracts/management-v1';
import { AssertionError, type GenuineAssertion, verifyAssertion } from '@tegata/identity';
import type { ManagementContext } from '../context.ts';

/** S13/S49: whether the eUICC says that its user authenticated, for this contract and nonce, just now. */
export type AssertionJudgement =
  | { readonly ok: true; readonly assertion: GenuineAssertion }
  | { readonly ok: false; readonly error: AssertionError };

/** Verifies the assertion of a submission over the octets received. */
export function judgeAssertion(
  { carrier, keys, clock, certificateCache }: ManagementContext,
  contractId: string,
  nonce: Uint8Array,
  { localAuthenticationAssertion, eid }: SubmitContractInformationRequest,
): AssertionJudgement {
  try {
    const assertion = verifyAssertion(localAuthenticationAssertion, {
      cis: keys.cis,
      isRevoked: keys.isRevoked,
      cache: certificateCache,
      at: clock(),
      contractId,
      nonce,
      carrierOid: carrier.oid,
      eid,
      acceptedMethods: carrier.policy.acceptedMethods,
      maximumAgeSeconds: carrier.policy.assertionMaxAgeSeconds,
    });
    return { ok: true, assertion };
  } catch (error) {
    if (error instanceof AssertionError) return { ok: false, error };
    throw error;
  }
}

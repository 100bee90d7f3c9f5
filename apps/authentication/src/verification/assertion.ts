import type { StartVerificationRequest } from '@tegata/contracts/authentication-v1';
import { AssertionError, verifyAssertionOrigin } from '@tegata/identity';
import { refusal } from '@tegata/service-kit';
import { subjectPublicKeyInfo } from '@tegata/x509';
import type { AuthenticationContext } from '../context.ts';

/**
 * Checks for itself that the assertion a carrier passes on is genuine, successful and of the EID and contract it names:
 * the certificate is bound to the key that signed it. The nonce is the carrier's to check.
 * @returns the eUICC's SubjectPublicKeyInfo, DER, and the nonce.
 * @throws ServiceError PERMISSION_DENIED with the reason of the assertion.
 */
export function judgeAssertion(
  { cis, certificateCache, clock }: AuthenticationContext,
  { localAuthenticationAssertion, contractId }: StartVerificationRequest,
  eid: string,
): { readonly euiccPublicKey: Uint8Array; readonly nonce: Uint8Array } {
  try {
    const assertion = verifyAssertionOrigin(localAuthenticationAssertion, {
      cis,
      at: clock(),
      cache: certificateCache,
    });
    if (assertion.contractId !== contractId) throw new AssertionError('ASSERTION_CONTRACT_MISMATCH');
    if (assertion.eid !== eid) throw new AssertionError('ASSERTION_EID_MISMATCH');
    if (assertion.outcome !== 'success') throw new AssertionError('ASSERTION_OUTCOME_FAILED');
    return { euiccPublicKey: subjectPublicKeyInfo(assertion.euicc.euicc.publicKey), nonce: assertion.nonce };
  } catch (cause) {
    if (cause instanceof AssertionError) throw refusal(cause.code, { cause });
    throw cause;
  }
}

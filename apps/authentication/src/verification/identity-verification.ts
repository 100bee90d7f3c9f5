import type { IdentityVerificationService } from '@tegata/contracts/authentication-v1';
import { type Caller, type HandlersOf, refusal } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { beginCapture } from './begin-capture.ts';
import { getVerification } from './get-verification.ts';
import { startVerification } from './start-verification.ts';
import { submitCapture } from './submit-capture.ts';
import { withdrawVerification } from './withdraw-verification.ts';

/** Steps S14-S24, each carrier seeing only its own verifications. */
export const identityVerification = (
  context: AuthenticationContext,
): HandlersOf<typeof IdentityVerificationService> => ({
  startVerification: (request, { caller, signal }) => startVerification(context, request, carrierOf(caller), signal),
  submitIdPhoto: () => Promise.reject(refusal('ID_PHOTO_UNSIGNED')),
  beginCapture: (request, { caller }) => beginCapture(context, request, carrierOf(caller)),
  submitCapture: (request, { caller }) => submitCapture(context, request, carrierOf(caller)),
  getVerification: (request, { caller }) => getVerification(context, request, carrierOf(caller)),
  withdrawVerification: (request, { caller }) => withdrawVerification(context, request, carrierOf(caller)),
});

/** The table of callers lets only management servers in; their certificates name the carrier. */
function carrierOf({ role, name }: Caller): string {
  if (!name) throw new Error(`the certificate of ${role} names no carrier`);
  return name;
}

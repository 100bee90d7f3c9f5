import type { IdentityVerificationService } from '@tegata/contracts/authentication-v1';
import type { Caller, HandlersOf } from '@tegata/service-kit';
import type { AuthenticationContext } from '../context.ts';
import { getVerification } from './get-verification.ts';
import { startVerification } from './start-verification.ts';
import { submitIdPhoto } from './submit-id-photo.ts';

/** Steps S14-S24, each carrier seeing only its own verifications. */
export const identityVerification = (
  context: AuthenticationContext,
): HandlersOf<typeof IdentityVerificationService> => ({
  startVerification: (request, { caller, signal }) => startVerification(context, request, carrierOf(caller), signal),
  submitIdPhoto: (requests, { caller }) => submitIdPhoto(context, requests, carrierOf(caller)),
  getVerification: (request, { caller }) => getVerification(context, request, carrierOf(caller)),
});

/** The table of callers lets only management servers in; their certificates name the carrier. */
function carrierOf({ role, name }: Caller): string {
  if (!name) throw new Error(`the certificate of ${role} names no carrier`);
  return name;
}

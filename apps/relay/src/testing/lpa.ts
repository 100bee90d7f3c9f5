import type { ManufacturedEuicc } from '@tegata/pki';
import { answeredChallenge, type Es11 } from '@tegata/rsp-http/testing';
import type { RelayContext } from '../context.ts';
import { authenticateClient } from '../es11/authenticate-client.ts';
import { initiateAuthentication } from '../es11/initiate-authentication.ts';
import { smDsAddress } from './deployment.ts';

/** The handlers of ES11, called without a binding. */
export const es11Of = (context: RelayContext): Es11 => ({
  initiateAuthentication: (request) => initiateAuthentication(context, context.smDs(undefined), request),
  authenticateClient: (request) => authenticateClient(context, context.smDs(undefined), request),
});

/** Events that an SM-DS tells an eUICC of, as `EventID@address`. */
export async function discover(
  euicc: ManufacturedEuicc,
  es11: Es11,
  { matchingId, address = smDsAddress }: { readonly matchingId?: string; readonly address?: string } = {},
): Promise<string[]> {
  const { eventEntries } = await es11.authenticateClient(await answeredChallenge(euicc, es11, { address, matchingId }));
  return eventEntries.map(({ eventId, rspServerAddress }) => `${eventId}@${rspServerAddress}`);
}

import { type AuthenticationChallenge, NetworkAccessService } from '@tegata/contracts/management-v1';
import type { Connection } from '@tegata/service-kit';
import { asBuffer } from '../octets.ts';
import { TerminalError } from '../terminal-error.ts';
import type { NetworkAccess } from '../usim/attach.ts';

/** A carrier's authentication centre over gRPC. */
export function networkAccessOver(connection: Connection): NetworkAccess {
  const access = connection.client(NetworkAccessService);
  return {
    request: async (imsi) => present((await access.requestAuthentication({ imsi })).challenge),
    confirm: (attemptId, res) => access.confirmAuthentication({ attemptId, res: asBuffer(res) }),
    resynchronise: async (attemptId, auts) =>
      present((await access.resynchronise({ attemptId, auts: asBuffer(auts) })).challenge),
  };
}

function present(challenge: AuthenticationChallenge | undefined): AuthenticationChallenge {
  if (challenge?.rand.length === 16 && challenge.autn.length === 16) return challenge;
  throw new TerminalError('internal', 'CARRIER_ANSWER_UNUSABLE', "The carrier's challenge is not complete.");
}

import { cancelSession as cancel } from '@tegata/rsp';
import type { SessionOutcome } from './authenticate-server.ts';
import type { Session } from './session.ts';

/**
 * ES10b.CancelSession (SGP.22 section 5.7.14): ends the session, unless the request is about another one.
 *
 * @param request DER, tag BF41
 * @throws DerError when it is no CancelSessionRequest
 */
export function cancelSession(session: Session | undefined, request: Uint8Array): SessionOutcome<Session> {
  const server = session === undefined || session.state === 'challenged' ? undefined : session.server;
  const { response, cancelled } = cancel(request, server);
  return { response, session: cancelled ? undefined : session };
}

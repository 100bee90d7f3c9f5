import { authenticateServer as authenticate } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import { euiccInfo2 } from './euicc-information.ts';
import { isRevoked } from './revoked-certificates.ts';
import type { AuthenticatedSession, Session } from './session.ts';

/** Answer of a function of a session, and what became of the session. */
export interface SessionOutcome<S extends Session> {
  /** DER of the response; an error is one, too */
  readonly response: Uint8Array;
  /** undefined: the session is over */
  readonly session: S | undefined;
}

/**
 * ES10b.AuthenticateServer (SGP.22 section 5.7.13): the challenge serves once, whatever the outcome.
 *
 * @param request DER, tag BF38
 * @throws DerError when it is no AuthenticateServerRequest
 */
export function authenticateServer(
  context: IsdRContext,
  session: Session | undefined,
  request: Uint8Array,
): SessionOutcome<AuthenticatedSession> {
  const { ecasd, clock, memory } = context;
  const euicc = {
    euiccChallenge: session?.state === 'challenged' ? session.euiccChallenge : undefined,
    cis: ecasd.ciCertificates,
    credentialUnder: (ciKeyIdentifier: Uint8Array) => ecasd.credential(ciKeyIdentifier),
    euiccInfo2: euiccInfo2(context),
    at: clock(),
  };
  const outcome = authenticate(request, euicc, { isRevoked: isRevoked(memory) });
  const { response, session: server } = outcome;
  return { response, session: server === undefined ? undefined : { state: 'authenticated', server } };
}

import { CHALLENGE_OCTETS } from '@tegata/rsp';
import type { IsdRContext } from './context.ts';
import type { ChallengedSession } from './session.ts';

/** ES10b.GetEUICCChallenge (SGP.22 section 5.7.7): begins a session. */
export function getEuiccChallenge({ random }: IsdRContext): ChallengedSession {
  return { state: 'challenged', euiccChallenge: Uint8Array.from(random(CHALLENGE_OCTETS)) };
}

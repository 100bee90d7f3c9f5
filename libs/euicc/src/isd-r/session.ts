import type { EuiccSession, PreparedDownload } from '@tegata/rsp';

/** GetEUICCChallenge was answered; no server is authenticated yet. */
export interface ChallengedSession {
  readonly state: 'challenged';
  /** 16 octets */
  readonly euiccChallenge: Uint8Array;
}

/** AuthenticateServer was answered. */
export interface AuthenticatedSession {
  readonly state: 'authenticated';
  readonly server: EuiccSession;
}

/** PrepareDownload was answered: a bound profile package may come. */
export interface PreparedSession {
  readonly state: 'prepared';
  readonly server: EuiccSession;
  readonly download: PreparedDownload;
}

/** State of the one RSP session that an eUICC has. Volatile: a new challenge or the loss of power ends it. */
export type Session = ChallengedSession | AuthenticatedSession | PreparedSession;

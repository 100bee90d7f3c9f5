/** What a failure of the terminal's own means to its caller; the daemon turns it into a gRPC status. */
export type FailureKind =
  /** What was asked for is not there. */
  | 'not-found'
  /** The request can't be right, whatever the state. */
  | 'invalid'
  /** Right, but not in this state. */
  | 'precondition'
  /** The user was not authenticated, or may not. */
  | 'denied'
  /** Somebody else is at it; later it may work. */
  | 'busy'
  /** A server can't be reached or took too long; later it may work. */
  | 'unavailable'
  /** Stopped on request. */
  | 'cancelled'
  /** A fault of this program or of a peer that broke its contract. */
  | 'internal';

/**
 * A failure found by the terminal. `code` is stable, upper snake case and documented in docs/terminal.md; `message` is one
 * sentence for the user. It never holds passwords, keys or what is written on a document.
 */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';

  constructor(
    readonly kind: FailureKind,
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

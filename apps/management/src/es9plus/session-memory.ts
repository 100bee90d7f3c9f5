import type { OfferedProfile } from './download-order.ts';
import type { SessionRow } from './rsp-session.ts';

/** What of a session can not change any more, as it was last stored by this process. */
export interface RememberedSession {
  readonly row: SessionRow;
  readonly expiresAt: Date;
  /** From AuthenticateClient to the first GetBoundProfilePackage. */
  readonly offered?: OfferedProfile;
}

/** Sessions remembered: more than are under way at once. */
const mostSessions = 4_096;
/** Of these with the package that was offered, each of at most so many octets: at most 64 MiB. */
const mostOffers = 1_024;
const mostOctets = 64 * 1024;

/**
 * Sessions that this process serves, so that each step need not read what the one before has written. The database decides all the
 * same: every step moves its session by a statement that holds only for the state it believes in, and where that state is another
 * (another replica was faster, or the time is over) the step reads and refuses as if nothing had been remembered.
 */
export class SessionMemory {
  readonly #sessions = new Map<string, RememberedSession>();
  readonly #offers = new Set<string>();

  remember(session: RememberedSession): void {
    const name = nameOf(session.row.transactionId);
    this.forget(session.row.transactionId);
    if (session.offered && session.offered.protectedPackage.length > mostOctets) return;
    this.#sessions.set(name, session);
    if (session.offered) this.#offers.add(name);
    if (this.#offers.size > mostOffers) this.#drop(this.#offers.values().next().value);
    if (this.#sessions.size > mostSessions) this.#drop(this.#sessions.keys().next().value);
  }

  /** The session, unless its time is over. */
  recall(transactionId: Uint8Array, now: Date): RememberedSession | undefined {
    const session = this.#sessions.get(nameOf(transactionId));
    return session && session.expiresAt > now ? session : undefined;
  }

  /** The session as it is remembered from now on: without what was offered. */
  delivered(transactionId: Uint8Array): void {
    const session = this.#sessions.get(nameOf(transactionId));
    if (session) this.remember({ row: session.row, expiresAt: session.expiresAt });
  }

  forget(transactionId: Uint8Array): void {
    this.#drop(nameOf(transactionId));
  }

  #drop(name: string | undefined): void {
    if (name === undefined) return;
    this.#sessions.delete(name);
    this.#offers.delete(name);
  }
}

const nameOf = (octets: Uint8Array) => Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');

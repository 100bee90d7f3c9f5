import type { OrderErrorReason, ProfileState } from '../generated/client.ts';

/** What of a profile's row the model tells. Times in milliseconds. */
export interface ModelProfile {
  state: ProfileState;
  errorReason: OrderErrorReason | null;
  eid: string | null;
  matchingId: string | null;
  defaultOrder: boolean;
  orderedAt: number | null;
  expiresAt: number | null;
  confirmationTriesLeft: number;
  downloadTriesLeft: number;
}

/** A download session of an eUICC that has authenticated itself. */
interface ModelSession {
  readonly eid: string;
  readonly profile: number;
  readonly expiresAt: number;
  ended: boolean;
  /** The package left in it, so that a result can come. */
  bound: boolean;
}

/** An order's attributes, as ES2+.ConfirmOrder or an operator's preparation gives them. */
export interface ModelConfirmation {
  readonly eid: string;
  readonly matchingId: string | null;
  readonly code: string;
  readonly confirmationTries: number;
  readonly downloadTries: number;
  readonly lifetimeMs: number | null;
  readonly release: boolean;
}

/** One call, with the profile, session, EID and names it gives. */
export type Call =
  | { readonly kind: 'order'; readonly profile: number; readonly eid: string }
  | ({ readonly kind: 'confirm'; readonly profile: number } & ModelConfirmation)
  | { readonly kind: 'release'; readonly profile: number }
  | { readonly kind: 'cancelOrder'; readonly profile: number; readonly available: boolean; readonly eid: string }
  | { readonly kind: 'authenticate'; readonly session: number; readonly eid: string; readonly matchingId: string }
  | { readonly kind: 'deliver'; readonly session: number; readonly code: string | undefined }
  | { readonly kind: 'cancelSession'; readonly session: number; readonly postponed: boolean }
  | { readonly kind: 'result'; readonly session: number; readonly outcome: 'success' | 'passing' | 'final' }
  | { readonly kind: 'upkeep' };

const ordered: readonly ProfileState[] = ['ALLOCATED', 'LINKED', 'CONFIRMED', 'RELEASED', 'DOWNLOADED'];
const isDownloadable = ({ state }: ModelProfile) => state === 'RELEASED' || state === 'DOWNLOADED';

const refusalOfError: Readonly<Record<OrderErrorReason, string>> = {
  EXPIRED: '8.8.5/4.10',
  DOWNLOAD_TRIES_EXHAUSTED: '8.8.5/6.4',
  CONFIRMATION_TRIES_EXHAUSTED: '8.8.5/6.4',
  CANCELLED_BY_EUICC: '8.2.6/3.8',
  INSTALLATION_FAILED: '8.2.6/3.8',
};

/**
 * The orders of an SM-DP+ as SGP.22 has them (sections 3.1 and 5.3, 5.6), small enough to be read against it: each call is answered
 * `accepted`, or with subject and reason code and without any change but those that are said.
 */
export class OrderModel {
  now = 0;
  profiles: ModelProfile[];
  sessions = new Map<number, ModelSession>();
  /** Confirmation codes by profile; empty for none. */
  codes: string[];
  readonly sessionLifetimeMs: number;

  constructor(profiles: number, sessionLifetimeMs: number) {
    this.sessionLifetimeMs = sessionLifetimeMs;
    this.codes = Array.from({ length: profiles }, () => '');
    this.profiles = Array.from({ length: profiles }, () => ({
      state: 'AVAILABLE',
      errorReason: null,
      eid: null,
      matchingId: null,
      defaultOrder: false,
      orderedAt: null,
      expiresAt: null,
      confirmationTriesLeft: 3,
      downloadTriesLeft: 10,
    }));
  }

  /** The same story, to be told in another order. */
  copy(): OrderModel {
    const copy = new OrderModel(0, this.sessionLifetimeMs);
    copy.now = this.now;
    copy.profiles = structuredClone(this.profiles);
    copy.sessions = structuredClone(this.sessions);
    copy.codes = [...this.codes];
    return copy;
  }

  /** @returns `accepted`, or subject and reason code */
  take(call: Call): string {
    switch (call.kind) {
      case 'order':
        return this.#order(this.#profile(call.profile), call.eid);
      case 'confirm':
        return this.#confirm(call.profile, call);
      case 'release':
        return this.#release(this.#profile(call.profile));
      case 'cancelOrder':
        return this.#cancelOrder(call.profile, call.available, call.eid);
      case 'authenticate':
        return this.#authenticate(call.session, call.eid, call.matchingId);
      case 'deliver':
        return this.#deliver(call.session, call.code);
      case 'cancelSession':
        return this.#cancelSession(call.session, call.postponed);
      case 'result':
        return this.#result(call.session, call.outcome);
      case 'upkeep':
        for (const [index, { state, expiresAt }] of this.profiles.entries()) {
          if (ordered.includes(state) && expiresAt !== null && expiresAt <= this.now) this.#fail(index, 'EXPIRED');
        }
        return 'accepted';
    }
  }

  #order(profile: ModelProfile, eid: string): string {
    if (profile.state !== 'AVAILABLE') return '8.2.1/3.3';
    Object.assign(profile, { state: eid ? 'LINKED' : 'ALLOCATED', eid: eid || null, orderedAt: this.now });
    return 'accepted';
  }

  #confirm(index: number, of: ModelConfirmation): string {
    const profile = this.#profile(index);
    if (profile.state !== 'ALLOCATED' && profile.state !== 'LINKED') return '8.2.1/1.2';
    if (profile.eid && of.eid && profile.eid !== of.eid) return '8.1.1/3.10';
    const eid = profile.eid ?? (of.eid || null);
    if (of.matchingId === null && eid === null) return '8.1.1/2.2';
    if (of.matchingId !== null && this.profiles.some(({ matchingId }) => matchingId === of.matchingId)) {
      return '8.2.6/3.3';
    }
    Object.assign(profile, {
      state: of.release ? 'RELEASED' : 'CONFIRMED',
      eid,
      matchingId: of.matchingId,
      defaultOrder: of.matchingId === null,
      confirmationTriesLeft: of.confirmationTries,
      downloadTriesLeft: of.downloadTries,
      expiresAt: of.lifetimeMs === null ? null : this.now + of.lifetimeMs,
    } satisfies Partial<ModelProfile>);
    this.codes[index] = of.code;
    return 'accepted';
  }

  #release(profile: ModelProfile): string {
    if (profile.state !== 'CONFIRMED') return '8.2.1/3.5';
    profile.state = 'RELEASED';
    return 'accepted';
  }

  #cancelOrder(index: number, available: boolean, eid: string): string {
    const profile = this.#profile(index);
    if (eid && profile.eid !== eid) return '8.2.1/3.10';
    if (!['ALLOCATED', 'LINKED', 'CONFIRMED', 'RELEASED', 'ERROR'].includes(profile.state)) return '8.2.1/1.2';
    Object.assign(profile, {
      state: available ? 'AVAILABLE' : 'UNAVAILABLE',
      errorReason: null,
      eid: null,
      matchingId: null,
      defaultOrder: false,
      orderedAt: null,
      expiresAt: null,
    } satisfies Partial<ModelProfile>);
    this.codes[index] = '';
    this.#endSessions(index);
    return 'accepted';
  }

  #authenticate(session: number, eid: string, matchingId: string): string {
    const index = matchingId === '' ? this.#defaultOrder(eid) : this.#named(matchingId);
    const profile = this.profiles[index];
    if (!profile) return matchingId === '' ? '8.1.1/3.8' : '8.2.6/3.8';
    const foreign = profile.eid !== null && profile.eid !== eid;
    if (profile.state === 'CONFIRMED') return '8.2/1.2';
    if (profile.state === 'ERROR' && !foreign && profile.errorReason) return refusalOfError[profile.errorReason];
    if (!isDownloadable(profile)) return '8.2.6/3.8';
    if (foreign) return '8.1.1/3.8';
    if (this.#isOver(profile)) return this.#fail(index, 'EXPIRED');
    if (profile.downloadTriesLeft < 1) return this.#fail(index, 'DOWNLOAD_TRIES_EXHAUSTED');
    profile.eid = eid;
    profile.downloadTriesLeft -= 1;
    const expiresAt = this.now + this.sessionLifetimeMs;
    this.sessions.set(session, { eid, profile: index, expiresAt, ended: false, bound: false });
    return 'accepted';
  }

  #deliver(number: number, code: string | undefined): string {
    const session = this.#session(number);
    const profile = this.#profile(session.profile);
    if (session.expiresAt <= this.now) return '8.10.1/3.9';
    const own = profile.eid === session.eid;
    if (session.ended) {
      return own && profile.errorReason === 'CONFIRMATION_TRIES_EXHAUSTED' && !this.#isOver(profile)
        ? '8.2.7/6.4'
        : '8.10.1/3.9';
    }
    if (!own || !isDownloadable(profile) || this.#isOver(profile)) return '8.2/3.7';
    const due = this.codes[session.profile] ?? '';
    if (due !== '' && code === undefined) return '8.2.7/2.2';
    if (due !== '' && code !== due) {
      profile.confirmationTriesLeft -= 1;
      if (profile.confirmationTriesLeft > 0) return '8.2.7/3.8';
      this.#fail(session.profile, 'CONFIRMATION_TRIES_EXHAUSTED');
      return '8.2.7/6.4';
    }
    profile.state = 'DOWNLOADED';
    session.bound = true;
    return 'accepted';
  }

  #cancelSession(number: number, postponed: boolean): string {
    const session = this.#session(number);
    if (session.ended || session.expiresAt <= this.now) return '8.10.1/3.9';
    const profile = this.#profile(session.profile);
    session.ended = true;
    if (!postponed && isDownloadable(profile) && profile.eid === session.eid) {
      this.#fail(session.profile, 'CANCELLED_BY_EUICC');
    }
    return 'accepted';
  }

  /** A result may come whenever it likes: a genuine success also after the order was given up. */
  #result(number: number, outcome: 'success' | 'passing' | 'final'): string {
    const session = this.#session(number);
    const profile = this.#profile(session.profile);
    session.ended = true;
    if (profile.eid !== session.eid) return 'accepted';
    if (outcome === 'success' && (profile.state === 'DOWNLOADED' || profile.state === 'ERROR')) {
      profile.state = 'INSTALLED';
      profile.errorReason = null;
      this.#endSessions(session.profile);
    }
    if (outcome === 'final' && profile.state === 'DOWNLOADED') this.#fail(session.profile, 'INSTALLATION_FAILED');
    return 'accepted';
  }

  #fail(index: number, reason: OrderErrorReason): string {
    Object.assign(this.#profile(index), { state: 'ERROR', errorReason: reason });
    this.#endSessions(index);
    return refusalOfError[reason];
  }

  #endSessions(index: number): void {
    for (const session of this.sessions.values()) if (session.profile === index) session.ended = true;
  }

  #isOver = ({ expiresAt }: ModelProfile) => expiresAt !== null && expiresAt <= this.now;

  #named = (name: string) => this.profiles.findIndex(({ matchingId }) => matchingId === name);

  /** Of an eUICC's default orders the oldest that waits; where none does, the newest, which tells why. */
  #defaultOrder(eid: string): number {
    const own = this.profiles
      .map((profile, index) => ({ profile, index }))
      .filter(({ profile }) => profile.defaultOrder && profile.eid === eid)
      .sort((one, other) => (one.profile.orderedAt ?? 0) - (other.profile.orderedAt ?? 0) || one.index - other.index);
    const waiting = own.find(({ profile }) => isDownloadable(profile) && !this.#isOver(profile));
    return (waiting ?? own.at(-1))?.index ?? -1;
  }

  #profile(index: number): ModelProfile {
    const profile = this.profiles[index];
    if (!profile) throw new RangeError(`no profile ${index}`);
    return profile;
  }

  #session(number: number): ModelSession {
    const session = this.sessions.get(number);
    if (!session) throw new RangeError(`no session ${number}`);
    return session;
  }
}

import type { OrderErrorReason, ProfileState } from '../generated/client.ts';

/** Who makes a transition happen. */
export type Trigger = 'operator' | 'eUICC' | 'contract desk' | 'time';

/** A change of a profile's state. */
export interface Transition {
  readonly from: readonly ProfileState[];
  readonly to: readonly ProfileState[];
  readonly by: readonly Trigger[];
  /** Why the order is in state ERROR afterwards. */
  readonly error?: OrderErrorReason;
}

/** States in which there is an order that can still be downloaded, or come to it. */
const ordered = ['ALLOCATED', 'LINKED', 'CONFIRMED', 'RELEASED', 'DOWNLOADED'] as const;
/** States in which an eUICC may download. */
const downloadable = ['RELEASED', 'DOWNLOADED'] as const;

/**
 * The states of a profile at the SM-DP+ (SGP.22 section 3.1.6) and everything that changes them. Each is one conditional
 * update that names the states it starts from, so that of two at once one finds the state changed and does nothing.
 */
export const transitions = {
  /** ES2+.DownloadOrder; Linked when an EID is given. */
  order: { from: ['AVAILABLE'], to: ['ALLOCATED', 'LINKED'], by: ['operator'] },
  /** ES2+.ConfirmOrder; Released with its releaseFlag. */
  confirm: { from: ['ALLOCATED', 'LINKED'], to: ['CONFIRMED', 'RELEASED'], by: ['operator'] },
  /** ES2+.ReleaseProfile. */
  release: { from: ['CONFIRMED'], to: ['RELEASED'], by: ['operator'] },
  /** ES2+.CancelOrder: also of an order that failed, so that its profile can be ordered again. */
  cancel: {
    from: ['ALLOCATED', 'LINKED', 'CONFIRMED', 'RELEASED', 'ERROR'],
    to: ['AVAILABLE', 'UNAVAILABLE'],
    by: ['operator'],
  },
  /** ES9+.GetBoundProfilePackage delivers; the same eUICC may come again. */
  deliver: { from: downloadable, to: ['DOWNLOADED'], by: ['eUICC'] },
  /** A signed success, also when the order was given up meanwhile: the profile is there. */
  install: { from: ['DOWNLOADED', 'ERROR'], to: ['INSTALLED'], by: ['eUICC'] },
  /** A signed failure that another try does not mend. */
  failInstallation: { from: ['DOWNLOADED'], to: ['ERROR'], by: ['eUICC'], error: 'INSTALLATION_FAILED' },
  /** ES9+.CancelSession for good. */
  rejectByEuicc: { from: downloadable, to: ['ERROR'], by: ['eUICC'], error: 'CANCELLED_BY_EUICC' },
  /** ES9+.AuthenticateClient once more than allowed. */
  exhaustDownloads: { from: downloadable, to: ['ERROR'], by: ['eUICC'], error: 'DOWNLOAD_TRIES_EXHAUSTED' },
  /** The last wrong confirmation code. */
  exhaustConfirmations: { from: downloadable, to: ['ERROR'], by: ['eUICC'], error: 'CONFIRMATION_TRIES_EXHAUSTED' },
  /** The time of the order has come, or the operator says so. */
  expire: { from: ordered, to: ['ERROR'], by: ['time', 'operator'], error: 'EXPIRED' },
  /** The contract that the profile was made for ended without it. */
  withdraw: { from: [...downloadable, 'ERROR'], to: ['UNAVAILABLE'], by: ['contract desk'] },
} as const satisfies Readonly<Record<string, Transition>>;

/** Name of a transition. */
export type TransitionName = keyof typeof transitions;

/** The states a transition starts from, as a value of a statement (`state = ANY($n::profile_state[])`). */
export const sourcesOf = (name: TransitionName): ProfileState[] => [...transitions[name].from];

/** Whether a profile in this state can make a transition. */
export const canStart = (name: TransitionName, state: ProfileState): boolean =>
  transitions[name].from.some((from) => from === state);

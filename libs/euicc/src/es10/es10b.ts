import type { NotificationEvent, NotificationMetadata } from '@tegata/rsp';
import { EuiccError } from '../euicc-error.ts';
import type { IsdR } from '../isd-r/isd-r.ts';
import type { ProfileInstallation } from '../isd-r/load-bound-profile-package.ts';
import type { NotificationCriteria } from '../isd-r/retrieve-notifications-list.ts';
import type { OneAtATime } from '../one-at-a-time.ts';
import { wellFormed } from './well-formed.ts';

/** Pieces of a bound profile package, from memory or as they arrive. */
export type PackagePieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * ES10b (SGP.22 sections 5.7.5 to 5.7.14, 5.7.22). DER in and out is what STORE DATA would carry. Requests that are not the object
 * they should be are refused with EuiccError `MESSAGE_MALFORMED`; every other refusal is a response with an error code.
 */
export interface Es10b {
  /** DER, tag BF20. */
  getEuiccInfo1(): Promise<Uint8Array>;
  /** DER, tag BF22. */
  getEuiccInfo2(): Promise<Uint8Array>;
  /** 16 octets. Opens a session; one that is open ends, with what is being installed in it. */
  getEuiccChallenge(): Promise<Uint8Array>;
  /** BF38 in and out. */
  authenticateServer(request: Uint8Array): Promise<Uint8Array>;
  /** BF21 in and out. */
  prepareDownload(request: Uint8Array): Promise<Uint8Array>;
  /**
   * Takes pieces, however the package was cut, until there is a ProfileInstallationResult (BF37), which it answers with; it
   * takes no more then. Pieces that end, or fail, before that end the installation, whose result is then pending.
   *
   * @throws EuiccError `DOWNLOAD_NOT_PREPARED` without a prepared download, or when the session ended meanwhile; `PACKAGE_INCOMPLETE`
   */
  loadBoundProfilePackage(pieces: PackagePieces): Promise<Uint8Array>;
  /** BF41 in and out. */
  cancelSession(request: Uint8Array): Promise<Uint8Array>;
  /** BF35 in and out: takes a revocation list of a CI, or a part of one. */
  loadCrl(request: Uint8Array): Promise<Uint8Array>;
  /** DER, tag BF43: which operators may set which profile policy rules. */
  getRat(): Promise<Uint8Array>;
  /** Metadata of the pending notifications, oldest first. */
  listNotification(event?: NotificationEvent): Promise<NotificationMetadata[]>;
  /** DER of each PendingNotification, oldest first. */
  retrieveNotificationsList(criteria?: NotificationCriteria): Promise<Uint8Array[]>;
  /** @throws EuiccError `NOTIFICATION_NOT_FOUND` */
  removeNotificationFromList(seqNumber: number): Promise<void>;
}

export function es10b(turns: OneAtATime, isdR: IsdR): Es10b {
  return {
    getEuiccInfo1: () => turns.run(() => isdR.getEuiccInfo1()),
    getEuiccInfo2: () => turns.run(() => isdR.getEuiccInfo2()),
    getEuiccChallenge: () => turns.run(() => isdR.getEuiccChallenge()),
    authenticateServer: (request) => turns.run(() => wellFormed(() => isdR.authenticateServer(request))),
    prepareDownload: (request) => turns.run(() => wellFormed(() => isdR.prepareDownload(request))),
    loadBoundProfilePackage: (pieces) => loadBoundProfilePackage(turns, isdR, pieces),
    cancelSession: (request) => turns.run(() => wellFormed(() => isdR.cancelSession(request))),
    loadCrl: (request) => turns.run(() => wellFormed(() => isdR.loadCrl(request))),
    getRat: () => turns.run(() => isdR.getRat()),
    listNotification: (event) => turns.run(() => isdR.listNotification(event)),
    retrieveNotificationsList: (criteria) => turns.run(() => isdR.retrieveNotificationsList(criteria)),
    removeNotificationFromList: (seqNumber) => turns.run(() => isdR.removeNotificationFromList(seqNumber)),
  };
}

/** Each piece is a turn of its own: a package that arrives slowly does not keep the card from other calls. */
async function loadBoundProfilePackage(turns: OneAtATime, isdR: IsdR, pieces: PackagePieces): Promise<Uint8Array> {
  const installation: ProfileInstallation = await turns.run(() => isdR.beginInstallation());
  try {
    for await (const piece of pieces) {
      const result = await turns.run(() => isdR.loadBoundProfilePackage(installation, piece));
      if (result !== undefined) return result;
    }
    throw new EuiccError('PACKAGE_INCOMPLETE', 'the package ended before it was complete');
  } catch (error) {
    // Should that fail, too, the first failure is still the one to tell of.
    await turns.run(() => isdR.abandonInstallation(installation)).catch(() => {});
    throw error;
  }
}

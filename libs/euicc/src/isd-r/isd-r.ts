import type { NotificationEvent, NotificationMetadata, ProfileIdentifier, ProfileInfo } from '@tegata/rsp';
import { EuiccError } from '../euicc-error.ts';
import { authenticateServer } from './authenticate-server.ts';
import { cancelSession } from './cancel-session.ts';
import { type ConfiguredAddresses, getEuiccConfiguredAddresses, setDefaultDpAddress } from './configured-addresses.ts';
import type { IsdRContext } from './context.ts';
import { deleteProfile } from './delete-profile.ts';
import { disableProfile } from './disable-profile.ts';
import { enableProfile } from './enable-profile.ts';
import { euiccInfo1, euiccInfo2 } from './euicc-information.ts';
import { euiccMemoryReset, type ResetOption } from './euicc-memory-reset.ts';
import { getEid } from './get-eid.ts';
import { getEuiccChallenge } from './get-euicc-challenge.ts';
import { getProfilesInfo, type ProfileInfoQuery, profileInfoList } from './get-profiles-info.ts';
import { getRat } from './get-rat.ts';
import { listNotification } from './list-notification.ts';
import { ProfileInstallation } from './load-bound-profile-package.ts';
import { loadCrl } from './load-crl.ts';
import { INSTALLATION_RESULT_OCTETS, prepareDownload } from './prepare-download.ts';
import { removeNotificationFromList } from './remove-notification-from-list.ts';
import { type NotificationCriteria, retrieveNotificationsList } from './retrieve-notifications-list.ts';
import type { Session } from './session.ts';
import { setNickname } from './set-nickname.ts';
import { type UpdateMetadataResult, updateMetadata } from './update-metadata.ts';

/**
 * The ISD-R: every function of ES10a, ES10b and ES10c (SGP.22 section 5.7), and the one session that connects them.
 *
 * DER in and out is what STORE DATA would carry. Not for concurrent calls.
 */
export class IsdR {
  private session: Session | undefined;
  private installation: ProfileInstallation | undefined;

  constructor(private readonly context: IsdRContext) {}

  getEuiccInfo1(): Uint8Array {
    return euiccInfo1(this.context);
  }

  getEuiccInfo2(): Uint8Array {
    return euiccInfo2(this.context, this.installation?.volatileOctets);
  }

  /** 16 octets. Ends whatever session there is. */
  async getEuiccChallenge(): Promise<Uint8Array> {
    await this.abandonSession();
    const session = getEuiccChallenge(this.context);
    this.session = session;
    return session.euiccChallenge;
  }

  async authenticateServer(request: Uint8Array): Promise<Uint8Array> {
    const { response, session } = authenticateServer(this.context, this.session, request);
    if (session === undefined) await this.abandonSession();
    this.session = session;
    return response;
  }

  async prepareDownload(request: Uint8Array): Promise<Uint8Array> {
    const current = this.installation === undefined ? this.session : undefined;
    this.context.memory.hold(0);
    const { response, session } = await prepareDownload(this.context, current, request);
    if (session === undefined) await this.abandonSession();
    else this.context.memory.hold(INSTALLATION_RESULT_OCTETS);
    this.session = session;
    return response;
  }

  /**
   * Begins the installation that the prepared download is for. A session has one.
   *
   * @throws EuiccError `DOWNLOAD_NOT_PREPARED` when PrepareDownload did not come before
   */
  beginInstallation(): ProfileInstallation {
    if (this.session?.state !== 'prepared' || this.installation !== undefined) {
      throw new EuiccError('DOWNLOAD_NOT_PREPARED', 'no download was prepared');
    }
    this.installation = new ProfileInstallation(this.context, this.session);
    return this.installation;
  }

  /**
   * ES10b.LoadBoundProfilePackage: takes the next piece; answers the ProfileInstallationResult when there is one.
   *
   * @throws EuiccError `DOWNLOAD_NOT_PREPARED` when the installation has ended
   */
  async loadBoundProfilePackage(installation: ProfileInstallation, piece: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.installation !== installation) throw new EuiccError('DOWNLOAD_NOT_PREPARED', 'the installation has ended');
    const result = await installation.load(piece);
    if (result !== undefined) this.endSession();
    return result;
  }

  /** Ends the session; an installation that is under way is given up, and its result is then pending. */
  async abandonSession(): Promise<void> {
    const { installation } = this;
    this.endSession();
    await installation?.interrupt();
  }

  /** Gives up this installation, if it is still under way. */
  async abandonInstallation(installation: ProfileInstallation): Promise<void> {
    if (this.installation === installation) await this.abandonSession();
  }

  async cancelSession(request: Uint8Array): Promise<Uint8Array> {
    const { response, session } = cancelSession(this.session, request);
    if (session === undefined) await this.abandonSession();
    return response;
  }

  listNotification(event?: NotificationEvent): NotificationMetadata[] {
    return listNotification(this.context, event);
  }

  retrieveNotificationsList(criteria?: NotificationCriteria): Uint8Array[] {
    return retrieveNotificationsList(this.context, criteria);
  }

  removeNotificationFromList(seqNumber: number): Promise<void> {
    return removeNotificationFromList(this.context, seqNumber);
  }

  /** BF35 in and out. */
  loadCrl(request: Uint8Array): Promise<Uint8Array> {
    return loadCrl(this.context, request);
  }

  /** BF43. */
  getRat(): Uint8Array {
    return getRat(this.context);
  }

  getProfilesInfo(query?: ProfileInfoQuery): ProfileInfo[] {
    return getProfilesInfo(this.context, query);
  }

  /** BF2D in and out. */
  profileInfoList(request: Uint8Array): Uint8Array {
    return profileInfoList(this.context, request);
  }

  enableProfile(profile: ProfileIdentifier): Promise<number> {
    return enableProfile(this.context, profile);
  }

  disableProfile(profile: ProfileIdentifier): Promise<number> {
    return disableProfile(this.context, profile);
  }

  deleteProfile(profile: ProfileIdentifier): Promise<number> {
    return deleteProfile(this.context, profile);
  }

  euiccMemoryReset(options: readonly ResetOption[]): Promise<number> {
    return euiccMemoryReset(this.context, options);
  }

  /** BF2A: from the operator of the profile in the ISD-P with this AID. */
  updateMetadata(isdpAid: string, request: Uint8Array): Promise<UpdateMetadataResult> {
    return updateMetadata(this.context, isdpAid, request);
  }

  getEid(): string {
    return getEid(this.context);
  }

  setNickname(iccid: string, nickname: string): Promise<number> {
    return setNickname(this.context, iccid, nickname);
  }

  getEuiccConfiguredAddresses(): ConfiguredAddresses {
    return getEuiccConfiguredAddresses(this.context);
  }

  setDefaultDpAddress(address: string): Promise<void> {
    return setDefaultDpAddress(this.context, address);
  }

  private endSession(): void {
    this.context.memory.hold(0);
    this.session = undefined;
    this.installation = undefined;
  }
}

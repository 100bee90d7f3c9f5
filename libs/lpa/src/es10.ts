import type {
  DeleteProfileRequest,
  DeleteProfileResponse,
  DisableProfileRequest,
  DisableProfileResponse,
  EnableProfileRequest,
  EnableProfileResponse,
  GetProfilesInfoRequest,
  GetProfilesInfoResponse,
  ListNotificationRequest,
  ListNotificationResponse,
  SetNicknameRequest,
  SetNicknameResponse,
} from '@tegata/contracts/gsma-rsp-v2';
import type { Call } from './es9plus.ts';

/**
 * ES10b as the procedures use it (SGP.22 sections 5.7.5 to 5.7.14): DER in and out, as STORE DATA carries it.
 *
 * An eUICC has one session at a time. Whoever shares one between procedures lets only one of them run at once.
 */
export interface Es10b {
  /** EUICCInfo1, tag BF20. */
  getEuiccInfo1(): Promise<Uint8Array>;
  /** Opens a session: 16 octets. */
  getEuiccChallenge(): Promise<Uint8Array>;
  /** BF38 in and out; a refusal is an answer with an error code. */
  authenticateServer(request: Uint8Array): Promise<Uint8Array>;
  /** BF21 in and out; a refusal is an answer with an error code. */
  prepareDownload(request: Uint8Array): Promise<Uint8Array>;
  /**
   * Takes pieces until it has a ProfileInstallationResult (BF37), which it returns; it takes no more then. Throws when the
   * pieces end before that.
   */
  loadBoundProfilePackage(pieces: Iterable<Uint8Array>): Promise<Uint8Array>;
  /** BF41 in and out. */
  cancelSession(request: Uint8Array): Promise<Uint8Array>;
  /** Metadata of the pending notifications, oldest first. */
  readonly listNotification: Call<ListNotificationRequest, ListNotificationResponse>;
  /** One pending notification with its signature; undefined when there is none of that number. */
  retrieveNotification(seqNumber: number): Promise<Uint8Array | undefined>;
  /** Forgets a notification; none of that number is no error. */
  removeNotificationFromList(seqNumber: number): Promise<void>;
}

/** ES10c as the procedures use it (SGP.22 sections 5.7.15 to 5.7.21). */
export interface Es10c {
  readonly getProfilesInfo: Call<GetProfilesInfoRequest, GetProfilesInfoResponse>;
  readonly enableProfile: Call<EnableProfileRequest, EnableProfileResponse>;
  readonly disableProfile: Call<DisableProfileRequest, DisableProfileResponse>;
  readonly deleteProfile: Call<DeleteProfileRequest, DeleteProfileResponse>;
  readonly setNickname: Call<SetNicknameRequest, SetNicknameResponse>;
}

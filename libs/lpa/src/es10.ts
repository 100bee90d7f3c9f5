import type { NotificationMetadata, ProfileInfo, ResetOptionBits } from '@tegata/rsp';

/** What an object was decoded to, without its octets. */
type Contents<T> = Omit<T, 'raw' | 'extensions'>;

/** Metadata of a pending notification. */
export type NotificationContents = Contents<NotificationMetadata>;

/** What the eUICC tells of a profile; see the tables of `@tegata/rsp` for its numbers. */
export type ProfileContents = Pick<
  ProfileInfo,
  'iccid' | 'isdpAid' | 'profileState' | 'profileNickname' | 'serviceProviderName' | 'profileName' | 'profileClass'
>;

/**
 * ES10b as the procedures use it (SGP.22 sections 5.7.5 to 5.7.14 and 5.7.22): DER in and out, as STORE DATA carries it. The `es10b` of an
 * `Euicc` is one as it is; `es10bOverGrpc` makes one of a client.
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
  /** The rules authorisation table, tag BF43 (section 5.7.22). */
  getRat(): Promise<Uint8Array>;
  /** BF41 in and out. */
  cancelSession(request: Uint8Array): Promise<Uint8Array>;
  /** Metadata of the pending notifications, oldest first. */
  listNotification(): Promise<readonly NotificationContents[]>;
  /** The pending notifications with this number, with signature; one or none. */
  retrieveNotificationsList(criteria: { readonly seqNumber: number }): Promise<readonly Uint8Array[]>;
  /** Forgets a notification. */
  removeNotificationFromList(seqNumber: number): Promise<void>;
}

/** Addresses that the eUICC keeps for its LPA. */
export interface ConfiguredAddresses {
  /** Absent when none is set. */
  readonly defaultDpAddress?: string | undefined;
  /** Empty when there is none. */
  readonly rootDsAddress: string;
}

/** ES10a as the procedures use it (SGP.22 sections 5.7.3 and 5.7.4). The `es10a` of an `Euicc` is one as it is. */
export interface Es10a {
  getEuiccConfiguredAddresses(): Promise<ConfiguredAddresses>;
  /** An empty address removes it. Throws when the eUICC does not take it. */
  setDefaultDpAddress(address: string): Promise<void>;
}

/** A part of the memory that eUICCMemoryReset erases. */
export type ResetOption = keyof typeof ResetOptionBits;

/** A profile by its ICCID, 18 to 20 digits. */
export interface ProfileByIccid {
  readonly kind: 'iccid';
  readonly value: string;
}

/**
 * ES10c as the procedures use it (SGP.22 sections 5.7.15 to 5.7.21). Results are the numbers of the specification. The `es10c`
 * of an `Euicc` is one as it is; `es10cOverGrpc` makes one of a client.
 */
export interface Es10c {
  getProfilesInfo(): Promise<readonly ProfileContents[]>;
  enableProfile(profile: ProfileByIccid): Promise<number>;
  disableProfile(profile: ProfileByIccid): Promise<number>;
  deleteProfile(profile: ProfileByIccid): Promise<number>;
  /** An empty nickname removes it. */
  setNickname(iccid: string, nickname: string): Promise<number>;
  /** Answers a `ResetResult`. */
  euiccMemoryReset(options: readonly ResetOption[]): Promise<number>;
  /** 32 digits. */
  getEid(): Promise<string>;
}

import {
  type AuthenticateServerResponse,
  type DeleteProfileResponse,
  type DisableProfileResponse,
  type EnableProfileResponse,
  type Es10bCancelSessionResponse,
  type EuiccMemoryResetRequest,
  type EuiccMemoryResetResponse,
  type GetEidResponse,
  type GetEuiccChallengeResponse,
  type GetEuiccConfiguredAddressesResponse,
  type GetEuiccInfo1Response,
  type GetProfilesInfoResponse,
  type GetRatResponse,
  type ListNotificationResponse,
  type LoadBoundProfilePackageResponse,
  NotificationEvent,
  type PrepareDownloadResponse,
  ProfileClass,
  type ProfileIdentifier,
  ProfileResult,
  ProfileState,
  type RetrieveNotificationsListResponse,
  type SetNicknameResponse,
} from '@tegata/contracts/gsma-rsp-v2';
import {
  EnableResult,
  type NotificationEvent as EventName,
  ResetResult,
  ProfileClass as RspClass,
  ProfileState as RspState,
} from '@tegata/rsp';
import type { Es10a, Es10b, Es10c, ProfileByIccid } from './es10.ts';
import { asBuffer } from './octets.ts';

/** The functions of a client of `gsma.rsp.v2.Es10b` that the procedures use. */
export interface Es10bClient {
  getEuiccInfo1(request: object): Promise<GetEuiccInfo1Response>;
  getEuiccChallenge(request: object): Promise<GetEuiccChallengeResponse>;
  authenticateServer(request: { authenticateServerRequest: Buffer }): Promise<AuthenticateServerResponse>;
  prepareDownload(request: { prepareDownloadRequest: Buffer }): Promise<PrepareDownloadResponse>;
  loadBoundProfilePackage(requests: Iterable<{ piece: Buffer }>): Promise<LoadBoundProfilePackageResponse>;
  getRat(request: object): Promise<GetRatResponse>;
  cancelSession(request: { cancelSessionRequest: Buffer }): Promise<Es10bCancelSessionResponse>;
  listNotification(request: { event: NotificationEvent }): Promise<ListNotificationResponse>;
  retrieveNotificationsList(request: {
    searchCriteria: { $case: 'seqNumber'; value: number };
  }): Promise<RetrieveNotificationsListResponse>;
  removeNotificationFromList(request: { seqNumber: number }): Promise<object>;
}

/** The functions of a client of `gsma.rsp.v2.Es10c` that the procedures use. */
export interface Es10cClient {
  getProfilesInfo(request: object): Promise<GetProfilesInfoResponse>;
  enableProfile(request: { profile: ProfileIdentifier; refreshFlag: boolean }): Promise<EnableProfileResponse>;
  disableProfile(request: { profile: ProfileIdentifier; refreshFlag: boolean }): Promise<DisableProfileResponse>;
  deleteProfile(request: { profile: ProfileIdentifier }): Promise<DeleteProfileResponse>;
  setNickname(request: { iccid: string; profileNickname: string }): Promise<SetNicknameResponse>;
  euiccMemoryReset(request: EuiccMemoryResetRequest): Promise<EuiccMemoryResetResponse>;
  getEid(request: object): Promise<GetEidResponse>;
}

/** The functions of a client of `gsma.rsp.v2.Es10a` that the procedures use. */
export interface Es10aClient {
  getEuiccConfiguredAddresses(request: object): Promise<GetEuiccConfiguredAddressesResponse>;
  setDefaultDpAddress(request: { defaultDpAddress: string }): Promise<object>;
}

/** ES10a of an eUICC behind a socket. */
export function es10aOverGrpc(client: Es10aClient): Es10a {
  return {
    getEuiccConfiguredAddresses: async () => {
      const { defaultDpAddress, rootDsAddress } = await client.getEuiccConfiguredAddresses({});
      return { defaultDpAddress: defaultDpAddress || undefined, rootDsAddress };
    },
    setDefaultDpAddress: async (defaultDpAddress) => {
      await client.setDefaultDpAddress({ defaultDpAddress });
    },
  };
}

/** ES10b of an eUICC behind a socket. */
export function es10bOverGrpc(client: Es10bClient): Es10b {
  return {
    getEuiccInfo1: async () => (await client.getEuiccInfo1({})).euiccInfo1,
    getEuiccChallenge: async () => (await client.getEuiccChallenge({})).euiccChallenge,
    authenticateServer: async (request) =>
      (await client.authenticateServer({ authenticateServerRequest: asBuffer(request) })).authenticateServerResponse,
    prepareDownload: async (request) =>
      (await client.prepareDownload({ prepareDownloadRequest: asBuffer(request) })).prepareDownloadResponse,
    loadBoundProfilePackage: async (pieces) =>
      (await client.loadBoundProfilePackage(messagesOf(pieces))).profileInstallationResult,
    getRat: async () => (await client.getRat({})).getRatResponse,
    cancelSession: async (request) =>
      (await client.cancelSession({ cancelSessionRequest: asBuffer(request) })).cancelSessionResponse,
    listNotification: async () => {
      const { notifications } = await client.listNotification({ event: NotificationEvent.UNSPECIFIED });
      return notifications.map(({ seqNumber, event, notificationAddress, iccid }) => ({
        seqNumber,
        profileManagementOperation: eventNames[event],
        notificationAddress,
        ...(iccid !== '' && { iccid }),
      }));
    },
    retrieveNotificationsList: async ({ seqNumber }) => {
      const searchCriteria = { $case: 'seqNumber', value: seqNumber } as const;
      return (await client.retrieveNotificationsList({ searchCriteria })).pendingNotifications;
    },
    removeNotificationFromList: async (seqNumber) => {
      await client.removeNotificationFromList({ seqNumber });
    },
  };
}

/** ES10c of an eUICC behind a socket. */
export function es10cOverGrpc(client: Es10cClient): Es10c {
  const refreshFlag = true;
  return {
    getProfilesInfo: async () =>
      (await client.getProfilesInfo({})).profiles.map((profile) => ({
        ...profile,
        profileState: profile.profileState === ProfileState.ENABLED ? RspState.enabled : RspState.disabled,
        profileClass: classes[profile.profileClass],
      })),
    enableProfile: async (profile) =>
      numberOf(await client.enableProfile({ profile: identifierOf(profile), refreshFlag })),
    disableProfile: async (profile) =>
      numberOf(await client.disableProfile({ profile: identifierOf(profile), refreshFlag })),
    deleteProfile: async (profile) => numberOf(await client.deleteProfile({ profile: identifierOf(profile) })),
    setNickname: async (iccid, profileNickname) => numberOf(await client.setNickname({ iccid, profileNickname })),
    euiccMemoryReset: async (options) => {
      const { erased } = await client.euiccMemoryReset({
        deleteOperationalProfiles: options.includes('deleteOperationalProfiles'),
        deleteFieldLoadedTestProfiles: options.includes('deleteFieldLoadedTestProfiles'),
        resetDefaultSmdpAddress: options.includes('resetDefaultSmdpAddress'),
      });
      return erased ? ResetResult.ok : ResetResult.nothingToDelete;
    },
    getEid: async () => (await client.getEid({})).eid,
  };
}

const eventNames: Readonly<Record<NotificationEvent, readonly EventName[]>> = {
  [NotificationEvent.UNSPECIFIED]: [],
  [NotificationEvent.INSTALL]: ['install'],
  [NotificationEvent.ENABLE]: ['enable'],
  [NotificationEvent.DISABLE]: ['disable'],
  [NotificationEvent.DELETE]: ['delete'],
};

const classes: Readonly<Record<ProfileClass, number>> = {
  [ProfileClass.UNSPECIFIED]: RspClass.operational,
  [ProfileClass.TEST]: RspClass.test,
  [ProfileClass.PROVISIONING]: RspClass.provisioning,
  [ProfileClass.OPERATIONAL]: RspClass.operational,
};

const numbers: Readonly<Record<ProfileResult, number>> = {
  [ProfileResult.UNSPECIFIED]: EnableResult.undefinedError,
  [ProfileResult.OK]: EnableResult.ok,
  [ProfileResult.NOT_FOUND]: EnableResult.iccidOrAidNotFound,
  [ProfileResult.WRONG_STATE]: EnableResult.profileNotInDisabledState,
  [ProfileResult.DISALLOWED_BY_POLICY]: EnableResult.disallowedByPolicy,
  [ProfileResult.WRONG_PROFILE_REENABLING]: EnableResult.wrongProfileReenabling,
  [ProfileResult.UNDEFINED_ERROR]: EnableResult.undefinedError,
};

function numberOf({ result }: { readonly result: ProfileResult }): number {
  return numbers[result];
}

function identifierOf({ value }: ProfileByIccid): ProfileIdentifier {
  return { identifier: { $case: 'iccid', value } };
}

function* messagesOf(pieces: Iterable<Uint8Array>): Iterable<{ piece: Buffer }> {
  for (const piece of pieces) yield { piece: asBuffer(piece) };
}

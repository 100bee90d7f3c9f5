import type { Schema } from '@tegata/der';
import {
  DeleteNotificationStatus,
  DeleteProfileRequest,
  DeleteProfileResponse,
  DisableProfileRequest,
  DisableProfileResponse,
  EnableProfileRequest,
  EnableProfileResponse,
  EuiccConfiguredAddressesRequest,
  EuiccConfiguredAddressesResponse,
  EuiccMemoryResetRequest,
  EuiccMemoryResetResponse,
  GetEuiccChallengeRequest,
  GetEuiccChallengeResponse,
  GetEuiccDataRequest,
  GetEuiccDataResponse,
  GetEuiccInfo1Request,
  GetEuiccInfo2Request,
  GetRatRequest,
  ListNotificationRequest,
  ListNotificationResponse,
  type NotificationEvent,
  type NotificationMetadata,
  NotificationSentRequest,
  NotificationSentResponse,
  NotificationsListError,
  type ProfileIdentifier,
  type ProfileInfo,
  ProfileInfoListRequest,
  ProfileInfoListResponse,
  RetrieveNotificationsListRequest,
  RetrieveNotificationsListResponse,
  SetDefaultDpAddressRequest,
  SetDefaultDpAddressResponse,
  SetDefaultDpAddressResult,
  SetNicknameRequest,
  SetNicknameResponse,
} from '@tegata/rsp';
import type { Es10a, Es10b, Es10c } from './es10.ts';
import type { IsdR } from './isd-r-channel.ts';
import { LpaError } from './lpa-error.ts';
import { nameOf, readObject } from './reading.ts';

/** ES10b of a card: what the procedures use, and the rest of it. */
export interface CardEs10b extends Es10b {
  /** EUICCInfo2, tag BF22. */
  getEuiccInfo2(): Promise<Uint8Array>;
  /** Pieces as they arrive, too. */
  loadBoundProfilePackage(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array>;
  /** BF35 in and out. */
  loadCrl(request: Uint8Array): Promise<Uint8Array>;
  listNotification(event?: NotificationEvent): Promise<NotificationMetadata[]>;
  retrieveNotificationsList(criteria?: {
    readonly seqNumber?: number;
    readonly event?: NotificationEvent;
  }): Promise<Uint8Array[]>;
}

/** ES10c of a card: what the procedures use, and the rest of it. */
export interface CardEs10c extends Es10c {
  getProfilesInfo(): Promise<ProfileInfo[]>;
  /** BF2D in and out. */
  getProfileInfoList(request: Uint8Array): Promise<Uint8Array>;
  enableProfile(profile: ProfileIdentifier): Promise<number>;
  disableProfile(profile: ProfileIdentifier): Promise<number>;
  deleteProfile(profile: ProfileIdentifier): Promise<number>;
}

/** ES10b of an eUICC behind a card interface. */
export function es10bOverApdu(isdR: IsdR): CardEs10b {
  return {
    getEuiccInfo1: () => isdR.execute(GetEuiccInfo1Request.encode({})),
    getEuiccInfo2: () => isdR.execute(GetEuiccInfo2Request.encode({})),
    getEuiccChallenge: async () =>
      (await asked(isdR, GetEuiccChallengeRequest.encode({}), GetEuiccChallengeResponse, 'challenge')).euiccChallenge,
    authenticateServer: (request) => isdR.execute(request),
    prepareDownload: (request) => isdR.execute(request),
    loadBoundProfilePackage: async (pieces) => {
      for await (const piece of pieces) {
        const result = await isdR.execute(piece);
        if (result.length > 0) return result;
      }
      throw new LpaError('PACKAGE_NOT_LOADABLE', 'The eUICC took the whole package and gave no result.');
    },
    getRat: () => isdR.execute(GetRatRequest.encode({})),
    cancelSession: (request) => isdR.execute(request),
    loadCrl: (request) => isdR.execute(request),
    listNotification: async (event) => {
      const request = ListNotificationRequest.encode(
        event === undefined ? {} : { profileManagementOperation: [event] },
      );
      const answer = await asked(isdR, request, ListNotificationResponse, 'notifications');
      if (answer.kind === 'notificationMetadataList') return [...answer.value];
      throw refused('list its notifications', answer.value);
    },
    retrieveNotificationsList: async ({ seqNumber, event } = {}) => {
      const searchCriteria =
        seqNumber !== undefined
          ? ({ kind: 'seqNumber', value: seqNumber } as const)
          : event && ({ kind: 'profileManagementOperation', value: [event] } as const);
      const request = RetrieveNotificationsListRequest.encode(searchCriteria ? { searchCriteria } : {});
      const answer = await asked(isdR, request, RetrieveNotificationsListResponse, 'notifications');
      if (answer.kind === 'notificationList') return answer.value.map(({ value }) => value.raw);
      if (answer.value === NotificationsListError.noResultAvailable) return [];
      throw refused('give its notifications', answer.value);
    },
    removeNotificationFromList: async (seqNumber) => {
      const request = NotificationSentRequest.encode({ seqNumber });
      const { deleteNotificationStatus } = await asked(isdR, request, NotificationSentResponse, 'removal');
      const { ok, nothingToDelete } = DeleteNotificationStatus;
      // One that is not there is forgotten already: this may be the second try.
      if (deleteNotificationStatus === ok || deleteNotificationStatus === nothingToDelete) return;
      throw refused('forget a notification', deleteNotificationStatus);
    },
  };
}

/** ES10a of an eUICC behind a card interface. */
export function es10aOverApdu(isdR: IsdR): Es10a {
  return {
    getEuiccConfiguredAddresses: () =>
      asked(isdR, EuiccConfiguredAddressesRequest.encode({}), EuiccConfiguredAddressesResponse, 'addresses'),
    setDefaultDpAddress: async (defaultDpAddress) => {
      const request = SetDefaultDpAddressRequest.encode({ defaultDpAddress });
      const { setDefaultDpAddressResult: result } = await asked(isdR, request, SetDefaultDpAddressResponse, 'result');
      if (result !== SetDefaultDpAddressResult.ok) throw refused('store the address', result);
    },
  };
}

/**
 * ES10c of an eUICC behind a card interface.
 *
 * @param refreshFlag whether the card is to ask for a REFRESH when another profile is enabled
 */
export function es10cOverApdu(isdR: IsdR, refreshFlag = true): CardEs10c {
  const named = (profileIdentifier: ProfileIdentifier) => ({ profileIdentifier, refreshFlag });
  return {
    getProfilesInfo: async () => {
      const answer = await asked(isdR, ProfileInfoListRequest.encode({}), ProfileInfoListResponse, 'profiles');
      if (answer.kind === 'profileInfoListOk') return [...answer.value];
      throw refused('list its profiles', answer.value);
    },
    getProfileInfoList: (request) => isdR.execute(request),
    enableProfile: async (profile) =>
      (await asked(isdR, EnableProfileRequest.encode(named(profile)), EnableProfileResponse, 'result')).enableResult,
    disableProfile: async (profile) =>
      (await asked(isdR, DisableProfileRequest.encode(named(profile)), DisableProfileResponse, 'result')).disableResult,
    deleteProfile: async (profile) =>
      (await asked(isdR, DeleteProfileRequest.encode(profile), DeleteProfileResponse, 'result')).deleteResult,
    setNickname: async (iccid, profileNickname) => {
      const request = SetNicknameRequest.encode({ iccid, profileNickname });
      return (await asked(isdR, request, SetNicknameResponse, 'result')).setNicknameResult;
    },
    euiccMemoryReset: async (resetOptions) => {
      const request = EuiccMemoryResetRequest.encode({ resetOptions });
      return (await asked(isdR, request, EuiccMemoryResetResponse, 'result')).resetResult;
    },
    getEid: async () => {
      const request = GetEuiccDataRequest.encode({ tagList: Uint8Array.of(0x5a) });
      return (await asked(isdR, request, GetEuiccDataResponse, 'EID')).eidValue;
    },
  };
}

async function asked<Out>(isdR: IsdR, request: Uint8Array, schema: Schema<Out, never>, name: string): Promise<Out> {
  return readObject(schema, await isdR.execute(request), 'EUICC_ANSWER_MALFORMED', `the eUICC's ${name}`);
}

function refused(what: string, code: number): LpaError {
  return new LpaError('EUICC_COMMAND_REFUSED', `The eUICC did not ${what}: ${nameOf({ undefinedError: 127 }, code)}.`);
}

import { encodeTlv, type Schema } from '@tegata/der';
import { type Es10a, type Es10b, type Es10c, type Euicc, EuiccError, type EuiccErrorCode } from '@tegata/euicc';
import { openIsdR, storeData } from '@tegata/euicc/testing';
import {
  DeleteNotificationStatus,
  DeleteProfileRequest,
  DeleteProfileResponse,
  DisableProfileRequest,
  DisableProfileResponse,
  EID_TAG_LIST,
  EnableProfileRequest,
  EnableProfileResponse,
  EuiccConfiguredAddressesRequest,
  EuiccConfiguredAddressesResponse,
  EuiccMemoryResetRequest,
  EuiccMemoryResetResponse,
  fromHex,
  GetEuiccChallengeRequest,
  GetEuiccChallengeResponse,
  GetEuiccDataRequest,
  GetEuiccDataResponse,
  GetEuiccInfo1Request,
  GetEuiccInfo2Request,
  GetRatRequest,
  ListNotificationRequest,
  ListNotificationResponse,
  NotificationSentRequest,
  NotificationSentResponse,
  type ProfileIdentifier,
  ProfileInfoListRequest,
  ProfileInfoListResponse,
  packIccid,
  printTagList,
  RetrieveNotificationsListRequest,
  RetrieveNotificationsListResponse,
  SetDefaultDpAddressRequest,
  SetDefaultDpAddressResponse,
  SetNicknameResponse,
} from '@tegata/rsp';

/** What the functions of ES10 refuse with, by the status word that the card has for it. */
const REFUSALS: Readonly<Record<string, EuiccErrorCode>> = {
  '6A80': 'MESSAGE_MALFORMED',
  '6985': 'DOWNLOAD_NOT_PREPARED',
};
/** Every element of ProfileInfo. */
const ALL_TAGS = [0x5a, 0x4f, 0x9f70, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0xb6, 0xb7, 0xb8, 0x99];

/** An eUICC whose functions of ES10 are called as SGP.23 has it: by STORE DATA to the ISD-R on a logical channel. */
export function throughStoreData(euicc: Euicc): Euicc {
  const isdR = new IsdR(euicc);
  const functions = { es10a: es10a(isdR), es10b: es10b(isdR), es10c: es10c(isdR) };
  return Object.assign(Object.create(euicc) as Euicc, functions);
}

class IsdR {
  private channel: number | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly euicc: Euicc) {}

  /** Sends a command when the one before it was answered. */
  execute(request: Uint8Array): Promise<Uint8Array> {
    const answer = this.last.then(() => this.exchange(request));
    this.last = answer.catch(() => {});
    return answer;
  }

  /** Sends a command; a channel that a reset closed is opened again. */
  private async exchange(request: Uint8Array): Promise<Uint8Array> {
    this.channel ??= await openIsdR(this.euicc);
    let { data, sw } = await storeData(this.euicc, request, { channel: this.channel });
    if (sw === '6881') {
      this.channel = await openIsdR(this.euicc);
      ({ data, sw } = await storeData(this.euicc, request, { channel: this.channel }));
    }
    if (sw === '9000') return fromHex(data);
    const code = REFUSALS[sw];
    throw code === undefined ? new Error(`status word ${sw}`) : new EuiccError(code, `status word ${sw}`);
  }

  async ask<Out>(request: Uint8Array, answer: Schema<Out, never>): Promise<Out> {
    return answer.decode(await this.execute(request));
  }
}

function es10a(isdR: IsdR): Es10a {
  return {
    getEuiccConfiguredAddresses: async () => {
      const request = EuiccConfiguredAddressesRequest.encode({});
      const { defaultDpAddress, rootDsAddress } = await isdR.ask(request, EuiccConfiguredAddressesResponse);
      return { defaultDpAddress, rootDsAddress };
    },
    setDefaultDpAddress: async (defaultDpAddress) => {
      await isdR.ask(SetDefaultDpAddressRequest.encode({ defaultDpAddress }), SetDefaultDpAddressResponse);
    },
  };
}

function es10b(isdR: IsdR): Es10b {
  return {
    getEuiccInfo1: () => isdR.execute(GetEuiccInfo1Request.encode({})),
    getEuiccInfo2: () => isdR.execute(GetEuiccInfo2Request.encode({})),
    getEuiccChallenge: async () =>
      (await isdR.ask(GetEuiccChallengeRequest.encode({}), GetEuiccChallengeResponse)).euiccChallenge,
    authenticateServer: (request) => isdR.execute(request),
    prepareDownload: (request) => isdR.execute(request),
    loadBoundProfilePackage: async (pieces) => {
      for await (const piece of pieces) {
        const result = await isdR.execute(piece);
        if (result.length > 0) return result;
      }
      // An LPA that has no more resets the card, and what was loaded is given up.
      await isdR.euicc.apdu.reset();
      throw new EuiccError('PACKAGE_INCOMPLETE', 'the package ended before it was complete');
    },
    cancelSession: (request) => isdR.execute(request),
    loadCrl: (request) => isdR.execute(request),
    getRat: () => isdR.execute(GetRatRequest.encode({})),
    listNotification: async (event) => {
      const request = event === undefined ? {} : { profileManagementOperation: [event] };
      const list = await isdR.ask(ListNotificationRequest.encode(request), ListNotificationResponse);
      return list.kind === 'notificationMetadataList' ? [...list.value] : refuse(list.value);
    },
    retrieveNotificationsList: async ({ seqNumber, event } = {}) => {
      const byNumber = seqNumber === undefined ? undefined : ({ kind: 'seqNumber', value: seqNumber } as const);
      const byEvent =
        event === undefined ? undefined : ({ kind: 'profileManagementOperation', value: [event] } as const);
      const searchCriteria = byNumber ?? byEvent;
      const request = RetrieveNotificationsListRequest.encode({ ...(searchCriteria && { searchCriteria }) });
      const list = await isdR.ask(request, RetrieveNotificationsListResponse);
      return list.kind === 'notificationList' ? list.value.map(({ value }) => value.raw) : refuse(list.value);
    },
    removeNotificationFromList: async (seqNumber) => {
      const request = NotificationSentRequest.encode({ seqNumber });
      const { deleteNotificationStatus } = await isdR.ask(request, NotificationSentResponse);
      if (deleteNotificationStatus === DeleteNotificationStatus.ok) return;
      throw new EuiccError('NOTIFICATION_NOT_FOUND', `deleteNotificationStatus ${deleteNotificationStatus}`);
    },
  };
}

function es10c(isdR: IsdR): Es10c {
  const named = (profileIdentifier: ProfileIdentifier) => ({ profileIdentifier, refreshFlag: false });
  return {
    getProfilesInfo: async ({ search, tags = ALL_TAGS } = {}) => {
      const request = { tagList: printTagList(tags), ...(search !== undefined && { searchCriteria: search }) };
      const list = await isdR.ask(ProfileInfoListRequest.encode(request), ProfileInfoListResponse);
      return list.kind === 'profileInfoListOk' ? [...list.value] : refuse(list.value);
    },
    getProfileInfoList: (request) => isdR.execute(request),
    enableProfile: async (profile) =>
      (await isdR.ask(EnableProfileRequest.encode(named(profile)), EnableProfileResponse)).enableResult,
    disableProfile: async (profile) =>
      (await isdR.ask(DisableProfileRequest.encode(named(profile)), DisableProfileResponse)).disableResult,
    deleteProfile: async (profile) =>
      (await isdR.ask(DeleteProfileRequest.encode(profile), DeleteProfileResponse)).deleteResult,
    euiccMemoryReset: async (resetOptions) =>
      (await isdR.ask(EuiccMemoryResetRequest.encode({ resetOptions }), EuiccMemoryResetResponse)).resetResult,
    getEid: async () =>
      (await isdR.ask(GetEuiccDataRequest.encode({ tagList: EID_TAG_LIST }), GetEuiccDataResponse)).eidValue,
    setNickname: async (iccid, nickname) => {
      // Not by the schema, which a nickname that is too long would not get past.
      const request = encodeTlv(0xbf29, encodeTlv(0x5a, packIccid(iccid)), encodeTlv(0x90, Buffer.from(nickname)));
      return (await isdR.ask(request, SetNicknameResponse)).setNicknameResult;
    },
  };
}

function refuse(error: number): never {
  throw new Error(`error ${error}`);
}

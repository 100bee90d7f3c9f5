import { DerError, encodeTlv } from '@tegata/der';
import {
  DeleteNotificationStatus,
  DeleteProfileRequest,
  DeleteProfileResponse,
  DeleteResult,
  DisableProfileRequest,
  DisableProfileResponse,
  DisableResult,
  EID_TAG_LIST,
  EnableProfileRequest,
  EnableProfileResponse,
  EnableResult,
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
  type NotificationMetadata,
  NotificationSentRequest,
  NotificationSentResponse,
  ResetOptionBits,
  ResetResult,
  RetrieveNotificationsListRequest,
  SetDefaultDpAddressRequest,
  SetDefaultDpAddressResponse,
  SetDefaultDpAddressResult,
  SetNicknameRequest,
  SetNicknameResponse,
  SetNicknameResult,
} from '@tegata/rsp';
import { EuiccError } from '../euicc-error.ts';
import type { ResetOption } from '../isd-r/euicc-memory-reset.ts';
import type { IsdR } from '../isd-r/isd-r.ts';
import { MemoryError } from '../memory/memory-error.ts';

/** What functions of ES10 work on when they come as octets of STORE DATA. */
export interface Es10Surroundings {
  readonly isdR: IsdR;
  /** whether a proactive command is under way, which forbids to switch profiles */
  readonly toolkitBusy: () => boolean;
  /** called when another profile, or none, may have become the enabled one; `refresh`: the terminal is to be told */
  readonly switched: (refresh: boolean) => void;
}

/** A function of ES10: request and answer as DER. Throws DerError for a request that is not the object it should be. */
type Es10Command = (surroundings: Es10Surroundings, request: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** Functions of ES10a, ES10b and ES10c by the tag of their request, LoadBoundProfilePackage apart (SGP.22 section 5.7). */
export const ES10_COMMANDS: ReadonlyMap<number, Es10Command> = new Map<number, Es10Command>([
  [
    0xbf20,
    ({ isdR }, request) => {
      GetEuiccInfo1Request.decode(request);
      return isdR.getEuiccInfo1();
    },
  ],
  [0xbf21, ({ isdR }, request) => isdR.prepareDownload(request)],
  [
    0xbf22,
    ({ isdR }, request) => {
      GetEuiccInfo2Request.decode(request);
      return isdR.getEuiccInfo2();
    },
  ],
  [0xbf28, listNotification],
  [0xbf29, setNickname],
  [0xbf2b, retrieveNotificationsList],
  [0xbf2d, ({ isdR }, request) => isdR.profileInfoList(request)],
  [
    0xbf2e,
    async ({ isdR }, request) => {
      GetEuiccChallengeRequest.decode(request);
      return GetEuiccChallengeResponse.encode({ euiccChallenge: await isdR.getEuiccChallenge() });
    },
  ],
  [0xbf30, notificationSent],
  [0xbf31, enableProfile],
  [0xbf32, disableProfile],
  [0xbf33, deleteProfile],
  [0xbf34, euiccMemoryReset],
  [0xbf35, ({ isdR }, request) => isdR.loadCrl(request)],
  [0xbf38, ({ isdR }, request) => isdR.authenticateServer(request)],
  [
    0xbf3c,
    ({ isdR }, request) => {
      EuiccConfiguredAddressesRequest.decode(request);
      return EuiccConfiguredAddressesResponse.encode(isdR.getEuiccConfiguredAddresses());
    },
  ],
  [
    0xbf3e,
    ({ isdR }, request) => {
      const { tagList } = GetEuiccDataRequest.decode(request);
      if (!Buffer.from(tagList).equals(EID_TAG_LIST)) throw new DerError('BAD_VALUE', 'only the EID can be asked for');
      return GetEuiccDataResponse.encode({ eidValue: isdR.getEid() });
    },
  ],
  [0xbf3f, setDefaultDpAddress],
  [0xbf41, ({ isdR }, request) => isdR.cancelSession(request)],
  [
    0xbf43,
    ({ isdR }, request) => {
      GetRatRequest.decode(request);
      return isdR.getRat();
    },
  ],
]);

async function enableProfile({ isdR, toolkitBusy, switched }: Es10Surroundings, request: Uint8Array) {
  const { profileIdentifier, refreshFlag } = EnableProfileRequest.decode(request);
  if (toolkitBusy()) return EnableProfileResponse.encode({ enableResult: EnableResult.catBusy });
  const enableResult = await unlessFull(EnableResult.undefinedError, () => isdR.enableProfile(profileIdentifier));
  if (enableResult === EnableResult.ok) switched(refreshFlag);
  return EnableProfileResponse.encode({ enableResult });
}

async function disableProfile({ isdR, toolkitBusy, switched }: Es10Surroundings, request: Uint8Array) {
  const { profileIdentifier, refreshFlag } = DisableProfileRequest.decode(request);
  if (toolkitBusy()) return DisableProfileResponse.encode({ disableResult: DisableResult.catBusy });
  const disableResult = await unlessFull(DisableResult.undefinedError, () => isdR.disableProfile(profileIdentifier));
  if (disableResult === DisableResult.ok) switched(refreshFlag);
  return DisableProfileResponse.encode({ disableResult });
}

async function deleteProfile({ isdR }: Es10Surroundings, request: Uint8Array): Promise<Uint8Array> {
  const profileIdentifier = DeleteProfileRequest.decode(request);
  const deleteResult = await unlessFull(DeleteResult.undefinedError, () => isdR.deleteProfile(profileIdentifier));
  return DeleteProfileResponse.encode({ deleteResult });
}

async function euiccMemoryReset({ isdR, toolkitBusy, switched }: Es10Surroundings, request: Uint8Array) {
  const { resetOptions } = EuiccMemoryResetRequest.decode(request);
  if (toolkitBusy()) return EuiccMemoryResetResponse.encode({ resetResult: ResetResult.catBusy });
  const options = resetOptions.filter((option): option is ResetOption => option in ResetOptionBits);
  const resetResult = await unlessFull(ResetResult.undefinedError, () => isdR.euiccMemoryReset(options));
  if (resetResult === ResetResult.ok) switched(true);
  return EuiccMemoryResetResponse.encode({ resetResult });
}

function listNotification({ isdR }: Es10Surroundings, request: Uint8Array): Uint8Array {
  const { profileManagementOperation } = ListNotificationRequest.decode(request);
  const list = isdR.listNotification().filter((metadata) => isOf(metadata, profileManagementOperation));
  return encodeTlv(0xbf28, encodeTlv(0xa0, ...list.map(({ raw }) => raw)));
}

function retrieveNotificationsList({ isdR }: Es10Surroundings, request: Uint8Array): Uint8Array {
  const { searchCriteria } = RetrieveNotificationsListRequest.decode(request);
  const list = isdR
    .listNotification()
    .filter((metadata) =>
      searchCriteria?.kind === 'seqNumber'
        ? metadata.seqNumber === searchCriteria.value
        : isOf(metadata, searchCriteria?.value),
    );
  const pending = list.flatMap(({ seqNumber }) => isdR.retrieveNotificationsList({ seqNumber }));
  return encodeTlv(0xbf2b, encodeTlv(0xa0, ...pending));
}

/** Whether a notification is of one of the events; of any, where none is named: LPAs in use ask for all by a list of events that is empty. */
function isOf({ profileManagementOperation }: NotificationMetadata, events: readonly string[] = []): boolean {
  return events.length === 0 || profileManagementOperation.some((event) => events.includes(event));
}

async function notificationSent({ isdR }: Es10Surroundings, request: Uint8Array): Promise<Uint8Array> {
  const { seqNumber } = NotificationSentRequest.decode(request);
  const { ok, nothingToDelete } = DeleteNotificationStatus;
  try {
    await isdR.removeNotificationFromList(seqNumber);
    return NotificationSentResponse.encode({ deleteNotificationStatus: ok });
  } catch (error) {
    if (!(error instanceof EuiccError) || error.code !== 'NOTIFICATION_NOT_FOUND') throw error;
    return NotificationSentResponse.encode({ deleteNotificationStatus: nothingToDelete });
  }
}

/** A nickname that is too long is refused with a result, as the request is well-formed but for that. */
async function setNickname({ isdR }: Es10Surroundings, request: Uint8Array): Promise<Uint8Array> {
  const { undefinedError } = SetNicknameResult;
  const setNicknameResult = await unlessOutOfRange(undefinedError, () => {
    const { iccid, profileNickname } = SetNicknameRequest.decode(request);
    return unlessFull(undefinedError, () => isdR.setNickname(iccid, profileNickname));
  });
  return SetNicknameResponse.encode({ setNicknameResult });
}

async function setDefaultDpAddress({ isdR }: Es10Surroundings, request: Uint8Array): Promise<Uint8Array> {
  const { ok, undefinedError } = SetDefaultDpAddressResult;
  const setDefaultDpAddressResult = await unlessOutOfRange(undefinedError, () => {
    const { defaultDpAddress } = SetDefaultDpAddressRequest.decode(request);
    return unlessFull(undefinedError, async () => {
      await isdR.setDefaultDpAddress(defaultDpAddress);
      return ok;
    });
  });
  return SetDefaultDpAddressResponse.encode({ setDefaultDpAddressResult });
}

/** The result for what the memory has no room for, such as the notification of the event; nothing was changed then. */
async function unlessFull(result: number, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MemoryError && error.code === 'MEMORY_FULL') return result;
    throw error;
  }
}

async function unlessOutOfRange(result: number, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DerError && error.code === 'OUT_OF_RANGE') return result;
    throw error;
  }
}

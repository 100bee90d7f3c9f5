import {
  ApduService,
  Es10aService,
  Es10bService,
  Es10cService,
  type LoadBoundProfilePackageRequest,
  type RetrieveNotificationsListRequest,
} from '@tegata/contracts/gsma-rsp-v2';
import { ResetResult } from '@tegata/rsp';
import { implement, type ServiceImplementation } from '@tegata/service-kit';
import type { Euicc } from '../euicc.ts';
import type { NotificationCriteria } from '../isd-r/retrieve-notifications-list.ts';
import { eventOf, identifierOf, infoMessage, metadataMessage, resultMessage } from './es10-values.ts';
import { answering } from './euicc-refusal.ts';

/** gsma.rsp.v2.Es10a over an eUICC. */
export function es10aService({ es10a }: Pick<Euicc, 'es10a'>): ServiceImplementation {
  return implement(Es10aService, {
    getEuiccConfiguredAddresses: async () => {
      const { defaultDpAddress = '', rootDsAddress } = await answering(() => es10a.getEuiccConfiguredAddresses());
      return { defaultDpAddress, rootDsAddress };
    },
    setDefaultDpAddress: async ({ defaultDpAddress }) => {
      await answering(() => es10a.setDefaultDpAddress(defaultDpAddress));
      return {};
    },
  });
}

/** gsma.rsp.v2.Es10b over an eUICC. */
export function es10bService({ es10b }: Pick<Euicc, 'es10b'>): ServiceImplementation {
  return implement(Es10bService, {
    getEuiccInfo1: async () => ({ euiccInfo1: octets(await answering(() => es10b.getEuiccInfo1())) }),
    getEuiccInfo2: async () => ({ euiccInfo2: octets(await answering(() => es10b.getEuiccInfo2())) }),
    getEuiccChallenge: async () => ({ euiccChallenge: octets(await answering(() => es10b.getEuiccChallenge())) }),
    authenticateServer: async ({ authenticateServerRequest }) => ({
      authenticateServerResponse: octets(await answering(() => es10b.authenticateServer(authenticateServerRequest))),
    }),
    prepareDownload: async ({ prepareDownloadRequest }) => ({
      prepareDownloadResponse: octets(await answering(() => es10b.prepareDownload(prepareDownloadRequest))),
    }),
    loadBoundProfilePackage: async (requests) => ({
      profileInstallationResult: octets(await answering(() => es10b.loadBoundProfilePackage(piecesOf(requests)))),
    }),
    cancelSession: async ({ cancelSessionRequest }) => ({
      cancelSessionResponse: octets(await answering(() => es10b.cancelSession(cancelSessionRequest))),
    }),
    loadCrl: async ({ loadCrlRequest }) => ({
      loadCrlResponse: octets(await answering(() => es10b.loadCrl(loadCrlRequest))),
    }),
    getRat: async () => ({ getRatResponse: octets(await answering(() => es10b.getRat())) }),
    listNotification: async ({ event }) => ({
      notifications: (await answering(() => es10b.listNotification(eventOf(event)))).map(metadataMessage),
    }),
    retrieveNotificationsList: async ({ searchCriteria }) => {
      const list = await answering(() => es10b.retrieveNotificationsList(criteriaOf(searchCriteria)));
      return { pendingNotifications: list.map(octets) };
    },
    removeNotificationFromList: async ({ seqNumber }) => {
      await answering(() => es10b.removeNotificationFromList(seqNumber));
      return {};
    },
  });
}

/** gsma.rsp.v2.Es10c over an eUICC. */
export function es10cService({ es10c }: Pick<Euicc, 'es10c'>): ServiceImplementation {
  return implement(Es10cService, {
    getProfilesInfo: async () => ({ profiles: (await answering(() => es10c.getProfilesInfo())).map(infoMessage) }),
    getProfileInfoList: async ({ profileInfoListRequest }) => ({
      profileInfoListResponse: octets(await answering(() => es10c.getProfileInfoList(profileInfoListRequest))),
    }),
    enableProfile: async ({ profile }) =>
      resultMessage(await answering(() => es10c.enableProfile(identifierOf(profile)))),
    disableProfile: async ({ profile }) =>
      resultMessage(await answering(() => es10c.disableProfile(identifierOf(profile)))),
    deleteProfile: async ({ profile }) =>
      resultMessage(await answering(() => es10c.deleteProfile(identifierOf(profile)))),
    euiccMemoryReset: async (request) => {
      const options = [
        ...(request.deleteOperationalProfiles ? (['deleteOperationalProfiles'] as const) : []),
        ...(request.deleteFieldLoadedTestProfiles ? (['deleteFieldLoadedTestProfiles'] as const) : []),
        ...(request.resetDefaultSmdpAddress ? (['resetDefaultSmdpAddress'] as const) : []),
      ];
      return { erased: (await answering(() => es10c.euiccMemoryReset(options))) === ResetResult.ok };
    },
    getEid: async () => ({ eid: await answering(() => es10c.getEid()) }),
    setNickname: async ({ iccid, profileNickname }) =>
      resultMessage(await answering(() => es10c.setNickname(iccid, profileNickname))),
  });
}

/** gsma.rsp.v2.Apdu over an eUICC. */
export function apduService({ apdu }: Euicc): ServiceImplementation {
  return implement(ApduService, {
    transmit: async ({ command }) => ({ response: octets(await answering(() => apdu.transmit(command))) }),
    reset: async () => ({ atr: octets(await answering(() => apdu.reset())) }),
  });
}

async function* piecesOf(requests: AsyncIterable<LoadBoundProfilePackageRequest>): AsyncGenerator<Uint8Array> {
  for await (const { piece } of requests) yield piece;
}

type SearchCriteria = RetrieveNotificationsListRequest['searchCriteria'];

function criteriaOf(criteria: SearchCriteria): NotificationCriteria {
  if (criteria?.$case === 'seqNumber') return { seqNumber: criteria.value };
  const event = criteria === undefined ? undefined : eventOf(criteria.value);
  return event === undefined ? {} : { event };
}

function octets(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.length);
}

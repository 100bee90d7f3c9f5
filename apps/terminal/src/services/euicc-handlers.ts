import type { LpaService } from '@tegata/contracts/terminal-v1';
import { EUICCInfo2, parseExtCardResource } from '@tegata/rsp';
import type { HandlersOf } from '@tegata/service-kit';
import { deliverThrough } from '../daemon/provisioning.ts';
import { asBuffer } from '../octets.ts';
import { notificationMessage, profileMessage } from './es10-messages.ts';
import type { DownloadContext } from './profile-download.ts';

/** Lpa.ProcessNotifications and Lpa.GetEuicc: for any eUICC, the emulated one or that of a card. */
export function euiccHandlers(
  context: DownloadContext,
): Pick<HandlersOf<typeof LpaService>, 'processNotifications' | 'getEuicc'> {
  const { euicc, routes, loadNetwork } = context;
  return {
    processNotifications: async ({ seqNumber }, { signal }) => {
      await loadNetwork();
      const wanted = seqNumber === 0 ? undefined : (one: { seqNumber: number }) => one.seqNumber === seqNumber;
      const deliveries = await deliverThrough(context, (address) => routes.smdp(address), wanted, signal);
      return {
        deliveries: deliveries.map(({ notification, delivered, error }) => ({
          notification: notificationMessage(notification),
          delivered,
          error: delivered ? '' : error instanceof Error ? error.message : 'unknown',
        })),
      };
    },

    getEuicc: () => describeEuicc(euicc),
  };
}

async function describeEuicc({ es10a, es10b, es10c }: DownloadContext['euicc']) {
  const info = EUICCInfo2.decode(await es10b.getEuiccInfo2());
  const addresses = await es10a.getEuiccConfiguredAddresses();
  const { freeNonVolatileMemory } = parseExtCardResource(info.extCardResource);
  return {
    eid: await es10c.getEid(),
    svn: info.svn,
    freeNonVolatileMemory: BigInt(freeNonVolatileMemory),
    ciKeyIds: info.euiccCiPKIdListForVerification.map((id) => asBuffer(id).toString('hex').toUpperCase()),
    profiles: (await es10c.getProfilesInfo()).map(profileMessage),
    pendingNotifications: (await es10b.listNotification()).length,
    defaultDpAddress: addresses.defaultDpAddress ?? '',
    rootDsAddress: addresses.rootDsAddress,
  };
}

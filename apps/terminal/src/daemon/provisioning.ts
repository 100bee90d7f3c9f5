import { Es9PlusService, Es11Service } from '@tegata/contracts/gsma-rsp-v2';
import { AcquisitionService } from '@tegata/contracts/relay-v1';
import type { Euicc } from '@tegata/euicc';
import {
  type DeliveryPolicy,
  deliverNotifications,
  downloadProfile,
  LpaError,
  type NotificationContents,
  type NotificationDelivery,
  type NotificationParties,
  retrieveEvents,
} from '@tegata/lpa';
import { askedToWaitMs, isTransient } from '../application/failures.ts';
import type { Provisioning } from '../application/ports.ts';
import { pause } from '../application/retry.ts';
import { device } from '../device.ts';
import type { RspRoutes } from '../network/rsp-routes.ts';
import type { TerminalNetwork } from '../network/terminal-network.ts';
import { asBuffer } from '../octets.ts';
import type { Turns } from './turns.ts';

/** What the LPA of a terminal works with. */
export interface LpaContext {
  readonly euicc: Pick<Euicc, 'es10b' | 'es10c'>;
  readonly network: TerminalNetwork;
  readonly routes: RspRoutes;
  /** Sessions of the eUICC with servers. */
  readonly sessions: Turns;
  /** Deliveries of notifications, which need no session: a server that is slow to take one keeps no download back. */
  readonly deliveries: Turns;
}

/** Longest time of one step of a session with a server: binding a large profile on a busy server takes longest. */
const sessionCallMs = 30_000;

/** The LPA with one relay: everything a terminal fetches goes through it (ES11, acquisition, ES9+). */
export function provisioningThrough(context: LpaContext, relayAddress: string): Provisioning {
  const { euicc, network, sessions } = context;
  const { es10b, es10c } = euicc;
  const relay = network.to(relayAddress);
  const timeoutMs = sessionCallMs;
  return {
    acquire: (dataAcquisitionKey, signal) =>
      sessions.run(async () => {
        const es11 = relay.client(Es11Service);
        const { transactionId } = await retrieveEvents({ es10b, es11, device }, relayAddress, '', { signal });
        const request = { transactionId, dataAcquisitionKey: asBuffer(dataAcquisitionKey) };
        return relay.client(AcquisitionService).acquire(request, { signal, timeoutMs });
      }),

    download: ({ rspServerAddress, eventId, iccid, onReceived }, signal) =>
      sessions.run(async () => {
        const es9Plus = relay.client(Es9PlusService);
        let received = false;
        await downloadProfile(
          { es10b, es10c, es9Plus, device },
          { smdpAddress: rspServerAddress, matchingId: eventId },
          {
            // The user has consented by applying; what is offered has to be what the contract names.
            consent: async (metadata) => {
              if (metadata.iccid === iccid) return 'install';
              throw new LpaError('METADATA_MISMATCH', 'another profile is offered than the contract names');
            },
            onProgress: ({ stage }) => {
              if (stage === 'loading' && !received) onReceived();
              received ||= stage === 'loading';
            },
          },
          { signal },
        );
      }),

    deliverNotifications: async (iccid, signal) => {
      // The relay takes notifications for every SM-DP+ it carries ES9+ to.
      const serverFor = () => relay.client(Es9PlusService);
      const deliveries = await deliverThrough(context, serverFor, undefined, signal);
      return deliveries.filter(({ delivered, notification }) => !delivered && notification.iccid === iccid).length;
    },
  };
}

/** Delivers what waits, to the server that takes notifications for an address. */
export function deliverThrough(
  { euicc, deliveries }: Pick<LpaContext, 'euicc' | 'deliveries'>,
  serverFor: NotificationParties['serverFor'],
  wanted: ((notification: NotificationContents) => boolean) | undefined,
  signal: AbortSignal,
): Promise<NotificationDelivery[]> {
  const policy: DeliveryPolicy = {
    tries: 2,
    waitBeforeRetry: (failed, error) => pause(Math.max(askedToWaitMs(error), 200 * failed), signal),
    mayPass: isTransient,
  };
  return deliveries.run(() => deliverNotifications({ es10b: euicc.es10b, serverFor }, policy, wanted, { signal }));
}

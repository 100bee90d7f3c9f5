import type { SmDsKeys } from '@tegata/pki';
import { createRspServer, type HttpsListenerSetting } from '@tegata/rsp-http';
import { CallCounts, type ServiceImplementation } from '@tegata/service-kit';
import type { RelayContext } from '../context.ts';
import { tlsIdentityOf } from '../es11/sm-ds.ts';
import { type HttpsInterface, httpsListeners } from '../https-listeners.ts';
import { smDsServices } from '../sm-ds-services.ts';

/** An SM-DS that serves over HTTPS on loopback, in this process. */
export interface ServedSmDs {
  /** `host:port`, in the order of the settings. */
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

/** Serves the handlers of an SM-DS as the relay does in mode `sm-ds`, and more where a test says so, with the clock and the database of a test. */
export async function serveSmDs(
  context: RelayContext,
  keys: SmDsKeys,
  settings: readonly Omit<HttpsListenerSetting<HttpsInterface>, 'address'>[],
  more: readonly ServiceImplementation[] = [],
): Promise<ServedSmDs> {
  const listeners = httpsListeners(
    settings.map((setting) => ({ address: '127.0.0.1:0', ...setting })),
    [...smDsServices(context), ...more],
    context,
    (set) => tlsIdentityOf(keys, set),
  );
  const { logger } = context;
  const server = createRspServer({ name: 'relay', logger, counts: new CallCounts(), operatorName: 'relay', listeners });
  await server.start();
  return { addresses: server.addresses, stop: () => server.stop() };
}

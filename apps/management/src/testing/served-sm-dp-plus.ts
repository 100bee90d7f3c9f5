import { Es2PlusService, Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import type { ServerSet } from '@tegata/pki';
import {
  type ClientAuthentication,
  createRspServer,
  es2plus as es2plusInterface,
  es9plus as es9plusInterface,
} from '@tegata/rsp-http';
import { CallCounts, implement, type TlsIdentity } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { es2plus } from '../es2plus/es2plus.ts';
import { es9plus } from '../es9plus/es9plus.ts';
import { smDpPlusByListener } from '../es9plus/sm-dp-plus.ts';

/** An SM-DP+ that serves over HTTPS on loopback, in this process. */
export interface ServedSmDpPlus {
  /** `host:port` of ES9+, in the order of what is shown. */
  readonly es9plus: readonly string[];
  /** `host:port` of ES2+. */
  readonly es2plus: string;
  stop(): Promise<void>;
}

/**
 * Serves the handlers of ES9+ and ES2+ as a management server does, with the clock and the database of a test.
 *
 * @param shown CIs and certificates, a listener of ES9+ for each; the first is the server's own, whose TLS certificate ES2+ has too
 * @param operators clients of ES2+
 */
export async function serveSmDpPlus(
  context: SmDpContext,
  shown: readonly [ServerSet, ...ServerSet[]],
  operators: ClientAuthentication,
): Promise<ServedSmDpPlus> {
  const [own, ...others] = shown;
  const sets = new Map(others.map((set, index) => [`set-${index}`, set]));
  const smDpPlus = smDpPlusByListener({ ...own, sets }, context.carrier);
  const [es9PlusService, es2PlusService] = [
    implement(Es9PlusService, es9plus({ ...context, smDpPlus })),
    implement(Es2PlusService, es2plus(context)),
  ];
  const address = '127.0.0.1:0';
  const serves = [{ interface: es9plusInterface, service: es9PlusService }];
  const server = createRspServer({
    name: 'management',
    logger: context.logger,
    counts: new CallCounts(),
    operatorName: context.carrier.name,
    listeners: [
      {
        address,
        identity: tlsOf(own),
        clients: operators,
        serves: [{ interface: es2plusInterface, service: es2PlusService }],
      },
      { address, identity: tlsOf(own), serves },
      ...[...sets].map(([name, set]) => ({ address, name, identity: tlsOf(set), serves })),
    ],
  });
  await server.start();
  const [mutual = '', ...lpa] = server.addresses;
  return { es9plus: lpa, es2plus: mutual, stop: () => server.stop() };
}

function tlsOf({ tls }: ServerSet): TlsIdentity {
  if (tls === undefined) throw new Error('a listener needs a TLS certificate');
  return tls;
}

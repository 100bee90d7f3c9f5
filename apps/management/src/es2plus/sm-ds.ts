import type { DeleteEventRequest, RegisterEventRequest } from '@tegata/contracts/gsma-rsp-v2';
import { rootsPem, type SmDpPlusKeys } from '@tegata/pki';
import { isSameServerAddress, normaliseServerAddress, RspRefusal } from '@tegata/rsp';
import { connectRsp, es12, type RspConnection } from '@tegata/rsp-http';
import type { SmDpContext } from '../context.ts';
import { tlsIdentityOf } from '../es9plus/sm-dp-plus.ts';
import type { SmDsSetting } from './sm-ds-settings.ts';

/** ES12 as an SM-DP+ calls it, over whatever binding. */
export interface Es12 {
  registerEvent(request: RegisterEventRequest): Promise<unknown>;
  deleteEvent(request: DeleteEventRequest): Promise<unknown>;
}

/** An SM-DS that orders may name. */
export interface ReachableSmDs {
  /** FQDN, in lower case. */
  readonly address: string;
  readonly es12: Es12;
  /** Whether it shall forward the events to its root SM-DS. */
  readonly forwardingIndicator: boolean;
}

/** Time for one call, in milliseconds: an operator waits for the first try, and three of them are over before the lease of an event is. */
const timeoutMs = 10_000;

/** The SM-DSs of a configuration, with the ways to them. */
export interface SmDsServers {
  readonly servers: readonly ReachableSmDs[];
  close(): void;
}

/**
 * Describes the ways to the SM-DSs that are configured, over HTTPS with CERT.DPtls (SGP.22 section 2.6.6), and to the relay of a carrier
 * unless it is configured like the others.
 *
 * @throws Error for a set that the PKI does not have
 */
export function connectSmDsServers(
  settings: readonly SmDsSetting[],
  keys: SmDpPlusKeys,
  relay: Pick<ReachableSmDs, 'address' | 'es12'> | undefined,
): SmDsServers {
  const others = settings.map((setting) => connectSmDs(setting, keys));
  const own =
    relay && !isAmong(settings, relay.address)
      ? [{ ...relay, address: normaliseServerAddress(relay.address), forwardingIndicator: false }]
      : [];
  return {
    servers: [...others.map(({ server }) => server), ...own],
    close() {
      for (const { connection } of others) connection.close();
    },
  };
}

/** A way to one SM-DS over HTTPS. */
export function connectSmDs(
  { address, connectTo, credentials, forwardingIndicator = false }: SmDsSetting,
  keys: Pick<SmDpPlusKeys, 'cis' | 'dpTls' | 'sets' | 'oid'>,
): { readonly server: ReachableSmDs; readonly connection: RspConnection } {
  const set = credentials === undefined ? undefined : keys.sets.get(credentials);
  const connection = connectRsp({
    address,
    connectTo,
    roots: rootsPem(set?.cis ?? keys.cis),
    role: 'DStls',
    identity: tlsIdentityOf(keys, credentials),
    requester: set?.credentials[0]?.oid ?? keys.oid,
    timeoutMs,
    // What fails is tried again with the growing pauses of its event.
    retry: { attempts: 1, firstDelayMs: 0, maxDelayMs: 0 },
  });
  const server = { address: normaliseServerAddress(address), es12: connection.client(es12), forwardingIndicator };
  return { server, connection };
}

const isAmong = (servers: readonly SmDsSetting[], address: string): boolean =>
  servers.some((each) => isSameServerAddress(each.address, address));

/** The SM-DS with this address. */
export const findSmDs = (
  { smDsServers }: Pick<SmDpContext, 'smDsServers'>,
  address: string,
): ReachableSmDs | undefined => smDsServers.find((each) => each.address === normaliseServerAddress(address));

/**
 * The address of an SM-DS that events can be registered at, as it is stored with the order. Empty is none.
 * @throws RspRefusal 8.9/5.1.
 */
export function requireReachable(context: Pick<SmDpContext, 'smDsServers'>, smdsAddress: string): string {
  if (smdsAddress === '') return '';
  const smDs = findSmDs(context, smdsAddress);
  if (smDs === undefined) throw new RspRefusal('SMDS_INACCESSIBLE', { subjectIdentifier: smdsAddress });
  return smDs.address;
}

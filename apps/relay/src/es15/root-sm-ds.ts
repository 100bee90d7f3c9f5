import { rootsPem, type SmDsKeys } from '@tegata/pki';
import { connectRsp, es15, type RspClient } from '@tegata/rsp-http';
import { decodeServiceError } from '@tegata/service-kit';
import type { RootSmDsSetting } from '../config.ts';
import { tlsIdentityOf } from '../es11/sm-ds.ts';

/** What the root SM-DS is told, whatever it is told over. */
export type RootSmDsFunctions = Pick<RspClient<typeof es15>, 'registerEvent' | 'deleteEvent'>;

/** The root SM-DS as this one tells it of events. */
export interface RootSmDs {
  readonly functions: RootSmDsFunctions;
  /** FQDN of this SM-DS that the events lead LPAs to. */
  readonly leadsTo: string;
}

/** A way to the root SM-DS. */
export interface RootSmDsConnection extends RootSmDs {
  close(): void;
}

/**
 * Describes a way to the root SM-DS: ES15 over mutual TLS (SGP.22 section 5.10) with CERT.DStls. Towards a root of others, `credentials`
 * names the set whose CIs the root's certificate chains to, whose CERT.DStls is shown, and to whose address LPAs that come from there are
 * led: their eUICCs are under its CIs.
 *
 * @param address FQDN of this SM-DS where it has no other in that set
 * @throws Error for a set that the PKI does not have
 */
export function connectRootSmDs(
  { credentials, ...root }: RootSmDsSetting,
  keys: Pick<SmDsKeys, 'cis' | 'dsTls' | 'sets' | 'oid'>,
  address: string,
): RootSmDsConnection {
  const set = credentials === undefined ? undefined : keys.sets.get(credentials);
  const connection = connectRsp({
    ...root,
    roots: rootsPem(set?.cis ?? keys.cis),
    role: 'DStls',
    identity: tlsIdentityOf(keys, credentials),
    requester: set?.credentials[0]?.oid ?? keys.oid,
    // One try for each claim of an intent: what fails is tried again with its own growing pauses.
    retry: { attempts: 1, firstDelayMs: 0, maxDelayMs: 0 },
  });
  return {
    functions: connection.client(es15),
    leadsTo: set?.address ?? address,
    close: () => connection.close(),
  };
}

/** Whether the root SM-DS has the event already: an EventID is ours alone, so an earlier try got through. */
export const isThereAlready = (error: unknown): boolean => hasCodes(error, 'EVENT_ALREADY_REGISTERED');

/** Whether the root SM-DS has no such event: deleted by an earlier try, lapsed, or never there. */
export const isGoneAlready = (error: unknown): boolean => hasCodes(error, 'EVENT_UNKNOWN');

const hasCodes = (error: unknown, reason: string): boolean => decodeServiceError(error).reason === reason;

import { connectRsp, es15, type RspClient } from '@tegata/rsp-http';
import { decodeServiceError, type Pem, type TlsIdentity } from '@tegata/service-kit';
import type { RootSmDsSetting } from '../config.ts';

/** What the root SM-DS is told, whatever it is told over. */
export type RootSmDsFunctions = Pick<RspClient<typeof es15>, 'registerEvent' | 'deleteEvent'>;

/** A way to the root SM-DS. */
export interface RootSmDsConnection {
  readonly functions: RootSmDsFunctions;
  close(): void;
}

/**
 * Describes a way to the root SM-DS: ES15 over mutual TLS (SGP.22 section 5.10), with the TLS certificate of this SM-DS.
 * @param roots PEM of the CIs, which the root's certificate chains to.
 * @param requester OID of this SM-DS.
 */
export function connectRootSmDs(
  { address, connectTo }: RootSmDsSetting,
  { roots, identity, requester }: { readonly roots: Pem; readonly identity: TlsIdentity; readonly requester: string },
): RootSmDsConnection {
  // One try for each claim of an intent: what fails is tried again with its own growing pauses.
  const retry = { attempts: 1, firstDelayMs: 0, maxDelayMs: 0 };
  const connection = connectRsp({ address, connectTo, roots, role: 'DStls', identity, requester, retry });
  return { functions: connection.client(es15), close: () => connection.close() };
}

/** Whether the root SM-DS has the event already: an EventID is ours alone, so an earlier try got through. */
export const isThereAlready = (error: unknown): boolean => hasCodes(error, 'EVENT_ALREADY_REGISTERED');

/** Whether the root SM-DS has no such event: deleted by an earlier try, lapsed, or never there. */
export const isGoneAlready = (error: unknown): boolean => hasCodes(error, 'EVENT_UNKNOWN');

const hasCodes = (error: unknown, reason: string): boolean => decodeServiceError(error).reason === reason;

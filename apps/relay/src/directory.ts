import { isSameServerAddress, RspRefusal } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';

/** Who may register events: an SM-DP+, or an SM-DS that forwards its own here. */
export interface EventOwner {
  /** Address (FQDN), as terminals and events name it. */
  readonly address: string;
  /** Name by which it is authenticated, for example `management/aozora`. */
  readonly owner: string;
}

/** An SM-DP+ the relay carries ES9+ to. */
export type RspServer = EventOwner;

/** Finds an SM-DP+ by its address, compared without regard to case. */
export const findRspServer = <T extends RspServer>(directory: readonly T[], address: string): T | undefined =>
  directory.find((server) => isSameServerAddress(server.address, address));

/**
 * The SM-DP+ that ES9+ is to be carried to.
 * @throws RspRefusal 8.8.1/3.8 when the relay knows no such address.
 */
export function requireRspServer<T extends RspServer>(directory: readonly T[], address: string): T {
  const server = findRspServer(directory, address);
  if (!server) throw new RspRefusal('SMDP_ADDRESS_REFUSED');
  return server;
}

/**
 * The address an owner announces events for: its own, nobody else's.
 * @throws ServiceError PERMISSION_DENIED (ADDRESS_NOT_OWN).
 */
export function requireOwnAddress(owners: readonly EventOwner[], owner: string, address: string): string {
  const own = owners.find((each) => each.owner === owner && isSameServerAddress(each.address, address));
  if (!own) throw refusal('ADDRESS_NOT_OWN');
  return own.address;
}

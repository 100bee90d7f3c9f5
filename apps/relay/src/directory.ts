import { isSameServerAddress, RspRefusal } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';

/** An SM-DP+ the relay carries ES9+ to. */
export interface RspServer {
  /** Address (FQDN), as terminals and events name it. */
  readonly address: string;
  /** Name in its service certificate, for example `management/aozora`. */
  readonly owner: string;
}

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
 * The address an SM-DP+ announces events for: its own, nobody else's.
 * @throws ServiceError PERMISSION_DENIED (ADDRESS_NOT_OWN).
 */
export function requireOwnAddress(directory: readonly RspServer[], owner: string, address: string): string {
  const server = findRspServer(directory, address);
  if (server?.owner !== owner) throw refusal('ADDRESS_NOT_OWN');
  return server.address;
}

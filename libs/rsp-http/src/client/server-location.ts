import { isIP } from 'node:net';
import { isServerAddress } from '@tegata/rsp';

/** Port of HTTPS, for addresses that name none. */
const httpsPort = 443;

/** A server as it is named, and where a connection to it goes. */
export interface ServerLocation {
  /** Name that its certificate must have and that it is asked for. */
  readonly serverName: string;
  /** `Host` of requests: the address as it was given. */
  readonly authority: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Where the server of an address is. `connectTo` (`host:port`) says where the connection goes instead, for networks
 * without DNS; the name that is verified stays that of the address.
 *
 * @throws TypeError for something that is no `name`, `name:port` or `host:port`
 */
export function locateServer(address: string, connectTo?: string): ServerLocation {
  if (!isServerAddress(address)) throw new TypeError('an address is a domain name, with or without a port');
  const named = split(address);
  const { host, port } = connectTo === undefined ? named : split(connectTo);
  return { serverName: named.host.replace(/\.$/, ''), authority: address, host, port };
}

function split(address: string): { host: string; port: number } {
  const [, host = '', port] = /^\[?(.*?)\]?(?::(\d{1,5}))?$/.exec(address) ?? [];
  // An IPv6 address without brackets has colons of its own.
  if (isIP(address) === 6) return { host: address, port: httpsPort };
  const number = port === undefined ? httpsPort : Number(port);
  if (host === '' || number === 0 || number > 65_535) throw new TypeError('not an address with a port from 1 to 65535');
  return { host, port: number };
}

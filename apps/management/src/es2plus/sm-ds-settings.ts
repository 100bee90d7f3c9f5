import { isServerAddress, normaliseServerAddress } from '@tegata/rsp';

/** An SM-DS that this SM-DP+ registers events at, over HTTPS. */
export interface SmDsSetting {
  /** FQDN, as orders name it, with `:port` unless that is 443. */
  readonly address: string;
  /** `host:port` to connect to, for networks without DNS; the certificate is still verified for `address`. */
  readonly connectTo?: string;
  /** Name of the set of CIs and certificates that is used towards it; the server's own unless given. */
  readonly credentials?: string;
  /** Whether it is an alternative SM-DS that shall forward the events to its root SM-DS. */
  readonly forwardingIndicator?: boolean;
}

const form = '{"address", "connectTo"?, "credentials"?, "forwardingIndicator"?}';

/** Reads the setting of an SM-DP+'s SM-DSs. @throws Error that says what it must be */
export function readSmDsServers(value: unknown): readonly SmDsSetting[] {
  if (!Array.isArray(value)) throw new Error(`must be a JSON list of ${form}`);
  const servers = value.map((entry: unknown, index) => {
    try {
      return readSmDsServer(entry);
    } catch (error) {
      throw new Error(`[${index}] ${error instanceof Error ? error.message : ''}`);
    }
  });
  const names = servers.map(({ address }) => normaliseServerAddress(address));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`must have ${repeated} once`);
  return servers;
}

function readSmDsServer(entry: unknown): SmDsSetting {
  if (typeof entry !== 'object' || entry === null) throw new Error(`must be ${form}`);
  const { address, connectTo, credentials, forwardingIndicator, ...more } = entry as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw new Error(`has no setting ${unknown}; it is ${form}`);
  if (typeof address !== 'string' || !isServerAddress(address)) throw new Error('address must be a domain name');
  if (connectTo !== undefined && !(typeof connectTo === 'string' && /^.+:[0-9]{1,5}$/.test(connectTo))) {
    throw new Error('connectTo must be host:port');
  }
  if (credentials !== undefined && (typeof credentials !== 'string' || credentials === '')) {
    throw new Error('credentials must be the name of a set');
  }
  if (forwardingIndicator !== undefined && typeof forwardingIndicator !== 'boolean') {
    throw new Error('forwardingIndicator must be true or false');
  }
  return {
    address,
    ...(connectTo !== undefined && { connectTo }),
    ...(credentials !== undefined && { credentials }),
    ...(forwardingIndicator !== undefined && { forwardingIndicator }),
  };
}

import { readFileSync } from 'node:fs';
import type { Caller } from '@tegata/service-kit';

/** A client that a listener of a configuration pins. */
export interface PinnedClientSetting {
  readonly caller: Caller;
  /** File with the client's certificate, PEM. */
  readonly certificate?: string;
  /** Or SHA-256 of its DER, 64 hexadecimal digits with or without colons. */
  readonly sha256?: string;
}

/** A listener as a configuration describes it. */
export interface HttpsListenerSetting<Name extends string = string> {
  /** `host:port` */
  readonly address: string;
  /** Interfaces that it serves. */
  readonly serves: readonly Name[];
  /** Name of the CIs and certificates that it shows; the server's first unless given. */
  readonly credentials?: string;
  /** Clients of a listener with mutual TLS; without them every caller is an LPA. */
  readonly clients?: readonly PinnedClientSetting[];
  /** File with the roots that clients' certificates chain to, PEM; pinned certificates given as files are roots themselves. */
  readonly clientRoots?: string;
}

const form =
  '{"address": "host:port", "serves": [...], "credentials"?, "clients"?: [{"caller", "certificate" or "sha256"}], "clientRoots"?}';
/** Interfaces between servers; all others are an LPA's, which has no certificate. */
const betweenServers: readonly string[] = ['es2plus', 'es12', 'es15'];
const callerPattern = /^(management|relay|operator)\/([a-z0-9][a-z0-9-]{0,62})$/;
const fingerprintPattern = /^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/;

/**
 * Reads the setting of a server's HTTPS listeners, which may serve the interfaces of these names.
 * @throws Error that says what it must be
 */
export function readHttpsListeners<Name extends string>(
  names: readonly Name[],
): (value: unknown) => readonly HttpsListenerSetting<Name>[] {
  return (value) => {
    if (!Array.isArray(value)) throw new Error(`must be a JSON list of ${form}`);
    return value.map((entry: unknown, index) => {
      try {
        return readListener(entry, names);
      } catch (error) {
        throw new Error(`[${index}] ${error instanceof Error ? error.message : ''}`);
      }
    });
  };
}

function readListener<Name extends string>(entry: unknown, names: readonly Name[]): HttpsListenerSetting<Name> {
  if (typeof entry !== 'object' || entry === null) throw new Error(`must be ${form}`);
  const { address, serves, credentials, clients, clientRoots, ...more } = entry as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw new Error(`has no setting ${unknown}; it is ${form}`);
  if (typeof address !== 'string' || !/^.+:[0-9]{1,5}$/.test(address)) throw new Error('address must be host:port');
  if (!Array.isArray(serves) || serves.length === 0 || !serves.every((name) => names.includes(name))) {
    throw new Error(`serves must be a list of ${names.join(', ')}`);
  }
  for (const [name, text] of Object.entries({ credentials, clientRoots })) {
    if (text !== undefined && (typeof text !== 'string' || text === '')) throw new Error(`${name} must be a text`);
  }
  const mutual = serves.filter((name) => betweenServers.includes(name));
  if (mutual.length > 0 && clients === undefined) throw new Error(`clients must say who may call ${mutual.join(', ')}`);
  if (mutual.length < serves.length && clients !== undefined) {
    throw new Error('serves an LPA, which has no client certificate: give it a listener without clients');
  }
  const pinned = clients === undefined ? undefined : readClients(clients);
  if (pinned?.some(({ sha256 }) => sha256 !== undefined) && clientRoots === undefined) {
    throw new Error('clientRoots must be given for clients that are known by sha256');
  }
  return {
    address,
    serves: serves as readonly Name[],
    ...(credentials !== undefined && { credentials: credentials as string }),
    ...(pinned && { clients: pinned }),
    ...(clientRoots !== undefined && { clientRoots: clientRoots as string }),
  };
}

function readClients(value: unknown): PinnedClientSetting[] {
  if (!Array.isArray(value) || value.length === 0) throw new Error('clients must be a list that is not empty');
  return value.map((entry: unknown) => {
    const { caller, certificate, sha256 } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    const [, role, name] = (typeof caller === 'string' && callerPattern.exec(caller)) || [];
    if (role === undefined) {
      throw new Error('caller of a client must be management/, relay/ or operator/ and a name of a-z, 0-9 and hyphens');
    }
    const who = { role: role as Caller['role'], name };
    if (typeof certificate === 'string' && sha256 === undefined) return { caller: who, certificate };
    if (typeof sha256 === 'string' && certificate === undefined && fingerprintPattern.test(sha256)) {
      return { caller: who, sha256 };
    }
    throw new Error('a client must have either certificate, a file, or sha256, 64 hexadecimal digits');
  });
}

/** Reads a PEM file of a setting. @throws Error naming it */
export function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`${path} can not be read`, { cause });
  }
}

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isMissing } from '../state/durable-file.ts';
import { TerminalError } from '../terminal-error.ts';

/** A carrier, as the network file has it. */
export interface CarrierEntry {
  /** Name by which the user chooses it, for example `aozora`. */
  readonly name: string;
  /** FQDN of its contract desk, SM-DP+ and network. */
  readonly address: string;
  /** Mobile country and network code, 5 or 6 digits, where the file says it. */
  readonly plmn: string | undefined;
}

/** Where everything is that a terminal talks to. */
export interface NetworkFile {
  readonly path: string;
  readonly carriers: readonly CarrierEntry[];
  /** FQDN of the relay, which is the root SM-DS of eUICCs that are made here, too; undefined where there is none. */
  readonly relay: string | undefined;
  /** FQDN to `host:port`. */
  readonly endpoints: ReadonlyMap<string, string>;
  /** FQDN to `host:port` for HTTPS/JSON of SGP.22; servers that are not in it are reached by what `endpoints` or DNS says. */
  readonly httpsEndpoints: ReadonlyMap<string, string>;
  /** Folder of the public key infrastructure: trust roots, and what a new eUICC is manufactured from. Absolute. */
  readonly pki: string;
}

/**
 * Reads the network file. Errors: NETWORK_FILE_NOT_FOUND, NETWORK_FILE_INVALID (says which member).
 */
export function readNetworkFile(file: string): NetworkFile {
  const path = resolve(file);
  const root = objectAt(parse(path), path, '');
  const carriers = Object.entries(objectAt(root.carriers, path, 'carriers')).map(([name, entry]) => {
    const at = `carriers.${name}`;
    const { address, plmn } = objectAt(entry, path, at);
    if (plmn !== undefined && !(typeof plmn === 'string' && /^[0-9]{5,6}$/.test(plmn))) {
      throw invalid(path, `${at}.plmn`, '5 or 6 digits');
    }
    return { name, address: fqdnAt(address, path, `${at}.address`), plmn };
  });
  if (typeof root.pki !== 'string') throw invalid(path, 'pki', 'the path of a folder');
  return {
    path,
    carriers,
    relay: root.relay === undefined ? undefined : fqdnAt(root.relay, path, 'relay'),
    endpoints: endpointsAt(root.endpoints, path, 'endpoints'),
    httpsEndpoints: endpointsAt(root.httpsEndpoints ?? {}, path, 'httpsEndpoints'),
    pki: resolve(dirname(path), root.pki),
  };
}

/** The carrier of that name. CARRIER_UNKNOWN names those there are. */
export function findCarrier(network: NetworkFile, name: string): CarrierEntry {
  const carrier = network.carriers.find((entry) => entry.name === name);
  if (carrier !== undefined) return carrier;
  const known = network.carriers.map((entry) => entry.name).join(', ') || 'none';
  throw new TerminalError('not-found', 'CARRIER_UNKNOWN', `There is no carrier "${name}" here; known: ${known}.`);
}

function parse(path: string): unknown {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    const problem = isMissing(cause) ? 'does not exist' : "can't be read";
    throw new TerminalError('precondition', 'NETWORK_FILE_NOT_FOUND', `The network file ${path} ${problem}.`, {
      cause,
    });
  }
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new TerminalError('invalid', 'NETWORK_FILE_INVALID', `The network file ${path} is not JSON.`, { cause });
  }
}

function endpointsAt(value: unknown, path: string, at: string): ReadonlyMap<string, string> {
  const endpoints = Object.entries(objectAt(value, path, at)).map(([fqdn, endpoint]) => {
    if (typeof endpoint !== 'string' || !/^[^\s]+:[0-9]{1,5}$/.test(endpoint)) {
      throw invalid(path, `${at}["${fqdn}"]`, 'host:port');
    }
    return [fqdn.toLowerCase(), endpoint] as const;
  });
  return new Map(endpoints);
}

function objectAt(value: unknown, path: string, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, at, 'an object');
  return { ...value };
}

function fqdnAt(value: unknown, path: string, at: string): string {
  if (typeof value === 'string' && /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(value)) return value;
  throw invalid(path, at, 'a host name');
}

function invalid(path: string, at: string, expected: string): TerminalError {
  const member = at === '' ? 'the whole' : at;
  return new TerminalError(
    'invalid',
    'NETWORK_FILE_INVALID',
    `In the network file ${path}, ${member} is not ${expected}.`,
  );
}

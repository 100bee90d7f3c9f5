import { join, resolve } from 'node:path';
import { type Carrier, readCarrier } from '@tegata/management/carrier';
import type { PkiPlan } from '@tegata/pki';
import { type ForeignListener, foreignListeners } from './foreign-listeners.ts';
import { lastingPort } from './lasting-port.ts';

/** Ports of a server on this machine. */
export interface ServerPorts {
  /** Terminals; absent where no terminal goes. */
  readonly public?: number;
  /** Servers and operators. */
  readonly service: number;
  /** HTTPS/JSON for LPAs. */
  readonly https?: number;
  /** HTTPS/JSON for servers and operators, with pinned certificates. */
  readonly httpsMutual?: number;
}

/** Everything that runs in a network of this machine, and where. */
export interface Topology {
  /** Folder of the network: PKI, keys, logs, network file. */
  readonly directory: string;
  readonly carriers: readonly Carrier[];
  /** Files the carriers were read from, by name. */
  readonly carrierFiles: Readonly<Record<string, string>>;
  readonly relayAddress: string;
  /** Ports by server: `authentication`, `relay`, `management/aozora`. */
  readonly ports: Readonly<Record<string, ServerPorts>>;
  /** HTTPS/JSON for LPAs under the sets that were imported into the PKI before. */
  readonly foreign: readonly (ForeignListener & { readonly port: number })[];
}

/** FQDN of the relay in networks of this machine. */
const relayAddress = 'relay.tegata.example';

/** Names of a topology's servers, those first that others call at their start. */
export const serverNames = ({ carriers }: Pick<Topology, 'carriers'>): string[] => [
  'authentication',
  'relay',
  ...carriers.map(({ name }) => `management/${name}`),
];

/** The carriers of the demonstration. */
export const demoCarriers = ['aozora', 'minato'] as const;

/** Ports that a network left running has, so that its addresses are the same every time. */
export function fixedPorts(names: readonly string[], first = 7440): Record<string, ServerPorts> {
  return Object.fromEntries(
    names.map((name, index) => {
      const [own, https] = [first + 2 * index, first + 20 + 2 * index];
      return [name, { public: own, service: own + 1, https, httpsMutual: https + 1 }];
    }),
  );
}

/** Ports that nobody uses now, and that nobody is given while a server of the network is down. */
export async function freePorts(names: readonly string[]): Promise<Record<string, ServerPorts>> {
  const ports: Record<string, ServerPorts> = {};
  for (const name of names) {
    const [own, service, https, httpsMutual] = [
      await lastingPort(),
      await lastingPort(),
      await lastingPort(),
      await lastingPort(),
    ];
    ports[name] = { public: own, service, https, httpsMutual };
  }
  return ports;
}

/**
 * Describes the network in a folder.
 * @param choosePorts `fixedPorts`, or `freePorts` for one that must not meet another.
 */
export async function describeNetwork(
  directory: string,
  choosePorts: (names: readonly string[]) => Record<string, ServerPorts> | Promise<Record<string, ServerPorts>>,
): Promise<Topology> {
  const carrierFiles = Object.fromEntries(
    demoCarriers.map((name) => [name, resolve(import.meta.dirname, '../carriers', `${name}.json`)]),
  );
  const carriers = Object.values(carrierFiles).map(readCarrier);
  const names = serverNames({ carriers });
  const listeners = await foreignListeners(networkPaths(resolve(directory)).pki, names);
  const nameOf = ({ server, set }: ForeignListener) => `${server} ${set}`;
  const ports = await choosePorts([...names, ...listeners.map(nameOf)]);
  const foreign = listeners.map((listener) => ({ ...listener, port: ports[nameOf(listener)]?.https ?? 0 }));
  return {
    directory: resolve(directory),
    carriers,
    carrierFiles,
    relayAddress,
    ports: Object.fromEntries(names.flatMap((name) => (ports[name] ? [[name, ports[name]]] : []))),
    foreign,
  };
}

/** The certificates a network needs. */
export function pkiPlan({ carriers }: Topology): PkiPlan {
  return {
    eum: { organisation: 'Tegata Test EUM', iin: '89049099' },
    carriers: carriers.map(({ name, displayName, oid, address }) => ({
      name,
      organisation: displayName,
      oid,
      address,
    })),
    relay: { organisation: 'Tegata Relay', oid: '2.999.30', address: relayAddress },
    authentication: { organisation: 'Tegata Authentication' },
    operators: [...carriers.map(({ name }) => name), 'authentication', 'relay'],
  };
}

/** Where things are in a network's folder. */
export const networkPaths = (directory: string) => ({
  pki: join(directory, 'pki'),
  keys: join(directory, 'keys'),
  csca: join(directory, 'csca'),
  logs: join(directory, 'logs'),
  networkFile: join(directory, 'network.json'),
});

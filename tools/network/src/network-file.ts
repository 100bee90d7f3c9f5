import { mkdir, rename, writeFile } from 'node:fs/promises';
import { networkPaths, serverNames, type Topology } from './topology.ts';

/** Address on this machine of a server's listener. */
export const loopback = (port: number | undefined): string => `127.0.0.1:${port ?? 0}`;

/** Writes `network.json`: what terminals and operators need to find the servers. Replaces it as a whole. */
export async function writeNetworkFile(topology: Topology): Promise<string> {
  const { carriers, ports, directory } = topology;
  const { networkFile } = networkPaths(directory);
  const content = {
    carriers: Object.fromEntries(
      carriers.map(({ name, address, plmn }) => [name, { address, plmn: plmn.mcc + plmn.mnc }]),
    ),
    relay: topology.relayAddress,
    endpoints: {
      ...Object.fromEntries(
        carriers.map(({ name, address }) => [address, loopback(ports[`management/${name}`]?.public)]),
      ),
      [topology.relayAddress]: loopback(ports.relay?.public),
    },
    httpsEndpoints: {
      ...Object.fromEntries(
        carriers.map(({ name, address }) => [address, loopback(ports[`management/${name}`]?.https)]),
      ),
      [topology.relayAddress]: loopback(ports.relay?.https),
      ...Object.fromEntries(
        topology.foreign.flatMap(({ address, port }) => (address === undefined ? [] : [[address, loopback(port)]])),
      ),
    },
    httpsServices: Object.fromEntries(
      serverNames(topology)
        .filter((name) => name !== 'authentication')
        .map((name) => [name, loopback(ports[name]?.httpsMutual)]),
    ),
    services: Object.fromEntries(Object.entries(ports).map(([name, { service }]) => [name, loopback(service)])),
    pki: 'pki',
  };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const fresh = `${networkFile}.${process.pid}`;
  await writeFile(fresh, `${JSON.stringify(content, null, 2)}\n`);
  await rename(fresh, networkFile);
  return networkFile;
}

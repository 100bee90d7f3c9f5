import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loopback } from './network-file.ts';
import { networkPaths, type Topology } from './topology.ts';

/** Name of a server's own database: `tegata_management_aozora`. */
export const databaseName = (server: string, prefix = 'tegata'): string =>
  `${prefix}_${server.replace(/[^a-z0-9]/g, '_')}`;

/** Makes a carrier's server an SM-DP+ alone: what else it would work with is taken away. */
export const smDpPlusAlone: Readonly<Record<string, string>> = {
  TEGATA_MANAGEMENT_MODE: 'sm-dp-plus',
  TEGATA_AUTHENTICATION: '',
  TEGATA_RELAY: '',
  TEGATA_RELAY_ADDRESS: '',
};

/** The environment variables one server of a network is started with (docs/operations.md). */
export async function serverEnvironment(
  topology: Topology,
  server: string,
  databaseUrl: string,
): Promise<Record<string, string>> {
  const { carriers, ports, directory, relayAddress } = topology;
  const own = ports[server];
  const [role, carrier = ''] = server.split('/');
  const common = {
    TEGATA_PKI: networkPaths(directory).pki,
    TEGATA_SERVICE_LISTENER: loopback(own?.service),
    DATABASE_URL: databaseUrl,
  };
  switch (role) {
    case 'management':
      return {
        ...common,
        TEGATA_HTTPS_LISTENERS: managementHttps(topology, server, carrier),
        TEGATA_CARRIER_FILE: topology.carrierFiles[carrier] ?? '',
        TEGATA_PUBLIC_LISTENER: loopback(own?.public),
        TEGATA_AUTHENTICATION: loopback(ports.authentication?.service),
        TEGATA_RELAY: loopback(ports.relay?.service),
        TEGATA_RELAY_ADDRESS: relayAddress,
        TEGATA_VAULT_KEY_FILE: await vaultKeyFile(directory, server),
      };
    case 'relay':
      return {
        ...common,
        TEGATA_HTTPS_LISTENERS: relayHttps(topology),
        TEGATA_VAULT_KEY_FILE: await vaultKeyFile(directory, server),
        TEGATA_ADDRESS: relayAddress,
        TEGATA_PUBLIC_LISTENER: loopback(own?.public),
        TEGATA_AUTHENTICATION: loopback(ports.authentication?.service),
        TEGATA_RSP_SERVERS: JSON.stringify(
          carriers.map(({ name, address }) => ({
            address,
            owner: `management/${name}`,
            service: loopback(ports[`management/${name}`]?.service),
          })),
        ),
      };
    default:
      return {
        ...common,
        TEGATA_VAULT_KEY_FILE: await vaultKeyFile(directory, server),
        // Folders of pictures stand in for cameras here: the same one serves again and again, and in most nobody holds a document.
        TEGATA_FRAMES_KNOWN_MS: '0',
        TEGATA_DOCUMENT_LIGHT: 'off',
        // Nobody sits at a queue of reviews here.
        TEGATA_DOCUMENT_IMAGES: 'automatic',
        // Chips of documents are accepted where somebody has put certificates of country signing CAs.
        ...(existsSync(networkPaths(directory).csca) && { TEGATA_CSCA_FOLDER: networkPaths(directory).csca }),
      };
  }
}

/** Listeners that show the sets of a server's PKI. */
const underSets = ({ foreign }: Topology, name: string, serves: readonly string[]) =>
  foreign.flatMap(({ server, set, port }) =>
    server === name ? [{ address: loopback(port), serves, credentials: set }] : [],
  );

/** ES9+ for LPAs, and ES2+ for the carrier's operator, known by the certificate it also has for gRPC. */
function managementHttps(topology: Topology, server: string, carrier: string): string {
  const { directory, ports } = topology;
  const { pki } = networkPaths(directory);
  return JSON.stringify([
    { address: loopback(ports[server]?.https), serves: ['es9plus'] },
    ...underSets(topology, server, ['es9plus']),
    {
      address: loopback(ports[server]?.httpsMutual),
      serves: ['es2plus'],
      clients: [
        { caller: `operator/${carrier}`, certificate: join(pki, 'service', `operator-${carrier}`, 'certificate.pem') },
      ],
    },
  ]);
}

/** ES11 and ES9+ for LPAs, and ES12 for every carrier's SM-DP+, known by its CERT.DPtls. */
function relayHttps(topology: Topology): string {
  const { directory, ports, carriers } = topology;
  const { pki } = networkPaths(directory);
  return JSON.stringify([
    { address: loopback(ports.relay?.https), serves: ['es11', 'es9plus'] },
    // ES9+ is carried on to an SM-DP+ as its own listener shows it, under no set.
    ...underSets(topology, 'relay', ['es11']),
    {
      address: loopback(ports.relay?.httpsMutual),
      serves: ['es12'],
      clients: carriers.map(({ name }) => ({
        caller: `management/${name}`,
        certificate: join(pki, 'rsp', name, 'dp-tls', 'certificate.pem'),
      })),
    },
  ]);
}

/** The key that a server derives its own from, made once; of two makers the first wins. */
async function vaultKeyFile(directory: string, server: string): Promise<string> {
  const { keys } = networkPaths(directory);
  const file = join(keys, `${server.replace('/', '-')}.key`);
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, randomBytes(32), { mode: 0o600 });
  await link(fresh, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(fresh);
  return file;
}

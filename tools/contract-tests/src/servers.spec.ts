import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeNetwork, freePorts, Network, networkPaths, type Topology } from '@tegata/network';
import {
  loadAuthenticationKeys,
  loadManagementKeys,
  loadOperatorKeys,
  loadRelayKeys,
  loadTerminalTrust,
  type MutualTls,
} from '@tegata/pki';
import type { Caller, ConnectionOptions } from '@tegata/service-kit';
import { startTerminal } from '@tegata/terminal';
import { type ContractSubject, contractSuite } from './contract-suite.ts';

const postgresUrl = process.env.TEGATA_TEST_POSTGRES ?? '';

/** One network of all servers, started by the first suite and stopped after the last. */
let starting: Promise<{ network: Network; folder: string }> | undefined;

async function startNetwork() {
  const folder = await mkdtemp(join(tmpdir(), 'tegata-contracts-'));
  const topology = await describeNetwork(join(folder, 'network'), freePorts);
  const settings = { authentication: { TEGATA_PICTURE_ANALYSIS: 'at-need' } };
  const network = new Network({ topology, postgresUrl, databasePrefix: `contracts_${process.pid}`, settings });
  return { network: await network.start(), folder };
}

afterAll(async () => {
  const { network, folder } = (await starting) ?? {};
  await network?.stop();
  if (folder) await rm(folder, { recursive: true });
});

/** A server of the network, as each caller reaches it. */
async function serverSubject(server: Caller, serverName?: string): Promise<ContractSubject> {
  starting ??= startNetwork();
  const { topology } = (await starting).network;
  const ports = topology.ports[server.name === undefined ? server.role : `${server.role}/${server.name}`];
  const pki = networkPaths(topology.directory).pki;
  return {
    async reach(caller): Promise<ConnectionOptions | undefined> {
      if (caller.role === 'local' || ports === undefined) return undefined;
      if (caller.role === 'terminal') {
        if (serverName === undefined) return undefined;
        const { tlsRoots } = await loadTerminalTrust(pki);
        return { address: `127.0.0.1:${ports.public}`, security: { kind: 'tls', roots: tlsRoots, serverName } };
      }
      const keys = await serviceKeys(pki, caller);
      const security = { kind: 'mutual-tls', roots: keys.roots, server, identity: keys } as const;
      return { address: `127.0.0.1:${ports.service}`, security };
    },
    stop: async () => {},
  };
}

async function serviceKeys(pki: string, { role, name = '' }: Caller): Promise<MutualTls> {
  switch (role) {
    case 'management':
      return (await loadManagementKeys(pki, name)).service;
    case 'authentication':
      return (await loadAuthenticationKeys(pki)).service;
    case 'relay':
      return (await loadRelayKeys(pki)).service;
    default:
      return (await loadOperatorKeys(pki, name)).service;
  }
}

const addressOf = (topology: Topology, carrier: string) =>
  topology.carriers.find(({ name }) => name === carrier)?.address;

contractSuite({
  name: 'management',
  services: [
    'gsma.rsp.v2.Es2Plus',
    'gsma.rsp.v2.Es9Plus',
    'tegata.management.v1.ContractDesk',
    'tegata.management.v1.NetworkAccess',
    'tegata.management.v1.ProfileOrders',
    'tegata.management.v1.Subscriptions',
    'tegata.operations.v1.Operations',
  ],
  operatorName: 'aozora',
  runs: 30,
  start: async () => {
    starting ??= startNetwork();
    const { topology } = (await starting).network;
    return serverSubject({ role: 'management', name: 'aozora' }, addressOf(topology, 'aozora'));
  },
});

contractSuite({
  name: 'authentication',
  services: [
    'tegata.authentication.v1.IdentityCertificates',
    'tegata.authentication.v1.IdentityVerification',
    'tegata.operations.v1.Operations',
  ],
  operatorName: 'authentication',
  runs: 30,
  start: () => serverSubject({ role: 'authentication', name: undefined }),
});

contractSuite({
  name: 'relay',
  services: [
    'gsma.rsp.v2.Es11',
    'gsma.rsp.v2.Es12',
    'gsma.rsp.v2.Es9Plus',
    'tegata.operations.v1.Operations',
    'tegata.relay.v1.Acquisition',
    'tegata.relay.v1.Directory',
    'tegata.relay.v1.Registration',
  ],
  operatorName: 'relay',
  runs: 30,
  start: async () => {
    starting ??= startNetwork();
    return serverSubject({ role: 'relay', name: undefined }, (await starting).network.topology.relayAddress);
  },
});

contractSuite({
  name: 'terminal',
  services: [
    'gsma.rsp.v2.Apdu',
    'gsma.rsp.v2.Es10a',
    'gsma.rsp.v2.Es10b',
    'gsma.rsp.v2.Es10c',
    'tegata.euicc.v1.Applications',
    'tegata.euicc.v1.CertificateStore',
    'tegata.euicc.v1.LocalAuthentication',
    'tegata.terminal.v1.Contracts',
    'tegata.terminal.v1.LocalUser',
    'tegata.terminal.v1.Lpa',
  ],
  runs: 30,
  async start() {
    starting ??= startNetwork();
    const { network, folder } = await starting;
    const terminal = await startTerminal({
      stateDirectory: join(folder, 'terminal'),
      networkFile: network.networkFile,
      published: false,
    });
    return {
      reach: async ({ role }) =>
        role === 'local' ? { address: `unix:${terminal.socket}`, security: { kind: 'local' } } : undefined,
      stop: () => terminal.stop(),
    };
  },
});

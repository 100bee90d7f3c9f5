import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationsService } from '@tegata/contracts/operations-v1';
import {
  describeNetwork,
  freePorts,
  loopback,
  Network,
  networkPaths,
  serverDatabase,
  type Topology,
} from '@tegata/network';
import { loadOperatorKeys, loadTerminalTrust, type TerminalTrust } from '@tegata/pki';
import { type Caller, type Connection, connect } from '@tegata/service-kit';

/** Most stories start servers more often than they show pictures. */
const atNeed = { TEGATA_PICTURE_ANALYSIS: 'at-need' };

/** A network of real processes for one suite, with what a test needs to talk to it as anybody. */
export class TestNetwork {
  readonly network: Network;
  readonly topology: Topology;
  readonly trust: TerminalTrust;
  readonly #connections: Connection[] = [];
  readonly #postgresUrl: string;
  readonly #databasePrefix: string;

  private constructor(network: Network, trust: TerminalTrust, postgresUrl: string, databasePrefix: string) {
    this.network = network;
    this.topology = network.topology;
    this.trust = trust;
    this.#postgresUrl = postgresUrl;
    this.#databasePrefix = databasePrefix;
  }

  /** @param settings environment of single servers, to make waiting short or limits small. */
  static async start(settings: Readonly<Record<string, Readonly<Record<string, string>>>> = {}): Promise<TestNetwork> {
    const directory = await mkdtemp(join(tmpdir(), 'tegata-'));
    const postgresUrl = process.env.TEGATA_TEST_POSTGRES;
    if (!postgresUrl) throw new Error('jest-setup.mjs of tools/local-postgres has not run');
    const topology = await describeNetwork(directory, freePorts);
    // The servers have the same names in every network; several share one Postgres.
    const databasePrefix = `test_${randomBytes(6).toString('hex')}`;
    const authentication = { ...atNeed, ...settings.authentication };
    const network = await new Network({
      topology,
      postgresUrl,
      databasePrefix,
      settings: { ...settings, authentication },
    }).start();
    const trust = await loadTerminalTrust(networkPaths(directory).pki, { at: new Date() });
    return new TestNetwork(network, trust, postgresUrl, databasePrefix);
  }

  /** Connection string of a server's own database. */
  databaseUrl(server: string): Promise<string> {
    return serverDatabase(this.#postgresUrl, server, this.#databasePrefix);
  }

  get pki(): string {
    return networkPaths(this.topology.directory).pki;
  }

  /** A connection to a server's public listener, as any terminal opens one. */
  asTerminal(server: string): Connection {
    const [role, name] = server.split('/');
    const address = this.topology.carriers.find((carrier) => carrier.name === name)?.address;
    return this.#keep(
      connect({
        address: loopback(this.topology.ports[server]?.public),
        timeoutMs: 60_000,
        security: {
          kind: 'tls',
          roots: this.trust.tlsRoots,
          serverName: role === 'relay' ? this.topology.relayAddress : (address ?? ''),
        },
      }),
    );
  }

  /** A connection to a server's service listener, as its operator. */
  async asOperator(server: string): Promise<Connection> {
    const [role = server, name] = server.split('/');
    const { service } = await loadOperatorKeys(this.pki, name ?? role);
    return this.#keep(
      connect({
        address: loopback(this.topology.ports[server]?.service),
        security: { kind: 'mutual-tls', roots: service.roots, server: { role, name } as Caller, identity: service },
      }),
    );
  }

  /** Calls a server has counted, in all or of one method. */
  async callsOf(server: string, method?: string): Promise<number> {
    const client = (await this.asOperator(server)).client(OperationsService);
    const { counts } = await client.getCallCounts({});
    return counts
      .filter((each) => method === undefined || each.method.endsWith(`/${method}`))
      .reduce((sum, { count }) => sum + Number(count), 0);
  }

  async stop(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    await this.network.stop();
    // What a failed test left in the logs can be kept and read.
    if (process.env.TEGATA_KEEP) process.stderr.write(`kept: ${this.topology.directory}\n`);
    else await rm(this.topology.directory, { recursive: true, force: true });
  }

  #keep(connection: Connection): Connection {
    this.#connections.push(connection);
    return connection;
  }
}

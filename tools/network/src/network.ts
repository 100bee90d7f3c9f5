import { join } from 'node:path';
import { prepareNetwork, serverDatabase } from './prepare-network.ts';
import { serverEnvironment } from './server-environment.ts';
import { programOf, ServerProcess } from './server-process.ts';
import { networkPaths, serverNames, type Topology } from './topology.ts';

/** How a network is started. */
export interface NetworkOptions {
  readonly topology: Topology;
  /** Connection string of the Postgres server; each server of the network gets a database of its own there. */
  readonly postgresUrl: string;
  /** What the names of the databases begin with, where several networks share a server; `tegata` unless given. */
  readonly databasePrefix?: string;
  /** Further settings of single servers, by name. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Told when a server serves. */
  readonly onServing?: (server: string, ms: number) => void;
}

/** All servers of a network as processes of this machine: started together, stopped together, killed one by one. */
export class Network {
  readonly topology: Topology;
  readonly #options: NetworkOptions;
  readonly #processes = new Map<string, ServerProcess>();

  constructor(options: NetworkOptions) {
    this.topology = options.topology;
    this.#options = options;
  }

  /** File that terminals and operators find the servers by. */
  get networkFile(): string {
    return networkPaths(this.topology.directory).networkFile;
  }

  /** Makes certificates and databases where they are missing and starts every server. */
  async start(): Promise<this> {
    await prepareNetwork(this.topology);
    const [first, ...others] = serverNames(this.topology);
    try {
      // Carriers fetch the status list of certificates at their start.
      if (first) await this.startServer(first);
      await Promise.all(others.map((server) => this.startServer(server)));
    } catch (error) {
      await this.stop();
      throw error;
    }
    return this;
  }

  /** Starts one server, again after it was stopped or killed; with other settings than the network's, where some are given. */
  async startServer(server: string, other: Readonly<Record<string, string>> = {}): Promise<void> {
    const { topology, postgresUrl, databasePrefix, settings, onServing } = this.#options;
    const begin = performance.now();
    const databaseUrl = await serverDatabase(postgresUrl, server, databasePrefix);
    const env = { ...(await serverEnvironment(topology, server, databaseUrl)), ...settings?.[server], ...other };
    const logFile = join(networkPaths(topology.directory).logs, `${server.replace('/', '-')}.log`);
    this.#processes.set(server, await ServerProcess.start(server, programOf(server), env, logFile));
    onServing?.(server, performance.now() - begin);
  }

  /** Stops one server in order. */
  stopServer(server: string): Promise<void> {
    return this.#process(server).stop();
  }

  /** Ends one server as a crash would. */
  killServer(server: string): Promise<void> {
    return this.#process(server).kill();
  }

  /** Stops every server, those first that call others. */
  async stop(): Promise<void> {
    const names = [...this.#processes.keys()].reverse();
    await Promise.all(names.map((server) => this.stopServer(server)));
  }

  #process(server: string): ServerProcess {
    const found = this.#processes.get(server);
    if (!found) throw new RangeError(`the network has no server ${server}`);
    return found;
  }
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type LocalPostgres, startLocalPostgres } from '@tegata/local-postgres';
import {
  describeNetwork,
  freePorts,
  loopback,
  networkPaths,
  prepareNetwork,
  ServerProcess,
  serverDatabase,
  serverEnvironment,
  smDpPlusAlone,
  type Topology,
} from '@tegata/network';
import { loadOperatorKeys, type OperatorKeys } from '@tegata/pki';
import { type Connection, connect } from '@tegata/service-kit';
import { Client } from 'pg';
import { familyCpuMs, processUsage } from './process-usage.ts';
import type { Protocol } from './terminal-messages.ts';

const carrier = 'aozora';
const server = `management/${carrier}`;
const workspace = resolve(import.meta.dirname, '../../..');
/** What the image of the SM-DP+ runs: the bundle that `nx build` makes, with the options of its Dockerfile. */
const { options, bundle } = commandOfImage('apps/management/dist/main.js');

/** One process of the SM-DP+, and where it listens. */
interface Replica {
  readonly process: ServerProcess;
  readonly addresses: Readonly<Record<Protocol, string>>;
  readonly service: string;
}

/** What the servers of a deployment have used up to now. */
export interface ServerUsage {
  /** processor time of the SM-DP+ processes, their database clients included */
  readonly serverCpuMs: number;
  /** processor time of Postgres */
  readonly postgresCpuMs: number;
  /** memory of all SM-DP+ processes now */
  readonly residentOctets: number;
}

/** An SM-DP+ alone, of one or more processes over a Postgres of its own that flushes what it says it has stored. */
export class Deployment {
  private replicas: Replica[] = [];

  private constructor(
    private readonly directory: string,
    private readonly topology: Topology,
    private readonly postgres: LocalPostgres,
    private readonly operator: OperatorKeys,
    private readonly databaseUrl: string,
    private readonly cpuProfiles: string | undefined,
  ) {}

  /** @param cpuProfiles folder where each SM-DP+ leaves a V8 CPU profile when it ends */
  static async create(cpuProfiles?: string): Promise<Deployment> {
    const directory = mkdtempSync(join(tmpdir(), 'tegata-benchmark-'));
    const topology = await describeNetwork(join(directory, 'network'), freePorts);
    await prepareNetwork(topology);
    const postgres = await startLocalPostgres({
      dir: join(directory, 'postgres'),
      durability: 'kept',
      lifetime: 'process',
    });
    const operator = await loadOperatorKeys(networkPaths(topology.directory).pki, carrier);
    const databaseUrl = await serverDatabase(postgres.url, server);
    return new Deployment(directory, topology, postgres, operator, databaseUrl, cpuProfiles);
  }

  get pki(): string {
    return networkPaths(this.topology.directory).pki;
  }

  /** FQDN of the SM-DP+. */
  get smdpAddress(): string {
    return this.topology.carriers.find(({ name }) => name === carrier)!.address;
  }

  /** `host:port` of every process. */
  addresses(protocol: Protocol): readonly string[] {
    return this.replicas.map(({ addresses }) => addresses[protocol]);
  }

  /** Starts processes of the SM-DP+, in place of those that run. */
  async run(processes: number): Promise<void> {
    await this.stopServers();
    const names = Array.from({ length: processes }, (_, at) => `replica-${at}`);
    const [ports, httpsPorts] = [await freePorts(names), await freePorts(names)];
    const environment = await serverEnvironment(this.topology, server, this.databaseUrl);
    this.replicas = await Promise.all(
      names.map(async (name) => {
        const addresses = { grpc: loopback(ports[name]?.public), https: loopback(httpsPorts[name]?.public) };
        const service = loopback(ports[name]?.service);
        const process = await ServerProcess.start(
          server,
          bundle,
          {
            ...environment,
            ...smDpPlusAlone,
            TEGATA_PUBLIC_LISTENER: addresses.grpc,
            TEGATA_SERVICE_LISTENER: service,
            TEGATA_HTTPS_LISTENERS: JSON.stringify([{ address: addresses.https, serves: ['es9plus'] }]),
            TEGATA_LOG_LEVEL: 'warn',
          },
          join(this.directory, `${name}.log`),
          [...options, ...(this.cpuProfiles ? ['--cpu-prof', `--cpu-prof-dir=${this.cpuProfiles}`] : [])],
        );
        return { process, addresses, service };
      }),
    );
  }

  /** A channel for the operator of the SM-DP+. */
  connectOperator(): Connection {
    const { service } = this.operator;
    return connect({
      address: this.replicas[0]!.service,
      security: {
        kind: 'mutual-tls',
        roots: service.roots,
        server: { role: 'management', name: carrier },
        identity: service,
      },
    });
  }

  /** Has Postgres do now what it would do by itself at some time, on the cores of the servers: vacuum, statistics and a checkpoint. */
  async settleDatabase(): Promise<void> {
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      await client.query('VACUUM ANALYZE');
      await client.query('CHECKPOINT');
    } finally {
      await client.end();
    }
  }

  usage(): ServerUsage {
    const all = this.replicas.map(({ process }) => processUsage(process.pid));
    return {
      serverCpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      postgresCpuMs: familyCpuMs(this.postgres.pid),
      residentOctets: all.reduce((sum, { residentOctets }) => sum + residentOctets, 0),
    };
  }

  async stop(): Promise<void> {
    await this.stopServers();
    await this.postgres.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async stopServers(): Promise<void> {
    await Promise.all(this.replicas.map(({ process }) => process.stop()));
    this.replicas = [];
  }
}

/** The command in docker/Dockerfile that runs a program. @throws Error when there is none */
function commandOfImage(program: string): { readonly options: readonly string[]; readonly bundle: string } {
  const commands = readFileSync(join(workspace, 'docker/Dockerfile'), 'utf8').matchAll(/^CMD (\[.*\])$/gm);
  for (const [, json = ''] of commands) {
    const [node, ...args]: string[] = JSON.parse(json);
    if (node === 'node' && args.at(-1) === program)
      return { options: args.slice(0, -1), bundle: join(workspace, program) };
  }
  throw new Error(`docker/Dockerfile has no command that runs ${program}`);
}

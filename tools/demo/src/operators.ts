import { OperationsService } from '@tegata/contracts/operations-v1';
import { loopback, networkPaths, serverNames, type Topology } from '@tegata/network';
import { loadOperatorKeys } from '@tegata/pki';
import { type Caller, type Client, type Connection, connect } from '@tegata/service-kit';
import type { DemoStep } from './chart-printer.ts';

/** The demo as the operator of every server: reads what the servers have recorded and counted. */
export class Operators {
  readonly #connections: readonly Connection[];
  readonly #clients: ReadonlyMap<string, Client<typeof OperationsService>>;

  private constructor(connections: ReadonlyMap<string, Connection>) {
    this.#connections = [...connections.values()];
    this.#clients = new Map([...connections].map(([name, connection]) => [name, connection.client(OperationsService)]));
  }

  /** Opens a connection to each server of a network. */
  static async connect(topology: Topology): Promise<Operators> {
    const connections = new Map<string, Connection>();
    for (const server of serverNames(topology)) {
      const [role = server, name] = server.split('/');
      const { service } = await loadOperatorKeys(networkPaths(topology.directory).pki, name ?? role);
      const security = {
        kind: 'mutual-tls',
        roots: service.roots,
        server: { role, name } as Caller,
        identity: service,
      } as const;
      connections.set(server, connect({ address: loopback(topology.ports[server]?.service), security }));
    }
    return new Operators(connections);
  }

  /** Steps of a contract that the servers have recorded so far. */
  async steps(contractId: string): Promise<DemoStep[]> {
    const answers = await Promise.all([...this.#clients.values()].map((client) => client.getFlow({ contractId })));
    return answers.flatMap(({ steps }) =>
      steps.map(({ step, recordedBy, durationUs, outcome }) => ({
        step,
        recordedBy,
        ms: Number(durationUs) / 1000,
        outcome,
      })),
    );
  }

  /** Calls the authentication server has had, whoever made them, as it has counted them itself. */
  async authenticationServerCalls(): Promise<number> {
    const answer = await this.#clients.get('authentication')?.getCallCounts({});
    return (answer?.counts ?? []).reduce((sum, { count }) => sum + Number(count), 0);
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }
}

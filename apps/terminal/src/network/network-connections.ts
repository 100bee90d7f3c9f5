import { type Connection, connect } from '@tegata/service-kit';
import { TerminalError } from '../terminal-error.ts';
import type { NetworkFile } from './network-file.ts';

/** Channels to the servers of a network, one for each FQDN, opened when they are first needed. */
export class NetworkConnections {
  readonly #connections = new Map<string, Connection>();

  /** @param roots PEM of the certificate issuers that the servers' TLS certificates must come from */
  constructor(
    private readonly network: NetworkFile,
    private readonly roots: Uint8Array,
  ) {}

  /**
   * The channel to a server. Its certificate is verified for this FQDN, whatever address the network file maps it to; an FQDN that
   * is not in the map is looked up like any other, at port 443. SERVER_ADDRESS_UNUSABLE.
   */
  to(fqdn: string): Connection {
    const serverName = fqdn.toLowerCase();
    const known = this.#connections.get(serverName);
    if (known !== undefined) return known;
    if (!/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(serverName)) {
      throw new TerminalError('internal', 'SERVER_ADDRESS_UNUSABLE', `"${fqdn}" is not the address of a server.`);
    }
    const address = this.network.endpoints.get(serverName) ?? `${serverName}:443`;
    const connection = connect({ address, security: { kind: 'tls', roots: this.roots, serverName } });
    this.#connections.set(serverName, connection);
    return connection;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }
}

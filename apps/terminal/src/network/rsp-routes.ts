import { createHash } from 'node:crypto';
import { Es9PlusService, Es11Service } from '@tegata/contracts/gsma-rsp-v2';
import type { ServerAccess } from '@tegata/contracts/terminal-v1';
import type { Es9Plus, Es11 } from '@tegata/lpa';
import { connectRsp, es9plus, es11UnderEs9plus, type RspConnection, type TlsRole } from '@tegata/rsp-http';
import { TerminalError } from '../terminal-error.ts';
import type { TerminalNetwork } from './terminal-network.ts';

/**
 * Ways from the LPA to SM-DP+ and SM-DS by their address. HTTPS/JSON goes to any server; to those of the terminal's network that
 * have no HTTPS there, gRPC does, and ES9+ through the relay then, where there is one.
 */
export class RspRoutes {
  readonly #connections = new Map<string, RspConnection>();
  /** How SM-DP+ were reached that a caller named: their notifications go the same way for as long as the terminal runs. */
  readonly #accesses = new Map<string, ServerAccess>();

  /** @param usual how servers are reached that nobody said anything else of; absent: as the network file says */
  constructor(
    private readonly network: TerminalNetwork,
    private readonly usual?: (address: string) => ServerAccess,
  ) {}

  /** Reads what is needed of the network, unless the caller brings everything. */
  async prepare(access: ServerAccess | undefined, loadNetwork: () => Promise<void>): Promise<void> {
    if (access === undefined || access.roots.length === 0) await loadNetwork();
  }

  /** ES9+ of an SM-DP+. SERVER_ADDRESS_UNUSABLE. */
  smdp(address: string, access?: ServerAccess): Es9Plus {
    const name = address.toLowerCase();
    if (access !== undefined) this.#accesses.set(name, access);
    const given = this.#accesses.get(name) ?? this.usual?.(address);
    const relay = this.#isByGrpc(address, given) ? this.network.file.relay : undefined;
    if (relay !== undefined) return this.network.to(relay).client(Es9PlusService);
    return this.#https(address, 'DPtls', given).client(es9plus);
  }

  /** ES11 of an SM-DS, which an LPA calls under the path of ES9+. SERVER_ADDRESS_UNUSABLE. */
  smds(address: string, access?: ServerAccess): Es11 {
    const given = access ?? this.usual?.(address);
    if (this.#isByGrpc(address, given)) return this.network.to(address).client(Es11Service);
    return this.#https(address, 'DStls', given).client(es11UnderEs9plus);
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  /** Whether it is a server of the network that has no HTTPS there. */
  #isByGrpc(address: string, access: ServerAccess | undefined): boolean {
    if (connectToOf(access) !== undefined || rootsOf(access) !== undefined) return false;
    const { endpoints, httpsEndpoints } = this.network.file;
    const name = address.toLowerCase();
    return endpoints.has(name) && !httpsEndpoints.has(name);
  }

  #https(address: string, role: TlsRole, access: ServerAccess | undefined): RspConnection {
    const name = address.toLowerCase();
    const roots = rootsOf(access);
    const ofNetwork = roots === undefined ? this.network.file.httpsEndpoints.get(name) : undefined;
    const connectTo = connectToOf(access) ?? ofNetwork;
    const trusted = roots ?? this.network.tlsRoots;
    const key = [role, name, connectTo, createHash('sha256').update(trusted).digest('hex')].join(' ');
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    const connection = connectionTo(address, connectTo, trusted, role);
    this.#connections.set(key, connection);
    return connection;
  }
}

const connectToOf = (access: ServerAccess | undefined) => access?.connectTo || undefined;
const rootsOf = (access: ServerAccess | undefined) => (access?.roots.length ? access.roots : undefined);

function connectionTo(address: string, connectTo: string | undefined, roots: Uint8Array, role: TlsRole): RspConnection {
  try {
    return connectRsp({ address, connectTo, roots, role });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const where = connectTo === undefined ? '' : ` at ${connectTo}`;
    const message = `"${address}"${where} is not the address of a server.`;
    throw new TerminalError('invalid', 'SERVER_ADDRESS_UNUSABLE', message, { cause });
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../caller.ts';
import { spiffeId } from '../caller.ts';
import { type Connection, type ConnectionOptions, connect } from '../connection.ts';
import { createLogger } from '../logger.ts';
import { createServer, type GrpcServer, type ServerOptions } from '../server.ts';
import type { ServiceImplementation } from '../service-implementation.ts';
import { makeTestPki, type TestPki } from './test-pki.ts';

/** A server on loopback with one listener of each kind, and ways to call it as anyone. */
export interface Loopback {
  readonly server: GrpcServer;
  readonly pki: TestPki;
  /** Lines of the server's log. */
  readonly log: readonly Record<string, unknown>[];
  readonly addresses: { readonly tls: string; readonly mutualTls: string; readonly local: string };
  /** A connection over TLS, as a terminal has it. */
  asTerminal(more?: Partial<ConnectionOptions>): Connection;
  /** A connection over mutual TLS, with a certificate that names this caller. */
  as(caller: Caller, more?: Partial<ConnectionOptions>): Promise<Connection>;
  /** A connection over the socket file. */
  asLocal(more?: Partial<ConnectionOptions>): Connection;
  /** Stops the server and closes every connection made here. */
  close(): Promise<void>;
}

/** Name in the certificate of the TLS listener. */
export const loopbackServerName = 'rsp.aozora.example';
/** Who the server is on its mutual TLS listener. */
export const loopbackServer: Caller = { role: 'management', name: 'aozora' };

/** Starts a server of these services, operated by `aozora`. */
export async function startLoopback(
  services: readonly ServiceImplementation[],
  options: Partial<ServerOptions> = {},
): Promise<Loopback> {
  const pki = await makeTestPki();
  const folder = mkdtempSync(join(tmpdir(), 'tegata-loopback-'));
  const log: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void log.push(JSON.parse(line)) };
  const server = createServer({
    name: 'loopback',
    logger: createLogger('loopback', { level: 'debug', destination }),
    services,
    operatorName: 'aozora',
    listeners: [
      { address: '127.0.0.1:0', security: { kind: 'tls', ...(await pki.issue({ dnsNames: [loopbackServerName] })) } },
      {
        address: '127.0.0.1:0',
        security: {
          kind: 'mutual-tls',
          clientRoots: pki.roots,
          ...(await pki.issue({ uris: [spiffeId(loopbackServer)] })),
        },
      },
      { address: `unix:${folder}/socket`, security: { kind: 'local' } },
    ],
    ...options,
  });
  await server.start();
  const [tls = '', mutualTls = '', local = ''] = server.addresses;
  const connections: Connection[] = [];
  const open = (connectionOptions: ConnectionOptions) => {
    const connection = connect(connectionOptions);
    connections.push(connection);
    return connection;
  };
  return {
    server,
    pki,
    log,
    addresses: { tls, mutualTls, local },
    asTerminal: (more) =>
      open({ address: tls, security: { kind: 'tls', roots: pki.roots, serverName: loopbackServerName }, ...more }),
    async as(caller, more) {
      const identity = await pki.issue({ uris: [spiffeId(caller)] });
      const security = { kind: 'mutual-tls', roots: pki.roots, server: loopbackServer, identity } as const;
      return open({ address: mutualTls, security, ...more });
    },
    asLocal: (more) => open({ address: local, security: { kind: 'local' }, ...more }),
    async close() {
      for (const connection of connections) connection.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

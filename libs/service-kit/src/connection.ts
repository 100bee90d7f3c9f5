import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { ChannelCredentials, Client as GrpcClient } from '@grpc/grpc-js';
import type { ClientDefaults } from './call-options.ts';
import { type Caller, callerLabel, callerOf } from './caller.ts';
import { type Client, makeClient } from './client.ts';
import { octets, type Pem, type TlsIdentity } from './listener.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { refusal } from './service-error.ts';

/** How a server is known, and how we are known to it. Verification can't be switched off. */
export type ConnectionSecurity =
  /** TLS: the server's certificate chains to `roots` and is for `serverName` (FQDN), whatever address it is reached at. */
  | { readonly kind: 'tls'; readonly roots: Pem; readonly serverName: string }
  /** Mutual TLS of the service PKI: the server's certificate names `server`, ours names us. */
  | { readonly kind: 'mutual-tls'; readonly roots: Pem; readonly server: Caller; readonly identity: TlsIdentity }
  /** A socket file of this machine. */
  | { readonly kind: 'local' };

/** Where a server is and how calls to it are made. */
export interface ConnectionOptions extends Partial<ClientDefaults> {
  /** `host:port`, or `unix:/absolute/path` for a local one. */
  readonly address: string;
  readonly security: ConnectionSecurity;
  /** Largest response in octets; 8 MiB unless said otherwise. */
  readonly maxMessageOctets?: number;
}

/** A channel to one server, opened at the first call, kept open, and opened again when it breaks. */
export interface Connection {
  /** A client of one service; any number of them share the channel. */
  client<S extends ServiceDefinition>(definition: S): Client<S>;
  /** Waits until the server answers. Throws SERVER_UNREACHABLE when it does not in time. */
  ready(withinMs: number): Promise<void>;
  /** Ends calls in progress and closes the channel. */
  close(): void;
}

const defaultClientSettings: ClientDefaults = {
  timeoutMs: 10_000,
  retry: { attempts: 4, firstDelayMs: 50, maxDelayMs: 2_000 },
  random: Math.random,
};

/** Describes a channel to a server; nothing is sent before the first call. */
export function connect({ address, security, maxMessageOctets, ...settings }: ConnectionOptions): Connection {
  if (address.startsWith('unix:') !== (security.kind === 'local')) {
    throw new TypeError(`${address}: a local server is reached by a socket file, and no other is`);
  }
  const channel = new GrpcClient(address, channelCredentials(security), {
    ...nameOptions(security),
    'grpc.max_receive_message_length': maxMessageOctets ?? 8 * 1024 * 1024,
    'grpc.max_send_message_length': -1,
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_channelz': 0,
  });
  const defaults = { ...defaultClientSettings, ...settings };
  return {
    client: (definition) => makeClient(definition, channel, defaults),
    ready: (withinMs) =>
      new Promise((resolve, reject) => {
        channel.waitForReady(Date.now() + withinMs, (cause) => {
          if (cause) reject(refusal('SERVER_UNREACHABLE', { cause }));
          else resolve();
        });
      }),
    close: () => channel.close(),
  };
}

function nameOptions(security: ConnectionSecurity) {
  if (security.kind === 'local') return {};
  // The name that is verified is the name that is asked for, not the address that a map or a resolver made of it.
  const name =
    security.kind === 'tls' ? security.serverName : `${callerLabel(security.server).replace('/', '.')}.service`;
  return { 'grpc.ssl_target_name_override': name, 'grpc.default_authority': name };
}

function channelCredentials(security: ConnectionSecurity): ChannelCredentials {
  if (security.kind === 'local') return ChannelCredentials.createInsecure();
  const roots = octets(security.roots);
  // Said, because an environment variable would else decide.
  const rejectUnauthorized = true;
  if (security.kind === 'tls') {
    return ChannelCredentials.createSsl(roots, null, null, { rejectUnauthorized, checkServerIdentity });
  }
  const { identity, server } = security;
  return ChannelCredentials.createSsl(roots, octets(identity.privateKey), octets(identity.certificateChain), {
    rejectUnauthorized,
    checkServerIdentity: (_name, certificate) => checkServiceIdentity(server, certificate),
  });
}

/** Servers of the service PKI are known by who they are, not by a name in DNS. */
function checkServiceIdentity(expected: Caller, certificate: PeerCertificate): Error | undefined {
  const named = callerOf(certificate);
  if (named?.role === expected.role && named.name === expected.name) return undefined;
  return new Error(
    `the server is ${named ? callerLabel(named) : 'nobody of this system'}, not ${callerLabel(expected)}`,
  );
}

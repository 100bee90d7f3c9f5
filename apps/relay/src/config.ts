import { type ConfigOf, integer, json, readConfig, text } from '@tegata/service-kit';

/** An SM-DP+ as the relay is told of it. */
export interface RspServerSetting {
  /** FQDN, as terminals and events name it. */
  readonly address: string;
  /** Name in its service certificate: `management/aozora`. */
  readonly owner: string;
  /** Its service listener, `host:port`. */
  readonly service: string;
}

function readRspServers(value: unknown): readonly RspServerSetting[] {
  const isServer = (entry: unknown): entry is RspServerSetting => {
    const { address, owner, service } = (entry ?? {}) as Partial<Record<keyof RspServerSetting, unknown>>;
    return typeof address === 'string' && typeof owner === 'string' && typeof service === 'string';
  };
  if (!Array.isArray(value) || !value.every(isServer)) {
    throw new Error('must be a JSON list of {"address", "owner", "service"}');
  }
  return value;
}

/** Settings of the relay, all from the environment (docs/operations.md). */
const settings = {
  /** Folder of the PKI, with the relay's keys. */
  pki: text({ env: 'TEGATA_PKI' }),
  databaseUrl: text({ env: 'DATABASE_URL' }),
  /** FQDN of the relay, as terminals know it. */
  address: text({ env: 'TEGATA_ADDRESS' }),
  /** Where terminals reach it, `host:port`. */
  publicListener: text({ env: 'TEGATA_PUBLIC_LISTENER', default: '127.0.0.1:7443' }),
  /** Where servers and operators reach it, `host:port`. */
  serviceListener: text({ env: 'TEGATA_SERVICE_LISTENER', default: '127.0.0.1:7543' }),
  /** Service listener of the authentication server, `host:port`. */
  authentication: text({ env: 'TEGATA_AUTHENTICATION' }),
  /** The SM-DP+ that ES9+ is carried to. */
  rspServers: json(readRspServers, { env: 'TEGATA_RSP_SERVERS' }),
  /** How long a session of mutual authentication may take. */
  sessionLifetimeMs: integer({ env: 'TEGATA_RSP_SESSION_LIFETIME_MS', default: 10 * 60_000, min: 1000 }),
  /** Life of an event that came without an end. */
  eventLifetimeMs: integer({ env: 'TEGATA_EVENT_LIFETIME_MS', default: 30 * 24 * 3_600_000, min: 1000 }),
  /** How often lapsed events and sessions are removed. */
  upkeepIntervalMs: integer({ env: 'TEGATA_UPKEEP_INTERVAL_MS', default: 60_000, min: 50 }),
  logLevel: text({ env: 'TEGATA_LOG_LEVEL', default: 'info' }),
};

export type RelayConfig = ConfigOf<typeof settings>;

/** @throws ConfigError naming everything that is missing or wrong. */
export const readRelayConfig = (env: NodeJS.ProcessEnv): RelayConfig => readConfig(settings, { env });

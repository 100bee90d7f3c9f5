import { isServerAddress } from '@tegata/rsp';
import { readHttpsListeners } from '@tegata/rsp-http';
import { type ConfigOf, integer, json, oneOf, readConfig, text } from '@tegata/service-kit';
import { httpsInterfaces } from './https-listeners.ts';

/** An SM-DP+ as the relay is told of it. */
export interface RspServerSetting {
  /** FQDN, as terminals and events name it. */
  readonly address: string;
  /** Name in its service certificate: `management/aozora`. */
  readonly owner: string;
  /** Its service listener, `host:port`. */
  readonly service: string;
}

/** Who may register events beside the SM-DP+ that ES9+ is carried to: an SM-DP+, or an SM-DS that forwards its events here. */
export type EventOwnerSetting = Pick<RspServerSetting, 'address' | 'owner'>;

/** The root SM-DS of an alternative one. */
export interface RootSmDsSetting {
  /** FQDN, with `:port` unless that is 443. */
  readonly address: string;
  /** `host:port` to connect to, for networks without DNS; the certificate is still verified for `address`. */
  readonly connectTo?: string;
  /** Name of the set of CIs and certificates that is used towards it; the relay's own unless given. */
  readonly credentials?: string;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const hasTexts = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => isText((value as Record<string, unknown>)[name]));

function readRspServers(value: unknown): readonly RspServerSetting[] {
  const isServer = (entry: unknown): entry is RspServerSetting => hasTexts(entry, ['address', 'owner', 'service']);
  if (!Array.isArray(value) || !value.every(isServer)) {
    throw new Error('must be a JSON list of {"address", "owner", "service"}');
  }
  return value;
}

function readEventOwners(value: unknown): readonly EventOwnerSetting[] {
  const isOwner = (entry: unknown): entry is EventOwnerSetting => hasTexts(entry, ['address', 'owner']);
  if (!Array.isArray(value) || !value.every(isOwner)) throw new Error('must be a JSON list of {"address", "owner"}');
  return value;
}

function readRootSmDs(value: unknown): RootSmDsSetting {
  const form = '{"address", "connectTo"?, "credentials"?}';
  if (typeof value !== 'object' || value === null) throw new Error(`must be a JSON object ${form}`);
  const { address, connectTo, credentials, ...more } = value as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw new Error(`has no setting ${unknown}; it is ${form}`);
  if (!isText(address) || !isServerAddress(address)) throw new Error('address must be a domain name');
  if (connectTo !== undefined && !(isText(connectTo) && /^.+:[0-9]{1,5}$/.test(connectTo))) {
    throw new Error('connectTo must be host:port');
  }
  if (credentials !== undefined && !isText(credentials)) throw new Error('credentials must be the name of a set');
  return { address, ...(connectTo !== undefined && { connectTo }), ...(credentials !== undefined && { credentials }) };
}

/** Settings of the relay, all from the environment (docs/operations.md). */
const settings = {
  /**
   * `patent`: SM-DS, data acquisition and ES9+ towards the SM-DP+; `sm-ds`: the SM-DS of SGP.22 alone, without
   * authentication server, identity PKI and directory.
   */
  mode: oneOf(['patent', 'sm-ds'], { env: 'TEGATA_RELAY_MODE', default: 'patent' }),
  /** Folder of the PKI, with the relay's keys. */
  pki: text({ env: 'TEGATA_PKI' }),
  /** File with the 32-octet key that sessions of the SM-DS are known by: one for all replicas. */
  vaultKeyFile: text({ env: 'TEGATA_VAULT_KEY_FILE' }),
  /** `yes`: the published test CIs of SGP.26 are accepted where the PKI has them. */
  acceptTestCis: text({ env: 'TEGATA_ACCEPT_TEST_CIS', default: 'no' }),
  databaseUrl: text({ env: 'DATABASE_URL' }),
  /** FQDN of the relay, as terminals know it. */
  address: text({ env: 'TEGATA_ADDRESS' }),
  /** Where terminals reach it, `host:port`. */
  publicListener: text({ env: 'TEGATA_PUBLIC_LISTENER', default: '127.0.0.1:7443' }),
  /** Where servers and operators reach it, `host:port`. */
  serviceListener: text({ env: 'TEGATA_SERVICE_LISTENER', default: '127.0.0.1:7543' }),
  /** Where ES11, ES12, ES15 and ES9+ are served as HTTPS/JSON. */
  httpsListeners: json(readHttpsListeners(httpsInterfaces), { env: 'TEGATA_HTTPS_LISTENERS', default: [] }),
  /** Service listener of the authentication server, `host:port`; patent mode needs it. */
  authentication: text({ env: 'TEGATA_AUTHENTICATION', default: '' }),
  /** The SM-DP+ that ES9+ is carried to, and that may register events; patent mode needs some. */
  rspServers: json(readRspServers, { env: 'TEGATA_RSP_SERVERS', default: [] }),
  /** Who else may register events. */
  eventOwners: json(readEventOwners, { env: 'TEGATA_EVENT_OWNERS', default: [] }),
  /** Where events with forwardingIndicator are forwarded; without it they stay here. */
  rootSmDs: json<RootSmDsSetting | null>(readRootSmDs, { env: 'TEGATA_ROOT_SM_DS', default: null }),
  /** How long one replica may take to tell the root SM-DS of an event before another one tells it. */
  forwardingLeaseMs: integer({ env: 'TEGATA_FORWARDING_LEASE_MS', default: 60_000, min: 1000 }),
  /** How long a session of mutual authentication may take. */
  sessionLifetimeMs: integer({ env: 'TEGATA_RSP_SESSION_LIFETIME_MS', default: 10 * 60_000, min: 1000 }),
  /** Life of an event that came without an end. */
  eventLifetimeMs: integer({ env: 'TEGATA_EVENT_LIFETIME_MS', default: 30 * 24 * 3_600_000, min: 1000 }),
  /** Events that wait for one EID at most. */
  eventsPerEid: integer({ env: 'TEGATA_EVENTS_PER_EID', default: 64, min: 1, max: 1000 }),
  /** Events that one owner has registered at most. */
  eventsPerOwner: integer({ env: 'TEGATA_EVENTS_PER_OWNER', default: 1_000_000, min: 1, max: 2_000_000_000 }),
  /** How often lapsed events and sessions are removed. */
  upkeepIntervalMs: integer({ env: 'TEGATA_UPKEEP_INTERVAL_MS', default: 60_000, min: 50, max: 86_400_000 }),
  /** Calls per second that an address may go on with at public listeners; 0 for no limit. */
  rateLimit: integer({ env: 'TEGATA_RATE_LIMIT', default: 2_000, min: 0, max: 1_000_000 }),
  /** Calls that it may make at once. */
  rateBurst: integer({ env: 'TEGATA_RATE_BURST', default: 4_000, min: 1, max: 1_000_000 }),
  logLevel: text({ env: 'TEGATA_LOG_LEVEL', default: 'info' }),
};

export type RelayConfig = ConfigOf<typeof settings>;

/** @throws ConfigError naming everything that is missing or wrong. */
export function readRelayConfig(env: NodeJS.ProcessEnv): RelayConfig {
  return readConfig(settings, { env }, (config) => {
    if (config.mode === undefined) return [];
    return config.mode === 'patent' ? missingInPatentMode(config) : unusedInSmDsMode(config);
  });
}

function missingInPatentMode({ authentication, rspServers }: Partial<RelayConfig>): string[] {
  return [
    ...(authentication === '' ? ['authentication is not set; set TEGATA_AUTHENTICATION'] : []),
    ...(rspServers?.length === 0 ? ['rspServers is not set; set TEGATA_RSP_SERVERS'] : []),
  ];
}

/** Said instead of passed over: whoever sets these expects what this mode does not do. */
function unusedInSmDsMode({ authentication = '', rspServers = [] }: Partial<RelayConfig>): string[] {
  return [
    ...(authentication === '' ? [] : ['TEGATA_AUTHENTICATION has no use in mode sm-ds']),
    ...(rspServers.length === 0
      ? []
      : ['TEGATA_RSP_SERVERS has no use in mode sm-ds; name owners in TEGATA_EVENT_OWNERS']),
  ];
}

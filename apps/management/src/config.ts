import { readHttpsListeners } from '@tegata/rsp-http';
import { type ConfigOf, integer, json, oneOf, readConfig, text } from '@tegata/service-kit';
import { readSmDsServers } from './es2plus/sm-ds-settings.ts';
import { httpsInterfaces } from './https-listeners.ts';

const day = 24 * 60 * 60 * 1000;

/** Settings of a management server, all from the environment (docs/operations.md). */
const settings = {
  /** `carrier`: SM-DP+ and contract desk; `sm-dp-plus`: the SM-DP+ of SGP.22 alone, without authentication server, relay and identity PKI. */
  mode: oneOf(['carrier', 'sm-dp-plus'], { env: 'TEGATA_MANAGEMENT_MODE', default: 'carrier' }),
  /** File that describes the carrier. */
  carrierFile: text({ env: 'TEGATA_CARRIER_FILE' }),
  /** Folder of the PKI, with this carrier's keys. */
  pki: text({ env: 'TEGATA_PKI' }),
  /** File with the 32-octet key that personal data and secrets are encrypted under. */
  vaultKeyFile: text({ env: 'TEGATA_VAULT_KEY_FILE' }),
  /** `yes`: the published test CIs of SGP.26 are accepted where the PKI has them. */
  acceptTestCis: text({ env: 'TEGATA_ACCEPT_TEST_CIS', default: 'no' }),
  databaseUrl: text({ env: 'DATABASE_URL' }),
  /** Where terminals reach it, `host:port`. */
  publicListener: text({ env: 'TEGATA_PUBLIC_LISTENER', default: '127.0.0.1:7443' }),
  /** Where servers and operators reach it, `host:port`. */
  serviceListener: text({ env: 'TEGATA_SERVICE_LISTENER', default: '127.0.0.1:7543' }),
  /** Where ES9+ and ES2+ are served as HTTPS/JSON. */
  httpsListeners: json(readHttpsListeners(httpsInterfaces), { env: 'TEGATA_HTTPS_LISTENERS', default: [] }),
  /** Service listener of the authentication server, `host:port`; a carrier needs it. */
  authentication: text({ env: 'TEGATA_AUTHENTICATION', default: '' }),
  /** Service listener of the relay, `host:port`; a carrier needs it. */
  relay: text({ env: 'TEGATA_RELAY', default: '' }),
  /** FQDN of the relay, as terminals know it; a carrier needs it. */
  relayAddress: text({ env: 'TEGATA_RELAY_ADDRESS', default: '' }),
  /** SM-DSs that orders may name beside the relay; the relay too, where it shall be told over HTTPS. */
  smDsServers: json(readSmDsServers, { env: 'TEGATA_SM_DS', default: [] }),
  /** Operator's back end that is told of downloads (ES2+.HandleDownloadProgressInfo): `host:port`, or `host` for 443; empty for none. */
  operatorBackEnd: text({ env: 'TEGATA_OPERATOR_BACK_END', default: '' }),
  /** File with the roots of its certificate, PEM; empty for those of the service PKI. */
  operatorBackEndRoots: text({ env: 'TEGATA_OPERATOR_BACK_END_ROOTS', default: '' }),
  /** Where to connect for it, `host:port`, in networks without DNS; empty for its own address. */
  operatorBackEndConnectTo: text({ env: 'TEGATA_OPERATOR_BACK_END_CONNECT_TO', default: '' }),
  /** `on`: operators may ask for keys of stored profiles (ProfileOrders.ExportProfiles). */
  keyExport: oneOf(['off', 'on'], { env: 'TEGATA_KEY_EXPORT', default: 'off' }),
  /** After this time a contract without an installed profile lapses. */
  contractLifetimeMs: integer({ env: 'TEGATA_CONTRACT_LIFETIME_MS', default: 7 * day, min: 1000 }),
  /** What tells whose a contract was is kept for so long after its end. */
  contractRetentionMs: integer({ env: 'TEGATA_CONTRACT_RETENTION_MS', default: 30 * day, min: 0 }),
  /** Contracts that one eUICC may submit in 24 hours. */
  contractsPerEuicc: integer({ env: 'TEGATA_CONTRACTS_PER_EUICC', default: 20, min: 1, max: 1_000_000 }),
  /** How long a session of mutual authentication may take. */
  rspSessionLifetimeMs: integer({ env: 'TEGATA_RSP_SESSION_LIFETIME_MS', default: 10 * 60_000, min: 1000 }),
  /** What an ended download session is kept for, unless a result can still come; what the operator was told; keys of batch rows. */
  sessionRetentionMs: integer({ env: 'TEGATA_SESSION_RETENTION_MS', default: 30 * day, min: 0 }),
  progressRetentionMs: integer({ env: 'TEGATA_PROGRESS_RETENTION_MS', default: 90 * day, min: 0 }),
  rowKeyRetentionMs: integer({ env: 'TEGATA_ROW_KEY_RETENTION_MS', default: 365 * day, min: 0 }),
  /** How often half-done work is looked for. */
  upkeepIntervalMs: integer({ env: 'TEGATA_UPKEEP_INTERVAL_MS', default: 5_000, min: 50, max: 86_400_000 }),
  /** How often the certificate status list is fetched. */
  statusIntervalMs: integer({ env: 'TEGATA_STATUS_INTERVAL_MS', default: 15 * 60_000, min: 1000, max: 7 * day }),
  /** Calls per second that an address may go on with at public listeners; 0 for no limit. */
  rateLimit: integer({ env: 'TEGATA_RATE_LIMIT', default: 2_000, min: 0, max: 1_000_000 }),
  /** Calls that it may make at once. */
  rateBurst: integer({ env: 'TEGATA_RATE_BURST', default: 4_000, min: 1, max: 1_000_000 }),
  logLevel: text({ env: 'TEGATA_LOG_LEVEL', default: 'info' }),
};

export type ManagementConfig = ConfigOf<typeof settings>;

/** What a carrier needs, and an SM-DP+ alone has no use for. */
const onlyOfCarriers = ['authentication', 'relay', 'relayAddress'] as const;

/** @throws ConfigError naming everything that is missing or wrong. */
export const readManagementConfig = (env: NodeJS.ProcessEnv): ManagementConfig =>
  readConfig(settings, { env }, ({ mode, ...config }) => {
    const given = onlyOfCarriers.filter((name) => config[name] !== undefined && config[name] !== '');
    // Said instead of passed over: whoever sets these expects what this mode does not do.
    if (mode === 'sm-dp-plus') return given.map((name) => `${settings[name].env} has no use in mode sm-dp-plus`);
    const missing = onlyOfCarriers.filter((name) => config[name] === '');
    return missing.map((name) => `${name} is not set; set ${settings[name].env}`);
  });

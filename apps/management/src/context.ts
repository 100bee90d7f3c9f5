import type { IdentityCertificatesService, IdentityVerificationService } from '@tegata/contracts/authentication-v1';
import type { RegistrationService } from '@tegata/contracts/relay-v1';
import type { Changes, Database, Vault } from '@tegata/database';
import type { FlowRecorder } from '@tegata/operations';
import type { ManagementKeys } from '@tegata/pki';
import type { BegunSessions } from '@tegata/rsp';
import type { Client, Logger } from '@tegata/service-kit';
import type { CertificateCache } from '@tegata/x509';
import type { Carrier } from './carrier.ts';
import type { ManagementConfig } from './config.ts';
import type { OperatorBackEnd } from './es2plus/download-progress.ts';
import type { ReachableSmDs } from './es2plus/sm-ds.ts';
import type { EuiccKeys } from './es9plus/euicc-keys.ts';
import type { SessionMemory } from './es9plus/session-memory.ts';
import type { SmDpPlus } from './es9plus/sm-dp-plus.ts';
import type { PrismaClient } from './generated/client.ts';

/** What every handler of a management server works with. */
export interface ManagementContext {
  readonly config: ManagementConfig;
  readonly carrier: Carrier;
  /** FQDN of the relay, as terminals know it. */
  readonly relayAddress: string;
  readonly logger: Logger;
  readonly clock: () => Date;
  readonly random: (octets: number) => Uint8Array;
  readonly prisma: PrismaClient;
  /** For statements of its own, on the same connections. */
  readonly database: Database;
  /** Wakes whoever watches a contract. */
  readonly contractChanges: Changes;
  /** Encrypts personal data and keys for the row they stand in. */
  readonly vault: Vault;
  /** Key that contract tokens are derived under, 32 octets. */
  readonly contractTokenKey: Uint8Array;
  readonly keys: ManagementKeys;
  /** The SM-DP+ as the listener with this name shows it. */
  readonly smDpPlus: (listener: string | undefined) => SmDpPlus;
  /** Address of the listener that shows a set of the PKI; undefined where there is no such set, or its listener has no address of its own. */
  readonly addressOfSet: (set: string) => string | undefined;
  readonly certificateCache: CertificateCache;
  readonly euiccKeys: EuiccKeys;
  readonly begunSessions: BegunSessions;
  readonly sessions: SessionMemory;
  /** Where the operator is told of downloads; absent where it wants to hear nothing. */
  readonly operatorBackEnd: OperatorBackEnd | undefined;
  readonly flow: FlowRecorder;
  readonly authentication: {
    readonly verification: Client<typeof IdentityVerificationService>;
    readonly certificates: Client<typeof IdentityCertificatesService>;
  };
  readonly relay: {
    readonly registration: Client<typeof RegistrationService>;
  };
  /** Where orders may have events registered: the relay, and others. */
  readonly smDsServers: readonly ReachableSmDs[];
}

/** What the SM-DP+ of it works with: ES2+, ES8+, ES9+, ES12 and the orders. */
export interface SmDpContext
  extends Pick<
    ManagementContext,
    | 'carrier'
    | 'logger'
    | 'clock'
    | 'random'
    | 'prisma'
    | 'database'
    | 'vault'
    | 'addressOfSet'
    | 'certificateCache'
    | 'euiccKeys'
    | 'begunSessions'
    | 'sessions'
    | 'operatorBackEnd'
    | 'smDsServers'
    | 'flow'
  > {
  readonly config: Pick<
    ManagementConfig,
    'rspSessionLifetimeMs' | 'sessionRetentionMs' | 'progressRetentionMs' | 'rowKeyRetentionMs'
  >;
}

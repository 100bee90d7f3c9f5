import type { IdentityCertificatesService, IdentityVerificationService } from '@tegata/contracts/authentication-v1';
import type { RegistrationService } from '@tegata/contracts/relay-v1';
import type { Changes, Database, Vault } from '@tegata/database';
import type { FlowRecorder } from '@tegata/operations';
import type { ManagementKeys } from '@tegata/pki';
import type { BegunSessions } from '@tegata/rsp';
import type { Client, Logger } from '@tegata/service-kit';
import type { CertificateCache } from '@tegata/x509';
import type { Carrier, ServiceProvider } from './carrier.ts';
import type { ManagementConfig } from './config.ts';
import type { OperatorBackEnd } from './es2plus/download-progress.ts';
import type { ReachableSmDs } from './es2plus/sm-ds.ts';
import type { EuiccKeys } from './es9plus/euicc-keys.ts';
import type { SessionMemory } from './es9plus/session-memory.ts';
import type { PrismaClient } from './generated/client.ts';

/** What the SM-DP+ works with, and who looks after its subscriptions: ES2+, ES8+, ES9+, ES12, orders, authentication centre. */
export interface SmDpContext {
  readonly config: Pick<
    ManagementConfig,
    'keyExport' | 'rspSessionLifetimeMs' | 'sessionRetentionMs' | 'progressRetentionMs' | 'rowKeyRetentionMs'
  >;
  readonly carrier: ServiceProvider;
  readonly logger: Logger;
  readonly clock: () => Date;
  readonly random: (octets: number) => Uint8Array;
  readonly prisma: PrismaClient;
  /** For statements of its own, on the same connections. */
  readonly database: Database;
  /** Encrypts personal data and keys for the row they stand in. */
  readonly vault: Vault;
  /** Address of the listener that shows a set of the PKI; undefined where there is no such set, or its listener has no address of its own. */
  readonly addressOfSet: (set: string) => string | undefined;
  readonly certificateCache: CertificateCache;
  readonly euiccKeys: EuiccKeys;
  readonly begunSessions: BegunSessions;
  readonly sessions: SessionMemory;
  /** Where the operator is told of downloads; absent where it wants to hear nothing. */
  readonly operatorBackEnd: OperatorBackEnd | undefined;
  /** Where orders may have events registered: the relay, and others. */
  readonly smDsServers: readonly ReachableSmDs[];
  readonly flow: FlowRecorder;
}

/** What the contract desk of a carrier works with: its SM-DP+, and the servers of identity verification and data acquisition. */
export interface ManagementContext extends SmDpContext {
  readonly config: ManagementConfig;
  readonly carrier: Carrier;
  /** FQDN of the relay, as terminals know it. */
  readonly relayAddress: string;
  /** Wakes whoever watches a contract. */
  readonly contractChanges: Changes;
  /** Key that contract tokens are derived under, 32 octets. */
  readonly contractTokenKey: Uint8Array;
  readonly keys: ManagementKeys;
  readonly authentication: {
    readonly verification: Client<typeof IdentityVerificationService>;
    readonly certificates: Client<typeof IdentityCertificatesService>;
  };
  readonly relay: {
    readonly registration: Client<typeof RegistrationService>;
  };
}

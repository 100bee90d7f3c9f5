import type { IdentityCertificatesService, SealedEnvelope } from '@tegata/contracts/authentication-v1';
import type { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import type { Changes, Database } from '@tegata/database';
import type { FlowRecorder } from '@tegata/operations';
import type { AuthenticatingServer, BegunSessions } from '@tegata/rsp';
import type { Client, Logger } from '@tegata/service-kit';
import type { CertificateCache } from '@tegata/x509';
import type { RelayConfig } from './config.ts';
import type { EventOwner, RspServer } from './directory.ts';
import type { PrismaClient } from './generated/client.ts';

/** An SM-DP+ with a way to call it. */
export interface ReachableRspServer extends RspServer {
  readonly es9plus: Client<typeof Es9PlusService>;
}

/** What the handlers of the SM-DS work with, in both modes. */
export interface RelayContext {
  readonly config: RelayConfig;
  readonly logger: Logger;
  readonly clock: () => Date;
  readonly random: (octets: number) => Uint8Array;
  readonly prisma: PrismaClient;
  readonly database: Database;
  /** The SM-DS as the listener with this name shows it. */
  readonly smDs: (listener: string | undefined) => AuthenticatingServer;
  readonly begunSessions: BegunSessions;
  readonly certificateCache: CertificateCache;
  /** Who may register events, each at its own address. */
  readonly eventOwners: readonly EventOwner[];
  /** Told that the root SM-DS, where one is configured, is to be told something. */
  readonly rootSmDs: { wake(): void } | undefined;
  readonly flow: FlowRecorder;
}

/** What the handlers of patent mode work with: data acquisition, and ES9+ towards the SM-DP+. */
export interface PatentContext extends RelayContext {
  /** Wakes whoever waits under the digest of a data acquisition key, in lower-case hex. */
  readonly waiting: Changes;
  readonly directory: readonly ReachableRspServer[];
  readonly authentication: { readonly certificates: Client<typeof IdentityCertificatesService> };
  /** Opens a certificate that authentication sealed to the relay under the digest of a data acquisition key. */
  readonly openCertificate: (envelope: SealedEnvelope, dakDigest: Uint8Array) => Promise<Uint8Array>;
}

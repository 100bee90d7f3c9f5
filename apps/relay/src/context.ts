import type { IdentityCertificatesService, SealedEnvelope } from '@tegata/contracts/authentication-v1';
import type { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import type { Changes } from '@tegata/database';
import type { FlowRecorder } from '@tegata/operations';
import type { RelayKeys } from '@tegata/pki';
import type { AuthenticatingServer } from '@tegata/rsp';
import type { Client, Logger } from '@tegata/service-kit';
import type { CertificateCache } from '@tegata/x509';
import type { RelayConfig } from './config.ts';
import type { RspServer } from './directory.ts';
import type { PrismaClient } from './generated/client.ts';

/** An SM-DP+ with a way to call it. */
export interface ReachableRspServer extends RspServer {
  readonly es9plus: Client<typeof Es9PlusService>;
}

/** What every handler of the relay works with. */
export interface RelayContext {
  readonly config: RelayConfig;
  readonly logger: Logger;
  readonly clock: () => Date;
  readonly random: (octets: number) => Uint8Array;
  readonly prisma: PrismaClient;
  /** Wakes whoever waits under the digest of a data acquisition key, in lower-case hex. */
  readonly waiting: Changes;
  readonly keys: RelayKeys;
  /** The SM-DS as the listener with this name shows it. */
  readonly smDs: (listener: string | undefined) => AuthenticatingServer;
  readonly certificateCache: CertificateCache;
  readonly directory: readonly ReachableRspServer[];
  readonly flow: FlowRecorder;
  readonly authentication: { readonly certificates: Client<typeof IdentityCertificatesService> };
  /** Opens a certificate that authentication sealed to the relay under the digest of a data acquisition key. */
  readonly openCertificate: (envelope: SealedEnvelope, dakDigest: Uint8Array) => Promise<Uint8Array>;
}

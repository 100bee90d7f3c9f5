import type { Vault } from '@tegata/database';
import type { DocumentReader, EkycEngine } from '@tegata/ekyc';
import type { CscaTrust } from '@tegata/emrtd';
import type { FlowRecorder } from '@tegata/operations';
import type { AuthenticationKeys } from '@tegata/pki';
import type { PersonCaTrust } from '@tegata/public-key-identity';
import type { Certificate, CertificateCache } from '@tegata/x509';
import type { Logger } from 'pino';
import type { AuthenticationConfig } from './config.ts';
import type { PrismaClient } from './generated/client.ts';

/** What every handler of the authentication server works with. */
export interface AuthenticationContext {
  readonly config: AuthenticationConfig;
  readonly logger: Logger;
  readonly clock: () => Date;
  readonly random: (octets: number) => Uint8Array;
  readonly prisma: PrismaClient;
  /** Encrypts personal data for the row it stands in. */
  readonly vault: Vault;
  /** Key under which EIDs are made into tags, 32 octets. */
  readonly eidTagKey: Uint8Array;
  /** Key of the digests by which frames are known again, 32 octets. */
  readonly frameDigestKey: Uint8Array;
  readonly engine: Pick<EkycEngine, 'checkDocument' | 'digestFrames' | 'verifyIdentity' | 'makeReference'>;
  /** Reads the text of documents. */
  readonly reader: Pick<DocumentReader, 'read'>;
  readonly keys: AuthenticationKeys;
  /** Trusted CIs of eUICCs. */
  readonly cis: readonly Certificate[];
  /** Country signing CAs that chips of documents are believed by as they are now, lists included; undefined where chips are not accepted. */
  readonly csca: (() => CscaTrust) | undefined;
  /** CAs of persons as they are now, lists included; undefined where certificates of persons are not accepted. */
  readonly personCas: (() => PersonCaTrust) | undefined;
  readonly certificateCache: CertificateCache;
  readonly flow: FlowRecorder;
}

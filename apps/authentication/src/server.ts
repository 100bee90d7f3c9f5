import { randomBytes } from 'node:crypto';
import {
  IdentityCertificatesService,
  IdentityReviewsService,
  IdentityVerificationService,
} from '@tegata/contracts/authentication-v1';
import { OperationsService } from '@tegata/contracts/operations-v1';
import { createPrisma, Database, migrate, migrationsFolder } from '@tegata/database';
import { FlowRecorder, operations, prismaFlowStore, readSecretKeyFile, repeatInBackground } from '@tegata/operations';
import { loadAuthenticationKeys } from '@tegata/pki';
import { createServer, implement, type Logger, type Stoppable } from '@tegata/service-kit';
import { CertificateCache } from '@tegata/x509';
import { identityCertificates } from './certificates/identity-certificates.ts';
import { currentStatusList } from './certificates/status-list.ts';
import type { AuthenticationConfig } from './config.ts';
import type { AuthenticationContext } from './context.ts';
import { openCscas } from './evidence/csca-folder.ts';
import { openPersonCas } from './evidence/person-ca-folder.ts';
import { PrismaClient } from './generated/client.ts';
import { startPictureAnalysis } from './picture-analysis.ts';
import { identityReviews } from './review/identity-reviews.ts';
import { upkeep } from './upkeep.ts';
import { mapEkycError } from './verification/ekyc-refusal.ts';
import { identityVerification } from './verification/identity-verification.ts';

/** Largest request: sealed identity documents. */
const maxMessageOctets = 8 * 1024 * 1024;
/** An ID photo is judged while its call waits, after those before it. */
const judgementDeadlineMs = 120_000;

/** Starts the authentication server: eKYC and identity certificates. Resolves when it serves. */
export async function startAuthentication(config: AuthenticationConfig, logger: Logger): Promise<Stoppable> {
  const clock = () => new Date();
  const keys = await loadAuthenticationKeys(config.pki, { at: clock(), acceptTestCis: config.acceptTestCis === 'yes' });
  const secrets = readSecretKeyFile(config.vaultKeyFile);
  await migrate(config.databaseUrl, migrationsFolder(import.meta.url));
  const database = new Database({ url: config.databaseUrl, applicationName: 'authentication' });
  const prisma = createPrisma(PrismaClient, database);
  const pictures = await startPictureAnalysis(config, logger);
  const context: AuthenticationContext = {
    config,
    logger,
    clock,
    random: randomBytes,
    prisma,
    vault: secrets.vault,
    eidTagKey: secrets.keyFor('EID tag'),
    frameDigestKey: secrets.keyFor('frame digest'),
    engine: pictures.engine,
    reader: pictures.reader,
    keys,
    cis: keys.cis,
    csca: openCscas(config, logger),
    personCas: openPersonCas(config, logger),
    certificateCache: new CertificateCache(),
    flow: new FlowRecorder(prismaFlowStore(prisma.flowStep), 'authentication', clock),
  };
  const server = createServer({
    name: 'authentication',
    logger,
    operatorName: 'authentication',
    listeners: [
      {
        address: config.serviceListener,
        security: { kind: 'mutual-tls', ...keys.service, clientRoots: keys.service.roots },
      },
    ],
    services: [
      implement(IdentityVerificationService, identityVerification(context)),
      implement(IdentityReviewsService, identityReviews(context)),
      implement(IdentityCertificatesService, identityCertificates(context)),
      implement(
        OperationsService,
        operations(context.flow, () => server.callCounts()),
      ),
    ],
    errorMappers: [mapEkycError],
    maxMessageOctets,
    defaultDeadlineMsOf: { [IdentityVerificationService.submitCapture.path]: judgementDeadlineMs },
  });
  await currentStatusList(context);
  await server.start();
  const work = repeatInBackground('upkeep', config.upkeepIntervalMs, () => upkeep(context), logger);
  return {
    async stop() {
      await server.stop();
      await work.stop();
      await pictures.close();
      await prisma.$disconnect();
      await database.close();
    },
  };
}

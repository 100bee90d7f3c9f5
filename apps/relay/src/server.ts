import { randomBytes } from 'node:crypto';
import { OperationsService } from '@tegata/contracts/operations-v1';
import { createPrisma, Database, migrate, migrationsFolder } from '@tegata/database';
import { FlowRecorder, operations, prismaFlowStore, readSecretKeyFile, repeatInBackground } from '@tegata/operations';
import { loadRelayKeys, loadSmDsKeys } from '@tegata/pki';
import { BegunSessions } from '@tegata/rsp';
import { createRspServer } from '@tegata/rsp-http';
import { CallCounts, createServer, implement, type Logger, RateLimiter, type Stoppable } from '@tegata/service-kit';
import { CertificateCache } from '@tegata/x509';
import type { RelayConfig } from './config.ts';
import type { RelayContext } from './context.ts';
import { smDsByListener, tlsIdentityOf } from './es11/sm-ds.ts';
import { type Forwarding, startForwarding } from './es15/forwarding.ts';
import { connectRootSmDs } from './es15/root-sm-ds.ts';
import { PrismaClient } from './generated/client.ts';
import { httpsListeners } from './https-listeners.ts';
import { patentMode } from './patent-mode.ts';
import { smDsServices } from './sm-ds-services.ts';
import { upkeep } from './upkeep.ts';

/**
 * Starts the relay: an SM-DS and, in patent mode, data acquisition and ES9+ towards the SM-DP+ of its directory. What a
 * mode does not have is not served at all. Resolves when it serves.
 */
export async function startRelay(config: RelayConfig, logger: Logger): Promise<Stoppable> {
  const clock = () => new Date();
  const loading = { at: clock(), acceptTestCis: config.acceptTestCis === 'yes' };
  const patentKeys = config.mode === 'patent' ? await loadRelayKeys(config.pki, loading) : undefined;
  const keys = patentKeys ?? (await loadSmDsKeys(config.pki, loading));
  const { keyFor } = readSecretKeyFile(config.vaultKeyFile);
  await migrate(config.databaseUrl, migrationsFolder(import.meta.url));
  const database = new Database({ url: config.databaseUrl, applicationName: 'relay' });
  const prisma = createPrisma(PrismaClient, database);
  const root = config.rootSmDs && connectRootSmDs(config.rootSmDs, keys, config.address);
  let forwarding: Forwarding | undefined;
  const context: RelayContext = {
    config,
    logger,
    clock,
    random: randomBytes,
    prisma,
    database,
    smDs: smDsByListener(keys, config.address),
    begunSessions: new BegunSessions(keyFor('SM-DS session'), randomBytes, clock),
    certificateCache: new CertificateCache(),
    eventOwners: [...config.rspServers, ...config.eventOwners],
    rootSmDs: root ? { wake: () => forwarding?.wake() } : undefined,
    flow: new FlowRecorder(prismaFlowStore(prisma.flowStep), 'relay', clock),
  };
  const patent = patentKeys && patentMode(context, patentKeys);
  const counts = new CallCounts();
  const rateLimiter = new RateLimiter({ perSecond: config.rateLimit, burst: config.rateBurst });
  const services = [
    ...smDsServices(context),
    ...(patent?.services ?? []),
    implement(
      OperationsService,
      operations(context.flow, () => counts.snapshot()),
    ),
  ];
  const server = createServer({
    name: 'relay',
    logger,
    operatorName: 'relay',
    listeners: [
      { address: config.publicListener, security: { kind: 'tls', ...keys.dsTls } },
      {
        address: config.serviceListener,
        security: { kind: 'mutual-tls', ...keys.service, clientRoots: keys.service.roots },
      },
    ],
    services,
    counts,
    rateLimiter,
  });
  const https = createRspServer({
    name: 'relay',
    logger,
    counts,
    rateLimiter,
    operatorName: 'relay',
    listeners: httpsListeners(config.httpsListeners, services, context, (set) => tlsIdentityOf(keys, set)),
  });
  logger.info({ mode: config.mode, forwardsTo: config.rootSmDs?.address }, 'mode');
  await https.start();
  await server.start();
  const work = repeatInBackground('upkeep', config.upkeepIntervalMs, () => upkeep(context), logger);
  if (root) forwarding = startForwarding(context, root);
  return {
    async stop() {
      await Promise.all([server.stop(), https.stop()]);
      await work.stop();
      root?.close();
      await forwarding?.stop();
      await patent?.close();
      await prisma.$disconnect();
      await database.close();
    },
  };
}

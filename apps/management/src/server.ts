import { randomBytes } from 'node:crypto';
import { Es2PlusService, Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { NetworkAccessService, ProfileOrdersService, SubscriptionsService } from '@tegata/contracts/management-v1';
import { OperationsService } from '@tegata/contracts/operations-v1';
import { createPrisma, Database, migrate, migrationsFolder } from '@tegata/database';
import { FlowRecorder, operations, prismaFlowStore, readSecretKeyFile, repeatInBackground } from '@tegata/operations';
import { loadSmDpPlusKeys } from '@tegata/pki';
import { BegunSessions } from '@tegata/rsp';
import { createRspServer } from '@tegata/rsp-http';
import { CallCounts, createServer, implement, type Logger, RateLimiter, type Stoppable } from '@tegata/service-kit';
import { CertificateCache } from '@tegata/x509';
import { readServiceProvider } from './carrier.ts';
import { carrierMode, carrierNetwork, maxMessageOctets } from './carrier-mode.ts';
import type { ManagementConfig } from './config.ts';
import type { SmDpContext } from './context.ts';
import { tellOperator } from './es2plus/download-progress.ts';
import { es2plus } from './es2plus/es2plus.ts';
import { connectOperator, operatorClient } from './es2plus/operator-back-end.ts';
import { connectSmDsServers } from './es2plus/sm-ds.ts';
import { settleAllEvents } from './es2plus/smds-events.ts';
import { es9plus } from './es9plus/es9plus.ts';
import { EuiccKeys } from './es9plus/euicc-keys.ts';
import { sessionKeeper } from './es9plus/rsp-session.ts';
import { SessionMemory } from './es9plus/session-memory.ts';
import { smDpPlusByListener, tlsIdentityOf } from './es9plus/sm-dp-plus.ts';
import { PrismaClient } from './generated/client.ts';
import { httpsListeners } from './https-listeners.ts';
import { networkAccess } from './network-access/network-access.ts';
import { profileOrders } from './profile-orders/profile-orders.ts';
import { deleteWhatIsOver, retentionIntervalMs } from './retention.ts';
import { subscriptions } from './subscriptions/subscriptions.ts';
import { upkeep } from './upkeep.ts';

/**
 * Starts a management server: SM-DP+ and authentication centre and, in carrier mode, the contract desk. What a mode does not have is
 * not served at all. Resolves when it serves.
 */
export async function startManagement(config: ManagementConfig, logger: Logger): Promise<Stoppable> {
  const clock = () => new Date();
  const loading = { at: clock(), acceptTestCis: config.acceptTestCis === 'yes' };
  const network = config.mode === 'carrier' ? await carrierNetwork(config, loading) : undefined;
  const carrier = network?.carrier ?? readServiceProvider(config.carrierFile);
  const keys = network?.keys ?? (await loadSmDpPlusKeys(config.pki, carrier.name, loading));
  const name = `management/${carrier.name}`;
  const secrets = readSecretKeyFile(config.vaultKeyFile);
  await migrate(config.databaseUrl, migrationsFolder(import.meta.url));
  const database = new Database({ url: config.databaseUrl, applicationName: name });
  const prisma = createPrisma(PrismaClient, database);
  const operator = connectOperator(config, keys);
  const smDs = connectSmDsServers(config.smDsServers, keys, network?.smDs);
  const context: SmDpContext = {
    config,
    carrier,
    logger,
    clock,
    random: randomBytes,
    prisma,
    database,
    vault: secrets.vault,
    addressOfSet: (set) => keys.sets.get(set)?.address,
    certificateCache: new CertificateCache(),
    euiccKeys: new EuiccKeys(),
    begunSessions: new BegunSessions(secrets.keyFor('RSP session'), randomBytes, clock),
    sessions: new SessionMemory(),
    operatorBackEnd: operator && operatorClient(operator),
    smDsServers: smDs.servers,
    flow: new FlowRecorder(prismaFlowStore(prisma.flowStep), name, clock),
  };
  const desk = network && carrierMode(context, network, config, secrets.keyFor('contract token'));
  const counts = new CallCounts();
  const rateLimiter = new RateLimiter({ perSecond: config.rateLimit, burst: config.rateBurst });
  const services = [
    ...(desk?.services ?? []),
    implement(Es9PlusService, es9plus({ ...context, smDpPlus: smDpPlusByListener(keys, carrier) })),
    implement(Es2PlusService, es2plus(context)),
    implement(NetworkAccessService, networkAccess(context)),
    implement(SubscriptionsService, subscriptions(context)),
    implement(ProfileOrdersService, profileOrders(context)),
    implement(
      OperationsService,
      operations(context.flow, () => counts.snapshot()),
    ),
  ];
  const server = createServer({
    name,
    logger,
    operatorName: carrier.name,
    listeners: [
      { address: config.publicListener, security: { kind: 'tls', ...keys.dpTls } },
      {
        address: config.serviceListener,
        security: { kind: 'mutual-tls', ...keys.service, clientRoots: keys.service.roots },
      },
    ],
    services,
    counts,
    rateLimiter,
    maxMessageOctets,
    defaultDeadlineMsOf: desk?.deadlines ?? {},
  });
  const https = createRspServer({
    name,
    logger,
    counts,
    rateLimiter,
    operatorName: carrier.name,
    listeners: httpsListeners(config.httpsListeners, services, (set) => tlsIdentityOf(keys, set)),
  });
  logger.info({ mode: config.mode }, 'mode');
  await https.start();
  await server.start();
  const work = [
    repeatInBackground('upkeep', config.upkeepIntervalMs, () => upkeep(context), logger),
    repeatInBackground('events', config.upkeepIntervalMs, (stopping) => settleAllEvents(context, stopping), logger),
    repeatInBackground('progress', config.upkeepIntervalMs, (stopping) => tellOperator(context, stopping), logger),
    repeatInBackground('sessions', config.upkeepIntervalMs, sessionKeeper(context), logger),
    repeatInBackground('retention', retentionIntervalMs, () => deleteWhatIsOver(context), logger),
  ];
  desk?.start();
  return {
    async stop() {
      await Promise.all([server.stop(), https.stop()]);
      // What is on its way is told again later, by another replica or after the next start.
      operator?.close();
      smDs.close();
      await Promise.all(work.map((each) => each.stop()));
      await desk?.close();
      await prisma.$disconnect();
      await database.close();
    },
  };
}

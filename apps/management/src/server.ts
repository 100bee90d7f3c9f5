import { randomBytes } from 'node:crypto';
import { IdentityCertificatesService, IdentityVerificationService } from '@tegata/contracts/authentication-v1';
import { Es2PlusService, Es9PlusService, Es12Service } from '@tegata/contracts/gsma-rsp-v2';
import {
  ContractDeskService,
  NetworkAccessService,
  ProfileOrdersService,
  SubscriptionsService,
} from '@tegata/contracts/management-v1';
import { OperationsService } from '@tegata/contracts/operations-v1';
import { RegistrationService } from '@tegata/contracts/relay-v1';
import { ChangeListener, createPrisma, Database, migrate, migrationsFolder } from '@tegata/database';
import { FlowRecorder, operations, prismaFlowStore, readSecretKeyFile, repeatInBackground } from '@tegata/operations';
import { loadManagementKeys } from '@tegata/pki';
import { BegunSessions } from '@tegata/rsp';
import { createRspServer } from '@tegata/rsp-http';
import {
  CallCounts,
  type Caller,
  connect,
  createServer,
  implement,
  type Logger,
  RateLimiter,
  type Stoppable,
} from '@tegata/service-kit';
import { CertificateCache } from '@tegata/x509';
import { readCarrier } from './carrier.ts';
import type { ManagementConfig } from './config.ts';
import type { ManagementContext } from './context.ts';
import { contractDesk } from './contract-desk/contract-desk.ts';
import { es2plus } from './es2plus/es2plus.ts';
import { connectOperator, operatorClient } from './es2plus/operator-back-end.ts';
import { connectSmDsServers } from './es2plus/sm-ds.ts';
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
import { certificateStatusKeeper, upkeep } from './upkeep.ts';

/** Largest request: sealed identity documents. */
const maxMessageOctets = 8 * 1024 * 1024;
/** An ID photo is judged while its call waits. */
const idPhotoDeadlineMs = 120_000;
/** So is a document. */
const submissionDeadlineMs = 60_000;

/** Starts a carrier's management server: contract desk, SM-DP+ and authentication centre. Resolves when it serves. */
export async function startManagement(config: ManagementConfig, logger: Logger): Promise<Stoppable> {
  const clock = () => new Date();
  const carrier = readCarrier(config.carrierFile);
  const keys = await loadManagementKeys(config.pki, carrier.name, {
    at: clock(),
    acceptTestCis: config.acceptTestCis === 'yes',
  });
  const secrets = readSecretKeyFile(config.vaultKeyFile);
  await migrate(config.databaseUrl, migrationsFolder(import.meta.url));
  const database = new Database({ url: config.databaseUrl, applicationName: `management/${carrier.name}` });
  const changes = new ChangeListener({ url: config.databaseUrl, applicationName: `management/${carrier.name}` });
  const prisma = createPrisma(PrismaClient, database);
  const connectTo = (address: string, server: Caller) =>
    connect({
      address,
      maxMessageOctets,
      security: { kind: 'mutual-tls', roots: keys.service.roots, server, identity: keys.service },
    });
  const authentication = connectTo(config.authentication, { role: 'authentication', name: undefined });
  const relay = connectTo(config.relay, { role: 'relay', name: undefined });
  const operator = connectOperator(config, keys);
  const smDs = connectSmDsServers(config, keys, relay.client(Es12Service));
  const context: ManagementContext = {
    config,
    carrier,
    relayAddress: config.relayAddress,
    logger,
    clock,
    random: randomBytes,
    prisma,
    database,
    contractChanges: changes.on('contract'),
    vault: secrets.vault,
    contractTokenKey: secrets.keyFor('contract token'),
    keys,
    smDpPlus: smDpPlusByListener(keys, carrier),
    addressOfSet: (set) => keys.sets.get(set)?.address,
    certificateCache: new CertificateCache(),
    euiccKeys: new EuiccKeys(),
    begunSessions: new BegunSessions(secrets.keyFor('RSP session'), randomBytes, clock),
    sessions: new SessionMemory(),
    operatorBackEnd: operator && operatorClient(operator),
    flow: new FlowRecorder(prismaFlowStore(prisma.flowStep), `management/${carrier.name}`, clock),
    authentication: {
      verification: authentication.client(IdentityVerificationService),
      certificates: authentication.client(IdentityCertificatesService),
    },
    relay: { registration: relay.client(RegistrationService) },
    smDsServers: smDs.servers,
  };
  const counts = new CallCounts();
  const rateLimiter = new RateLimiter({ perSecond: config.rateLimit, burst: config.rateBurst });
  const services = [
    implement(ContractDeskService, contractDesk(context)),
    implement(Es9PlusService, es9plus(context)),
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
    name: `management/${carrier.name}`,
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
    defaultDeadlineMsOf: {
      [ContractDeskService.submitCapture.path]: idPhotoDeadlineMs,
      [ContractDeskService.submitContractInformation.path]: submissionDeadlineMs,
    },
  });
  const https = createRspServer({
    name: `management/${carrier.name}`,
    logger,
    counts,
    rateLimiter,
    operatorName: carrier.name,
    listeners: httpsListeners(config.httpsListeners, services, (set) => tlsIdentityOf(keys, set)),
  });
  await https.start();
  await server.start();
  const work = [
    repeatInBackground('upkeep', config.upkeepIntervalMs, () => upkeep(context), logger),
    repeatInBackground('sessions', config.upkeepIntervalMs, sessionKeeper(context), logger),
    repeatInBackground('retention', retentionIntervalMs, () => deleteWhatIsOver(context), logger),
    repeatInBackground('certificate status', 500, certificateStatusKeeper(context), logger),
  ];
  return {
    async stop() {
      await Promise.all([server.stop(), https.stop()]);
      await Promise.all(work.map((each) => each.stop()));
      authentication.close();
      relay.close();
      operator?.close();
      smDs.close();
      await changes.close();
      await prisma.$disconnect();
      await database.close();
    },
  };
}

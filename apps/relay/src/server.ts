import { randomBytes } from 'node:crypto';
import { IdentityCertificatesService } from '@tegata/contracts/authentication-v1';
import { Es9PlusService, Es11Service, Es12Service } from '@tegata/contracts/gsma-rsp-v2';
import { OperationsService } from '@tegata/contracts/operations-v1';
import { AcquisitionService, DirectoryService, RegistrationService } from '@tegata/contracts/relay-v1';
import { ChangeListener, createPrisma, Database, migrate, migrationsFolder } from '@tegata/database';
import { FlowRecorder, operations, prismaFlowStore, repeatInBackground } from '@tegata/operations';
import { loadRelayKeys } from '@tegata/pki';
import {
  type Caller,
  callerLabel,
  connect,
  createServer,
  implement,
  type Logger,
  type Stoppable,
} from '@tegata/service-kit';
import { CertificateCache } from '@tegata/x509';
import { acquire } from './acquisition/acquire.ts';
import { certificateOpener } from './acquisition/certificate-opener.ts';
import { registerAcquisition } from './acquisition/register-acquisition.ts';
import { watch } from './acquisition/watch.ts';
import type { RelayConfig } from './config.ts';
import type { RelayContext } from './context.ts';
import { es9plus } from './es9plus/es9plus.ts';
import { authenticateClient } from './es11/authenticate-client.ts';
import { initiateAuthentication } from './es11/initiate-authentication.ts';
import { smDs } from './es11/sm-ds.ts';
import { deleteEvent } from './es12/delete-event.ts';
import { registerEvent } from './es12/register-event.ts';
import { PrismaClient } from './generated/client.ts';
import { upkeep } from './upkeep.ts';

/** Starts the relay: SM-DS, data acquisition, ES9+ towards the SM-DP+ of its directory. Resolves when it serves. */
export async function startRelay(config: RelayConfig, logger: Logger): Promise<Stoppable> {
  const clock = () => new Date();
  const keys = await loadRelayKeys(config.pki, { at: clock() });
  await migrate(config.databaseUrl, migrationsFolder(import.meta.url));
  const database = new Database({ url: config.databaseUrl, applicationName: 'relay' });
  const changes = new ChangeListener({ url: config.databaseUrl, applicationName: 'relay' });
  const prisma = createPrisma(PrismaClient, database);
  const connectTo = (address: string, server: Caller) =>
    connect({ address, security: { kind: 'mutual-tls', roots: keys.service.roots, server, identity: keys.service } });
  const authentication = connectTo(config.authentication, { role: 'authentication', name: undefined });
  const rspServers = config.rspServers.map(({ address, owner, service }) => {
    const [, name] = owner.split('/');
    return { address, owner, connection: connectTo(service, { role: 'management', name }) };
  });
  const own = smDs(keys, config.address);
  const context: RelayContext = {
    config,
    logger,
    clock,
    random: randomBytes,
    prisma,
    waiting: changes.on('event'),
    keys,
    smDs: () => own,
    certificateCache: new CertificateCache(),
    directory: rspServers.map(({ address, owner, connection }) => ({
      address,
      owner,
      es9plus: connection.client(Es9PlusService),
    })),
    flow: new FlowRecorder(prismaFlowStore(prisma.flowStep), 'relay', clock),
    authentication: { certificates: authentication.client(IdentityCertificatesService) },
    openCertificate: certificateOpener(keys.encryption),
  };
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
    services: [
      implement(Es9PlusService, es9plus(context)),
      implement(Es11Service, {
        initiateAuthentication: (request, { listener }) =>
          initiateAuthentication(context, context.smDs(listener), request),
        authenticateClient: (request, { listener }) => authenticateClient(context, context.smDs(listener), request),
      }),
      implement(Es12Service, {
        registerEvent: (request, { caller }) => registerEvent(context, request, callerLabel(caller)),
        deleteEvent: (request, { caller }) => deleteEvent(context, request, callerLabel(caller)),
      }),
      implement(RegistrationService, {
        registerAcquisition: (request, { caller }) => registerAcquisition(context, request, callerLabel(caller)),
      }),
      implement(AcquisitionService, {
        acquire: (request) => acquire(context, request),
        watch: (request, { signal }) => watch(context, request, signal),
      }),
      implement(DirectoryService, {
        listRspServers: async () => ({ rspServerAddresses: context.directory.map(({ address }) => address) }),
      }),
      implement(
        OperationsService,
        operations(context.flow, () => server.callCounts()),
      ),
    ],
  });
  await server.start();
  const work = repeatInBackground('upkeep', config.upkeepIntervalMs, () => upkeep(context), logger);
  return {
    async stop() {
      await server.stop();
      await work.stop();
      authentication.close();
      for (const { connection } of rspServers) connection.close();
      await changes.close();
      await prisma.$disconnect();
      await database.close();
    },
  };
}

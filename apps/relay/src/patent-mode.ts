import { IdentityCertificatesService } from '@tegata/contracts/authentication-v1';
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { AcquisitionService, DirectoryService, RegistrationService } from '@tegata/contracts/relay-v1';
import { ChangeListener } from '@tegata/database';
import type { RelayKeys } from '@tegata/pki';
import { type Caller, callerLabel, connect, implement, type ServiceImplementation } from '@tegata/service-kit';
import { acquire } from './acquisition/acquire.ts';
import { certificateOpener } from './acquisition/certificate-opener.ts';
import { registerAcquisition } from './acquisition/register-acquisition.ts';
import { watch } from './acquisition/watch.ts';
import type { PatentContext, RelayContext } from './context.ts';
import { es9plus } from './es9plus/es9plus.ts';

/** What the relay does beside being an SM-DS. */
export interface PatentMode {
  readonly services: readonly ServiceImplementation[];
  close(): Promise<void>;
}

/** Data acquisition, and ES9+ towards the SM-DP+ of the directory, with the connections that they need. */
export function patentMode(context: RelayContext, keys: RelayKeys): PatentMode {
  const { config } = context;
  const { service } = keys;
  const connectTo = (address: string, server: Caller) =>
    connect({ address, security: { kind: 'mutual-tls', roots: service.roots, server, identity: service } });
  const changes = new ChangeListener({ url: config.databaseUrl, applicationName: 'relay' });
  const authentication = connectTo(config.authentication, { role: 'authentication', name: undefined });
  const rspServers = config.rspServers.map(({ address, owner, service }) => {
    const [, name] = owner.split('/');
    return { address, owner, connection: connectTo(service, { role: 'management', name }) };
  });
  const patent: PatentContext = {
    ...context,
    waiting: changes.on('event'),
    directory: rspServers.map(({ address, owner, connection }) => ({
      address,
      owner,
      es9plus: connection.client(Es9PlusService),
    })),
    authentication: { certificates: authentication.client(IdentityCertificatesService) },
    openCertificate: certificateOpener(keys.encryption),
  };
  return {
    services: [
      implement(Es9PlusService, es9plus(patent)),
      implement(RegistrationService, {
        registerAcquisition: (request, { caller }) => registerAcquisition(patent, request, callerLabel(caller)),
      }),
      implement(AcquisitionService, {
        acquire: (request) => acquire(patent, request),
        watch: (request, { signal }) => watch(patent, request, signal),
      }),
      implement(DirectoryService, {
        listRspServers: async () => ({ rspServerAddresses: patent.directory.map(({ address }) => address) }),
      }),
    ],
    async close() {
      authentication.close();
      for (const { connection } of rspServers) connection.close();
      await changes.close();
    },
  };
}

import { randomBytes } from 'node:crypto';
import { ensureDatabase } from '@tegata/local-postgres';
import { ensurePki } from '@tegata/pki';
import { writeNetworkFile } from './network-file.ts';
import { databaseName } from './server-environment.ts';
import { networkPaths, pkiPlan, type Topology } from './topology.ts';

/** Makes what a network's servers find when they start, as far as it is not there: certificates and the network file. */
export async function prepareNetwork(topology: Topology): Promise<void> {
  await ensurePki(networkPaths(topology.directory).pki, pkiPlan(topology), {
    random: randomBytes,
    at: new Date(),
  });
  await writeNetworkFile(topology);
}

/** The database of one server on a Postgres server, made when it is not there. */
export function serverDatabase(postgresUrl: string, server: string, prefix?: string): Promise<string> {
  return ensureDatabase(postgresUrl, databaseName(server, prefix));
}

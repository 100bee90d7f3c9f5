// Runs one server of the development network in this process, until a signal: `serve.ts management/aozora`.
// Postgres is the local one of the checkout, or the one DATABASE_URL names.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { postgresFor } from '@tegata/local-postgres';
import { prepareNetwork, serverDatabase } from './prepare-network.ts';
import { serverEnvironment } from './server-environment.ts';
import { programOf } from './server-process.ts';
import { describeNetwork, fixedPorts, serverNames } from './topology.ts';

const [server = ''] = process.argv.slice(2);
const directory = process.env.TEGATA_DIRECTORY ?? resolve(import.meta.dirname, '../../..', '.tegata');
const topology = await describeNetwork(directory, fixedPorts);
if (!serverNames(topology).includes(server)) {
  console.error(`There is no server ${server}; there are ${serverNames(topology).join(', ')}.`);
  process.exit(2);
}
await prepareNetwork(topology);
const { url } = await postgresFor();
Object.assign(process.env, await serverEnvironment(topology, server, await serverDatabase(url, server)));
await import(pathToFileURL(programOf(server)).href);

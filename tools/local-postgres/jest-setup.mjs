// Jest's globalSetup of every project that needs Postgres: one server for the whole run, named to the tests by
// TEGATA_TEST_POSTGRES. Jest calls it once for all projects that share it; a second call would find the first's server.
import { tsImport } from 'tsx/esm/api';

export default async function startTestPostgres() {
  const { acquireTestServer } = await tsImport('./src/test-server.ts', import.meta.url);
  const server = await acquireTestServer();
  process.env.TEGATA_TEST_POSTGRES = server.url;
  if (server.started) globalThis[Symbol.for('tegata.test-postgres')] = server;
}

export { ensureDatabase, withDatabase } from './databases.ts';
export {
  findLocalPostgres,
  type LocalPostgres,
  type StartOptions,
  startLocalPostgres,
  stopLocalPostgres,
} from './local-postgres.ts';
export { LocalPostgresError, type LocalPostgresErrorCode } from './local-postgres-error.ts';
export { postgresFor, type ServerForDevelopment } from './server-for-development.ts';
export { acquireTestServer, type TestServer } from './test-server.ts';

import pg from 'pg';
import type { DatabaseCommand } from './arguments.ts';
import { connectionSettings, databaseName } from './connection.ts';

/** A failure in the words of the native engine: Prisma's error code and a message. */
export interface CommandFailure {
  readonly error_code: string;
  readonly message: string;
}

const DATABASE_DOES_NOT_EXIST = '3D000';
const AUTHENTICATION_FAILED = '28P01';

/** Run one of the commands that need no engine. Resolves to `undefined` on success. */
export async function runDatabaseCommand(command: DatabaseCommand, url: string): Promise<CommandFailure | undefined> {
  try {
    if (command === 'create-database') await createDatabase(url);
    else await withClient(connectionSettings(url), async () => {});
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const error_code = code === DATABASE_DOES_NOT_EXIST ? 'P1003' : code === AUTHENTICATION_FAILED ? 'P1000' : 'P1001';
    return { error_code, message };
  }
}

/**
 * Make the database that a connection string names, by way of the server's own database.
 *
 * @returns its name.
 */
export async function createDatabase(url: string): Promise<string> {
  const name = databaseName(url);
  await withClient(connectionSettings(url, 'postgres'), (client) =>
    client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`),
  );
  return name;
}

/** Run a script on a database in one message. */
export async function executeScript(url: string, script: string): Promise<void> {
  await withClient(connectionSettings(url), (client) => client.query(script));
}

async function withClient(settings: pg.ClientConfig, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(settings);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

import type { ClientConfig } from 'pg';

/**
 * Connection settings for a connection string.
 *
 * Prisma writes times without a zone and means UTC, so the session has to mean it too.
 *
 * @param database another database of the same server.
 */
export function connectionSettings(url: string, database?: string): ClientConfig {
  const target = new URL(url);
  if (database !== undefined) target.pathname = `/${encodeURIComponent(database)}`;
  return { connectionString: target.href, options: '-c TimeZone=UTC', application_name: 'prisma-schema-engine' };
}

/** Name of the database in a connection string. */
export function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

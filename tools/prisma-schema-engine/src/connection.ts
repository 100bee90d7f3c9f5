import type { ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

/**
 * Connection settings of a connection string, each in a field of its own, so that one of them can be replaced: beside
 * a `connectionString`, a `database` would be ignored.
 *
 * Prisma writes times without a zone and means UTC, so the session has to mean it too.
 */
export function connectionSettings(url: string): ClientConfig {
  return { ...parseIntoClientConfig(url), options: '-c TimeZone=UTC', application_name: 'prisma-schema-engine' };
}

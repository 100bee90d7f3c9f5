import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  DriverAdapterError,
  type IsolationLevel,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { CatalogPool } from './catalog-pool.ts';
import { connectionSettings } from './connection.ts';

/**
 * Connections for the schema engine, over @prisma/adapter-pg. That one is written for queries of an application;
 * where migrations need something else, it is added here.
 */
export class EngineAdapterFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  connect(): Promise<SqlDriverAdapter> {
    return EngineAdapter.open(connectionSettings(this.#url));
  }

  /** A new, empty database on the same server, dropped with its connection. */
  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const database = `prisma_migrate_shadow_db_${randomUUID()}`;
    const administration = new pg.Client(connectionSettings(this.#url));
    await administration.connect();
    await administration.query(`CREATE DATABASE "${database}" TEMPLATE template0`);
    return EngineAdapter.open(connectionSettings(this.#url, database), async () => {
      await administration.query(`DROP DATABASE "${database}" WITH (FORCE)`);
      await administration.end();
    });
  }
}

class EngineAdapter implements SqlDriverAdapter {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  readonly #pool: CatalogPool;
  readonly #adapter: SqlDriverAdapter;
  readonly #closed: () => Promise<void>;

  private constructor(pool: CatalogPool, adapter: SqlDriverAdapter, closed: () => Promise<void>) {
    this.#pool = pool;
    this.#adapter = adapter;
    this.#closed = closed;
  }

  /** @param closed called when the connection is closed: only then can its database be dropped. */
  static async open(settings: pg.ClientConfig, closed: () => Promise<void> = async () => {}): Promise<EngineAdapter> {
    const pool = new CatalogPool(settings);
    return new EngineAdapter(pool, await new PrismaPg(pool).connect(), closed);
  }

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    const result = await this.#adapter.queryRaw(query);
    for (const column of this.#pool.charColumns(result.rows)) {
      result.columnTypes[column] = ColumnTypeEnum.Character;
    }
    return result;
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return this.#adapter.executeRaw(query);
  }

  /**
   * Run a script in one message: the adapter's own way cuts it at every semicolon, also inside function bodies. The
   * server then runs it as one transaction, unless it has transaction statements itself.
   */
  async executeScript(script: string): Promise<void> {
    try {
      await this.#pool.query(script);
    } catch (error) {
      throw asDriverError(error);
    }
  }

  startTransaction(isolationLevel?: IsolationLevel): Promise<Transaction> {
    return this.#adapter.startTransaction(isolationLevel);
  }

  getConnectionInfo() {
    return this.#adapter.getConnectionInfo?.() ?? { supportsRelationJoins: true };
  }

  async dispose(): Promise<void> {
    await this.#pool.end();
    await this.#closed();
  }
}

/** The form in which the engine reports a failed script: with the server's code and words. */
function asDriverError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  return new DriverAdapterError({
    kind: 'postgres',
    code: error.code ?? 'N/A',
    severity: error.severity ?? 'ERROR',
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
    originalCode: error.code ?? 'N/A',
    originalMessage: error.message,
  });
}

import pg from 'pg';

/** oid of the one-octet type "char", quotes included, which only the system catalogues use. */
const CHAR_OID = 18;
/** oid of text, which is sent the same way. */
const TEXT_OID = 25;

type QueryResult = pg.QueryArrayResult<unknown[]>;

/**
 * A pool for reading the system catalogues through @prisma/adapter-pg, which refuses columns of type "char". They are
 * passed to it as text; which they were can be asked afterwards by the rows of the result.
 */
export class CatalogPool extends pg.Pool {
  readonly #charColumns = new WeakMap<object, readonly number[]>();

  constructor(settings: pg.ClientConfig) {
    // One session, like the native engine: its advisory lock must neither block itself nor be let go while idle.
    super({ ...settings, max: 1, idleTimeoutMillis: 0 });
    this.on('error', () => {});
    const query = this.query.bind(this) as (config: unknown) => Promise<QueryResult>;
    Object.defineProperty(this, 'query', { value: async (config: unknown) => this.#masked(await query(config)) });
  }

  /** Indexes of the columns of type "char" in the result with these rows. */
  charColumns(rows: object): readonly number[] {
    return this.#charColumns.get(rows) ?? [];
  }

  #masked(result: QueryResult): QueryResult {
    // A script of several statements has several results, none of which is looked at.
    if (Array.isArray(result)) return result;
    const columns = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : []));
    if (columns.length === 0) return result;
    this.#charColumns.set(result.rows, columns);
    for (const field of result.fields) {
      if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
    }
    return result;
  }
}

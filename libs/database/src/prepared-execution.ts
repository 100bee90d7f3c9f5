import type pg from 'pg';
import { readerOf } from './connection-settings.ts';

/** A value as it goes to the server: octets as they are, anything else as text. */
export type Parameter = string | Buffer | null;

/** What came of one statement. */
export interface Outcome<R> {
  readonly rows: R[];
  /** Rows inserted, updated, deleted or selected; `null` of a statement that counts none. */
  readonly rowCount: number | null;
}

/** A column of a statement's answer. */
interface Column {
  readonly name: string;
  readonly read: (text: string) => unknown;
}

/** The driver's connection, as far as a {@link pg.Submittable} uses it. */
interface ServerConnection {
  readonly stream: { cork(): void; uncork(): void };
  /** texts of the statements that it has prepared, by name; kept by the driver */
  readonly parsedStatements: Readonly<Record<string, string>>;
  parse(statement: { readonly name: string; readonly text: string }): void;
  bind(portal: { readonly statement: string; readonly values: readonly Parameter[] }): void;
  describe(portal: { readonly type: 'P'; readonly name: '' }): void;
  execute(portal: object): void;
  sync(): void;
}

/** Columns of the statements that a connection has prepared, by name. */
const described = new WeakMap<ServerConnection, Map<string, readonly Column[]>>();

/**
 * One execution of a named statement, for `client.query(execution)`.
 *
 * The driver's own query has the server describe the columns of every answer. This one asks for them once on a connection, with
 * the statement's first success there (PostgreSQL manual, Extended Query): a prepared statement keeps its columns, or fails.
 */
export class PreparedExecution<R> implements pg.Submittable {
  /** The driver notes under it that the statement is prepared. */
  readonly name: string;
  readonly text: string;
  readonly #values: readonly Parameter[];
  readonly #finish: (error: Error | undefined, outcome: Outcome<R>) => void;
  readonly #rows: R[] = [];
  #rowCount: number | null = null;
  #columns: readonly Column[] | undefined;

  /** @param finish called once: with the outcome when the connection is free again, or with an error */
  constructor(
    statement: { readonly name: string; readonly text: string },
    values: readonly Parameter[],
    finish: (error: Error | undefined, outcome: Outcome<R>) => void,
  ) {
    this.name = statement.name;
    this.text = statement.text;
    this.#values = values;
    this.#finish = finish;
  }

  submit(to: unknown): void {
    const connection = to as ServerConnection;
    this.#columns = described.get(connection)?.get(this.name);
    connection.stream.cork();
    if (connection.parsedStatements[this.name] === undefined) connection.parse(this);
    connection.bind({ statement: this.name, values: this.#values });
    if (this.#columns === undefined) connection.describe({ type: 'P', name: '' });
    connection.execute({});
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { readonly fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, read: readerOf(dataTypeID) }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    let at = 0;
    for (const { name, read } of this.#columns ?? []) {
      const text = fields[at++] ?? null;
      row[name] = text === null ? null : read(text);
    }
    this.#rows.push(row as R);
  }

  /** The server's tag ends with the number of rows: `UPDATE 3`, `INSERT 0 1`. */
  handleCommandComplete({ text }: { readonly text: string }): void {
    const count = /[0-9]+$/.exec(text)?.[0];
    this.#rowCount = count === undefined ? null : Number(count);
  }

  handleReadyForQuery(connection: ServerConnection): void {
    const known = described.get(connection);
    if (known === undefined) described.set(connection, new Map([[this.name, this.#columns ?? []]]));
    else if (!known.has(this.name)) known.set(this.name, this.#columns ?? []);
    this.#finish(undefined, { rows: this.#rows, rowCount: this.#rowCount });
  }

  handleError(error: Error): void {
    this.#finish(error, { rows: [], rowCount: null });
  }

  // Of statements that aren't used here: none is empty, copies, or stops within its rows.
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}
}

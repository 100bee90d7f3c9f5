import type { Database } from '../database.ts';

/** Settings of connections whose plans can be watched: every statement's, also those of triggers, as it was carried out. */
export const watchable = [
  'session_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_analyze=on',
  'auto_explain.log_timing=off',
  'auto_explain.log_nested_statements=on',
  'auto_explain.log_level=notice',
  'auto_explain.log_format=json',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** A scan that looked at many rows. */
export interface Scan {
  readonly table: string;
  /** `Seq Scan`, `Index Scan`, … */
  readonly by: string;
  /** Rows it looked at, those it passed over included. */
  readonly rows: number;
  readonly statement: string;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What the statements of a pool look at, by PostgreSQL's own account of each plan (auto_explain). */
export class WatchedPlans {
  /** Statements seen. */
  statements = 0;
  #scans: Scan[] = [];

  /** Watches connections that are opened from now on with {@link watchable}. */
  constructor({ pool }: Database) {
    pool.on('connect', (client) => {
      client.on('notice', ({ message = '' }) => {
        const plan = message.indexOf('{');
        if (message.startsWith('duration:') && plan > 0) this.#take(JSON.parse(message.slice(plan)));
      });
    });
  }

  /** Forgets what was seen so far. */
  clear(): void {
    this.statements = 0;
    this.#scans = [];
  }

  /** Scans of more rows than these, most first, a statement once for each table. */
  wide(rows: number): Scan[] {
    const wide = this.#scans.filter((scan) => scan.rows > rows).sort((one, other) => other.rows - one.rows);
    return wide.filter(
      ({ table, statement }, index) =>
        wide.findIndex((scan) => scan.table === table && scan.statement === statement) === index,
    );
  }

  #take({ 'Query Text': statement, Plan: root }: { readonly 'Query Text': string; readonly Plan: PlanNode }): void {
    this.statements += 1;
    const visit = (node: PlanNode) => {
      const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
      const rows = (node['Actual Rows'] + removed) * node['Actual Loops'];
      const table = node['Relation Name'];
      if (table !== undefined && node['Node Type'].endsWith('Scan')) {
        this.#scans.push({ table, by: node['Node Type'], rows, statement });
      }
      for (const child of node.Plans ?? []) visit(child);
    };
    visit(root);
  }
}

import type { ProfileOrdersService } from '@tegata/contracts/management-v1';
import type { Client } from '@tegata/service-kit';
import type { RowFault } from './batch-error.ts';
import { type BatchOptions, linesOf, reasonOf, requestsOf } from './batch-requests.ts';
import type { Batch } from './read-batch.ts';

/** A batch that the SM-DP+ has looked at: the rows it would take, and what is wrong with the others. */
export interface CheckedBatch extends Batch {
  /** how many of the rows it has already */
  readonly repeated: number;
}

/** Has rows looked at by the SM-DP+, which alone knows what is taken, and imports nothing. */
export async function checkBatch(
  client: Client<typeof ProfileOrdersService>,
  { rows, faults }: Batch,
  { template, order, timeoutMs }: BatchOptions,
): Promise<CheckedBatch> {
  const lines = linesOf(rows);
  const found: RowFault[] = [];
  let repeated = 0;
  const answers = client.checkProfiles(requestsOf(rows, { template, order }), { timeoutMs });
  for await (const { rowKey, errors, repeated: before } of answers) {
    if (errors.length > 0) found.push({ line: lines.get(rowKey) ?? 0, reason: errors.map(reasonOf).join(' ') });
    if (before) repeated++;
  }
  const bad = new Set(found.map(({ line }) => line));
  return {
    rows: rows.filter(({ line }) => !bad.has(line)),
    faults: [...faults, ...found].sort((a, b) => a.line - b.line),
    repeated,
  };
}

import type { ProfileOrdersService, StoredProfile } from '@tegata/contracts/management-v1';
import type { Client } from '@tegata/service-kit';
import type { RowFault } from './batch-error.ts';
import { type BatchOptions, linesOf, reasonOf, requestsOf } from './batch-requests.ts';
import type { BatchRow } from './read-batch.ts';

/** What became of a batch. */
export interface ImportedBatch {
  readonly profiles: readonly StoredProfile[];
  /** rows that the SM-DP+ refused */
  readonly faults: readonly RowFault[];
  /** how many had been imported before */
  readonly repeated: number;
}

/** How a batch is imported. */
export interface ImportOptions extends BatchOptions {
  /** told after each answer */
  readonly onProgress: (answered: number) => void;
}

/** Imports rows through one stream. Each answered row is stored; after an interruption the same rows can be sent again. */
export async function importBatch(
  client: Client<typeof ProfileOrdersService>,
  rows: readonly BatchRow[],
  { template, order, onProgress, timeoutMs }: ImportOptions,
): Promise<ImportedBatch> {
  const lines = linesOf(rows);
  const profiles: StoredProfile[] = [];
  const faults: RowFault[] = [];
  let repeated = 0;
  for await (const { rowKey, outcome, repeated: before } of client.importProfiles(
    requestsOf(rows, { template, order }),
    { timeoutMs },
  )) {
    if (outcome?.$case === 'profile') profiles.push(outcome.value);
    else
      faults.push({
        line: lines.get(rowKey) ?? 0,
        reason: outcome ? reasonOf(outcome.value) : 'no answer',
      });
    if (before) repeated++;
    onProgress(profiles.length + faults.length);
  }
  return { profiles, faults, repeated };
}

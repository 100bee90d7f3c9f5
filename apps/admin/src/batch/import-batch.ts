import {
  type ImportedProfile,
  ImportProfilesRequest,
  type OrderAttributes,
  type ProfileOrdersService,
  type ProfileTemplate,
} from '@tegata/contracts/management-v1';
import type { Client } from '@tegata/service-kit';
import { policyRules as ruleOf } from '../order-options.ts';
import type { RowFault } from './batch-error.ts';
import type { BatchRow } from './read-batch.ts';

/** What became of a batch. */
export interface ImportedBatch {
  readonly profiles: readonly ImportedProfile[];
  /** rows that the SM-DP+ refused */
  readonly faults: readonly RowFault[];
  /** how many had been imported before */
  readonly repeated: number;
}

/** How a batch is imported. */
export interface ImportOptions {
  readonly template: ProfileTemplate;
  /** what the orders of all rows have in common; undefined for profiles in stock */
  readonly order: OrderAttributes | undefined;
  /** told after each answer */
  readonly onProgress: (answered: number) => void;
  /** longest time for all of it, in milliseconds */
  readonly timeoutMs: number;
}

/** Imports rows through one stream. Each answered row is stored; after an interruption the same rows can be sent again. */
export async function importBatch(
  client: Client<typeof ProfileOrdersService>,
  rows: readonly BatchRow[],
  { template, order, onProgress, timeoutMs }: ImportOptions,
): Promise<ImportedBatch> {
  const lines = new Map(rows.map(({ rowKey, line }) => [rowKey, line]));
  function* requests(): Iterable<ImportProfilesRequest> {
    yield { item: { $case: 'template', value: template } };
    for (const row of rows) yield requestOf(row, order);
  }
  const profiles: ImportedProfile[] = [];
  const faults: RowFault[] = [];
  let repeated = 0;
  for await (const { rowKey, outcome, repeated: before } of client.importProfiles(requests(), { timeoutMs })) {
    if (outcome?.$case === 'profile') profiles.push(outcome.value);
    else
      faults.push({
        line: lines.get(rowKey) ?? 0,
        reason: outcome ? `${outcome.value.message} (${outcome.value.reason})` : 'no answer',
      });
    if (before) repeated++;
    onProgress(profiles.length + faults.length);
  }
  return { profiles, faults, repeated };
}

/** What a row says of its order comes before what the command says of all. */
function requestOf(row: BatchRow, shared: OrderAttributes | undefined): ImportProfilesRequest {
  const { line: _, eid, matchingId, confirmationCode, eventId, smdsAddress, expireTime, policyRules, ...profile } = row;
  const order = shared && {
    ...shared,
    eid,
    confirmationCode,
    eventId,
    smdsAddress: smdsAddress || shared.smdsAddress,
    expireTime: expireTime ?? shared.expireTime,
    policyRules: policyRules?.map((name) => ruleOf[name]) ?? shared.policyRules,
    ...(matchingId !== '' && { selection: { $case: 'matchingId' as const, value: matchingId } }),
  };
  return ImportProfilesRequest.fromPartial({
    item: {
      $case: 'row',
      value: { ...profile, ki: Buffer.from(row.ki), opc: Buffer.from(row.opc), ...(order && { order }) },
    },
  });
}

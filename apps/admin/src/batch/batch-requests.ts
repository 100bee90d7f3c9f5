import { type OrderAttributes, ProfileRow, type ProfileTemplate, type RowError } from '@tegata/contracts/management-v1';
import { policyRules as ruleOf } from '../order-options.ts';
import type { BatchRow } from './read-batch.ts';

/** What a command says of all rows of a batch. */
export interface BatchOptions {
  readonly template: ProfileTemplate;
  /** what the orders of all rows have in common; undefined for profiles in stock */
  readonly order: OrderAttributes | undefined;
  /** longest time for all of it, in milliseconds */
  readonly timeoutMs: number;
}

/** A batch as the SM-DP+ is sent it, be it to check or to import it. */
export function* requestsOf(rows: readonly BatchRow[], { template, order }: Omit<BatchOptions, 'timeoutMs'>) {
  yield { item: { $case: 'template' as const, value: template } };
  for (const row of rows) yield { item: { $case: 'row' as const, value: profileRow(row, order) } };
}

/** What a row says of its order comes before what the command says of all. */
function profileRow(row: BatchRow, shared: OrderAttributes | undefined): ProfileRow {
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
  return ProfileRow.fromPartial({
    ...profile,
    ki: Buffer.from(row.ki),
    opc: Buffer.from(row.opc),
    ...(order && { order }),
  });
}

/** Lines of the file by the keys of their rows. */
export const linesOf = (rows: readonly BatchRow[]): ReadonlyMap<string, number> =>
  new Map(rows.map(({ rowKey, line }) => [rowKey, line]));

/** Why the SM-DP+ refuses a row, for a person and for a search. */
export const reasonOf = ({ message, reason }: RowError): string => `${message} (${reason})`;

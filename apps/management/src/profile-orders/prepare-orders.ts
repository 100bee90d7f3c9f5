import {
  OrderAttributes,
  type PrepareOrdersRequest,
  type PrepareOrdersResponse,
} from '@tegata/contracts/management-v1';
import type { Queryable, Vault } from '@tegata/database';
import type { SmDpContext } from '../context.ts';
import { confirmReserved } from '../es2plus/confirm-order.ts';
import { reserveProfile } from '../es2plus/download-order.ts';
import { settleEvents } from '../es2plus/smds-events.ts';
import { withPolicyRules } from '../profile/profile-metadata.ts';
import { digestOfRow, inOrder, once, rememberRow, rowErrorOf } from './batch.ts';
import { type OrderWish, plainOrder, readOrder } from './order-attributes.ts';
import { readOrderOf } from './order-view.ts';

/** ProfileOrders.PrepareOrders: reserves, confirms and releases, each row in one transaction. */
export async function* prepareOrders(
  context: SmDpContext,
  requests: AsyncIterable<PrepareOrdersRequest>,
): AsyncGenerator<PrepareOrdersResponse> {
  yield* inOrder(requests, namesOf, (request) => prepareOrder(context, request));
}

/** A profile that two rows name, and a name that two orders want, is the first row's. */
function namesOf({ profile, order }: PrepareOrdersRequest): string[] {
  const matchingId = order?.selection?.$case === 'matchingId' ? order.selection.value : '';
  return [profile?.$case === 'iccid' ? `profile ${profile.value}` : '', matchingId, order?.eventId ?? ''].filter(
    Boolean,
  );
}

async function prepareOrder(
  context: SmDpContext,
  { rowKey, profile, order = plainOrder }: PrepareOrdersRequest,
): Promise<PrepareOrdersResponse> {
  const { database, vault, clock } = context;
  try {
    const row = {
      rowKey,
      digest: digestOfRow(
        Buffer.from(`order ${profile?.$case} ${profile?.value}`),
        Buffer.from(OrderAttributes.encode(order).finish()),
      ),
    };
    const result = await once(context, row, async () => {
      const wish = readOrder(context, order);
      return await database.transaction(async (transaction) => {
        const reserved = await reserveProfile(transaction, { eid: wish.eid, profile }, clock());
        await confirm(transaction, vault, reserved.iccid, wish);
        await rememberRow(transaction, vault, row, reserved.iccid, clock());
        return reserved.iccid;
      });
    });
    const { repeated } = result;
    const iccid = repeated ? result.iccid : result.done;
    if (!repeated && order.smdsAddress && !order.hold) await settleEvents(context, iccid);
    const prepared = await readOrderOf(context, iccid);
    return { rowKey, repeated, outcome: prepared && { $case: 'order', value: prepared } };
  } catch (error) {
    return { rowKey, repeated: false, outcome: { $case: 'error', value: rowErrorOf(error) } };
  }
}

async function confirm(
  transaction: Queryable,
  vault: Vault,
  iccid: string,
  { policyRules, ...wish }: OrderWish,
): Promise<void> {
  const metadata = policyRules.length > 0 ? await metadataOf(transaction, iccid) : undefined;
  await confirmReserved(transaction, vault, {
    ...wish,
    iccid,
    metadata: metadata && withPolicyRules(metadata, policyRules),
  });
}

async function metadataOf(transaction: Queryable, iccid: string): Promise<Uint8Array | undefined> {
  const [row] = await transaction.query<{ metadata: Buffer }>('SELECT metadata FROM profile WHERE iccid = $1', [iccid]);
  return row?.metadata;
}

import type {
  DownloadProgress,
  ExpireOrderRequest,
  ExpireOrderResponse,
  GetOrderRequest,
  GetOrderResponse,
  ListNotificationsRequest,
  ListNotificationsResponse,
  ListOrdersRequest,
  ListOrdersResponse,
} from '@tegata/contracts/management-v1';
import { refusal } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { statusOfFailure } from '../es2plus/download-progress.ts';
import { settleEvents } from '../es2plus/smds-events.ts';
import type { OrderErrorReason, ProfileState } from '../generated/client.ts';
import { sourcesOf, transitions } from '../profile/profile-states.ts';
import { type OrderRow, orderColumns, orderStates, readOrderOf, showOrder } from './order-view.ts';

const defaultPageSize = 50;

/** ProfileOrders.GetOrder. */
export async function getOrder(context: SmDpContext, { name }: GetOrderRequest): Promise<GetOrderResponse> {
  const { database } = context;
  const [row] = await database.query<OrderRow & Record<string, unknown>>(
    name?.$case === 'iccid'
      ? `SELECT ${orderColumns} FROM profile p WHERE p.iccid = $1`
      : `SELECT ${orderColumns} FROM profile p WHERE p.matching_id = $1 OR p.event_id = $1
         ORDER BY p.matching_id = $1 DESC NULLS LAST LIMIT 1`,
    [name?.value],
  );
  if (!row) throw refusal('PROFILE_UNKNOWN');
  const progress = await database.query<{
    eid: string;
    point: number;
    subjectCode: string | null;
    reasonCode: string | null;
    message: string | null;
    createdAt: Date;
    deliveredAt: Date | null;
  }>(
    `SELECT eid, point, subject_code AS "subjectCode", reason_code AS "reasonCode", message,
       created_at AS "createdAt", delivered_at AS "deliveredAt"
     FROM download_progress WHERE iccid = $1 ORDER BY id`,
    [row.iccid],
  );
  return {
    order: showOrder(row, context),
    progress: progress.map(
      ({ eid, point, subjectCode, reasonCode, message, createdAt, deliveredAt }): DownloadProgress => ({
        eid,
        notificationPointId: point,
        status: subjectCode === null ? 'Executed-Success' : statusOfFailure(subjectCode, reasonCode),
        subjectCode: subjectCode ?? '',
        reasonCode: reasonCode ?? '',
        message: message ?? '',
        time: createdAt,
        deliveredTime: deliveredAt ?? undefined,
      }),
    ),
  };
}

/** ProfileOrders.ListOrders: by ICCID, so that a page goes on where the last one ended whatever was added. */
export async function listOrders(
  context: SmDpContext,
  { pageSize, pageToken, state, eid, profileType }: ListOrdersRequest,
): Promise<ListOrdersResponse> {
  const take = pageSize || defaultPageSize;
  const conditions = ['p.iccid > $1'];
  const values: unknown[] = [pageToken];
  const restrict = (column: string, value: unknown) => {
    values.push(value);
    conditions.push(`${column} = $${values.length}`);
  };
  const named = (Object.keys(orderStates) as ProfileState[]).find((name) => orderStates[name] === state);
  if (named) restrict('p.state', named);
  if (eid) restrict('p.eid', eid);
  if (profileType) restrict('p.profile_type', profileType);
  values.push(take);
  const rows = await context.database.query<OrderRow & Record<string, unknown>>(
    `SELECT ${orderColumns} FROM profile p WHERE ${conditions.join(' AND ')} ORDER BY p.iccid LIMIT $${values.length}`,
    values,
  );
  return {
    orders: rows.map((row) => showOrder(row, context)),
    nextPageToken: rows.length === take ? (rows.at(-1)?.iccid ?? '') : '',
  };
}

/** ProfileOrders.ExpireOrder: the order's time has come now. */
export async function expireOrder(context: SmDpContext, { iccid }: ExpireOrderRequest): Promise<ExpireOrderResponse> {
  const { database, clock } = context;
  const count = await database.change(
    `UPDATE profile SET state = 'ERROR', error_reason = $2, expires_at = $3
     WHERE iccid = $1 AND state = ANY($4::profile_state[]) AND contract_id IS NULL`,
    [iccid, transitions.expire.error, clock(), sourcesOf('expire')],
  );
  if (count === 0) await requireExpired(context, iccid);
  await settleEvents(context, iccid);
  return { order: await readOrderOf(context, iccid) };
}

async function requireExpired({ database }: SmDpContext, iccid: string): Promise<void> {
  const [profile] = await database.query<{ errorReason: OrderErrorReason | null }>(
    'SELECT error_reason AS "errorReason" FROM profile WHERE iccid = $1',
    [iccid],
  );
  if (!profile) throw refusal('PROFILE_UNKNOWN');
  if (profile.errorReason !== transitions.expire.error) throw refusal('ORDER_OVER');
}

/** ProfileOrders.ListNotifications: newest first. */
export async function listNotifications(
  { database }: SmDpContext,
  { pageSize, pageToken, eid, iccid }: ListNotificationsRequest,
): Promise<ListNotificationsResponse> {
  const take = pageSize || defaultPageSize;
  const conditions = ['true'];
  const values: unknown[] = [];
  const restrict = (condition: string, value: unknown) => conditions.push(`${condition} $${values.push(value)}`);
  if (/^\d{1,18}$/.test(pageToken)) restrict('place <', pageToken);
  if (eid) restrict('eid =', eid);
  if (iccid) restrict('iccid =', iccid);
  values.push(take);
  const rows = await database.query<{
    eid: string;
    seqNumber: number;
    event: string;
    iccid: string | null;
    outcome: string;
    octets: Buffer;
    receivedAt: Date;
    place: string;
  }>(
    `SELECT eid, seq_number AS "seqNumber", event, iccid, outcome, octets, received_at AS "receivedAt", place::text
     FROM notification n WHERE ${conditions.join(' AND ')} ORDER BY n.place DESC LIMIT $${values.length}`,
    values,
  );
  return {
    notifications: rows.map((row) => ({
      eid: row.eid,
      seqNumber: row.seqNumber,
      event: row.event,
      iccid: row.iccid ?? '',
      outcome: row.outcome,
      pendingNotification: row.octets,
      receiveTime: row.receivedAt,
    })),
    nextPageToken: rows.length === take ? (rows.at(-1)?.place ?? '') : '',
  };
}

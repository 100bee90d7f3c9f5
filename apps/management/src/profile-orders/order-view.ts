import { type Order, ProfileOrderState } from '@tegata/contracts/management-v1';
import { statement } from '@tegata/database';
import { printActivationCode } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import type { OrderErrorReason, ProfileState } from '../generated/client.ts';

/** State of a profile as operators are told. */
export const orderStates: Readonly<Record<ProfileState, ProfileOrderState>> = {
  AVAILABLE: ProfileOrderState.AVAILABLE,
  ALLOCATED: ProfileOrderState.ALLOCATED,
  LINKED: ProfileOrderState.LINKED,
  CONFIRMED: ProfileOrderState.CONFIRMED,
  RELEASED: ProfileOrderState.RELEASED,
  DOWNLOADED: ProfileOrderState.DOWNLOADED,
  INSTALLED: ProfileOrderState.INSTALLED,
  ERROR: ProfileOrderState.ERROR,
  UNAVAILABLE: ProfileOrderState.UNAVAILABLE,
};

/** What is shown of a profile; never its keys, its package or the hash of its code. */
export const orderColumns = `
  p.iccid, p.profile_type AS "profileType", p.state, p.error_reason AS "errorReason", p.eid, p.matching_id AS "matchingId",
  p.default_order AS "defaultOrder", p.event_id AS "eventId", p.smds_address AS "smdsAddress",
  p.listener_set AS "set", p.confirmation_code_hash IS NOT NULL AS "confirmationCodeRequired", p.confirmation_tries_left AS "confirmationTriesLeft",
  p.download_tries_left AS "downloadTriesLeft", p.expires_at AS "expiresAt", p.created_at AS "createdAt",
  (SELECT true FROM smds_event e WHERE e.iccid = p.iccid AND e.eid = p.eid AND e.wanted AND e.settled LIMIT 1) IS NOT NULL
    AS "eventRegistered"`;

/** A row of these columns. */
export interface OrderRow {
  readonly iccid: string;
  readonly profileType: string;
  readonly state: ProfileState;
  readonly errorReason: OrderErrorReason | null;
  readonly eid: string | null;
  readonly matchingId: string | null;
  readonly defaultOrder: boolean;
  readonly eventId: string | null;
  readonly smdsAddress: string | null;
  readonly set: string | null;
  readonly confirmationCodeRequired: boolean;
  readonly confirmationTriesLeft: number;
  readonly downloadTriesLeft: number;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly eventRegistered: boolean;
}

/** The order as operators see it. */
export function showOrder(row: OrderRow, server: Pick<SmDpContext, 'carrier' | 'addressOfSet'>): Order {
  const address = addressOf(row, server);
  return {
    iccid: row.iccid,
    profileType: row.profileType,
    state: orderStates[row.state],
    errorReason: row.errorReason ?? '',
    eid: row.eid ?? '',
    matchingId: row.matchingId ?? '',
    defaultOrder: row.defaultOrder,
    eventId: row.eventId ?? (row.smdsAddress ? row.matchingId : null) ?? '',
    smdsAddress: row.smdsAddress ?? '',
    eventRegistered: row.eventRegistered,
    confirmationCodeRequired: row.confirmationCodeRequired,
    confirmationTriesLeft: row.confirmationTriesLeft,
    downloadTriesLeft: row.downloadTriesLeft,
    expireTime: row.expiresAt ?? undefined,
    smdpAddress: address,
    set: row.set ?? '',
    activationCode: activationCodeOf(row, address),
    createTime: row.createdAt,
  };
}

/** Where eUICCs get the order. A set that the PKI has no more leads to the SM-DP+'s own address. */
export function addressOf(
  { set }: Pick<OrderRow, 'set'>,
  { carrier, addressOfSet }: Pick<SmDpContext, 'carrier' | 'addressOfSet'>,
): string {
  return (set === null ? undefined : addressOfSet(set)) ?? carrier.address;
}

/** The code that leads to the order; empty where none can: an activation code has no place for other characters. */
function activationCodeOf({ matchingId, defaultOrder, confirmationCodeRequired }: OrderRow, address: string): string {
  if (matchingId === null && !defaultOrder) return '';
  try {
    return printActivationCode({ smdpAddress: address, matchingId: matchingId ?? '', confirmationCodeRequired });
  } catch {
    return '';
  }
}

const find = statement(`SELECT ${orderColumns} FROM profile p WHERE p.iccid = $1`);

/** The order of a profile. */
export async function readOrderOf(
  context: Pick<SmDpContext, 'database' | 'carrier' | 'addressOfSet'>,
  iccid: string,
): Promise<Order | undefined> {
  const [row] = await context.database.query<OrderRow & Record<string, unknown>>(find, [iccid]);
  return row && showOrder(row, context);
}

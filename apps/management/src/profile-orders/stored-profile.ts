import type { StoredProfile } from '@tegata/contracts/management-v1';
import type { SecurityDomainKey } from '@tegata/profile-package';
import type { SmDpContext } from '../context.ts';
import { openProfileCodes } from '../profile/profile-codes.ts';
import { openSubscriptionKeys } from '../profile/subscription-keys.ts';
import { type OrderRow, orderColumns, showOrder } from './order-view.ts';

/** Profiles `p` with their subscriptions `s`, keys and codes encrypted. */
export const storedProfiles = `
  SELECT ${orderColumns}, s.imsi, s.msisdn, s.keys, p.codes, s.created_at::text AS "storedAt"
  FROM profile p JOIN subscription s ON s.iccid = p.iccid`;

/** A row of these. */
export interface StoredProfileRow extends OrderRow, Record<string, unknown> {
  readonly imsi: string;
  readonly msisdn: string;
  readonly keys: Buffer;
  readonly codes: Buffer | null;
  /** As Postgres writes it: to the microsecond, which a Date is not. */
  readonly storedAt: string;
}

/** The profile as its operator is told, keys and codes in the clear; its order where it has had one. */
export async function openStoredProfile(context: SmDpContext, row: StoredProfileRow): Promise<StoredProfile> {
  const { vault } = context;
  const { iccid, imsi, msisdn } = row;
  const { k, opc } = await openSubscriptionKeys(vault, { imsi, keys: row.keys });
  const { codes, securityDomainKeys } = await openProfileCodes(vault, iccid, row.codes);
  return {
    iccid,
    imsi,
    msisdn,
    ki: Buffer.from(k),
    opc: Buffer.from(opc),
    ...codes,
    securityDomainKeys: securityDomainKeys.map(keyMessage),
    order: row.state === 'AVAILABLE' ? undefined : showOrder(row, context),
  };
}

/** A key as operators are told. */
export const keyMessage = ({ securityDomain, key, ...place }: SecurityDomainKey) => ({
  ...place,
  securityDomain: Buffer.from(securityDomain),
  key: Buffer.from(key),
});

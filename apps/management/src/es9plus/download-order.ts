import { statement } from '@tegata/database';
import { DerError } from '@tegata/der';
import { type AuthenticatedEuicc, parseExtCardResource, type RefusalName } from '@tegata/rsp';
import type { SmDpContext } from '../context.ts';
import type { OrderErrorReason, ProfileState } from '../generated/client.ts';
import { policyRuleBits } from '../profile/profile-metadata.ts';
import { sourcesOf } from '../profile/profile-states.ts';

/** What of a profile its delivery needs beside the session. */
export interface OfferedProfile {
  /** DER of StoreMetadataRequest. */
  readonly metadata: Buffer;
  readonly protectedPackage: Buffer;
  /** Sealed. */
  readonly profileKeys: Buffer;
  readonly confirmationCodeHash: Buffer | null;
  readonly contractId: string | null;
  /** Whether the contract came about by an identity certificate; null where there is none. */
  readonly byCertificate: boolean | null;
}

/** Columns of {@link OfferedProfile}, of the tables `p` and `c`. */
export const offeredColumns = `
  p.metadata, p.protected_package AS "protectedPackage", p.profile_keys AS "profileKeys",
  p.confirmation_code_hash AS "confirmationCodeHash", p.contract_id AS "contractId", c.by_certificate AS "byCertificate"`;

/** What of a profile the decision about a download needs. */
export interface DownloadOrder extends OfferedProfile {
  readonly iccid: string;
  readonly profileType: string;
  readonly state: ProfileState;
  readonly errorReason: OrderErrorReason | null;
  readonly eid: string | null;
  readonly downloadTriesLeft: number;
  readonly expiresAt: Date | null;
  /** One-time key of the eUICC that the package was last bound to. */
  readonly boundOtpk: Uint8Array | null;
  readonly policyRules: number;
}

const select = `
  SELECT p.iccid, p.profile_type AS "profileType", p.state, p.error_reason AS "errorReason", p.eid,
    p.download_tries_left AS "downloadTriesLeft", p.expires_at AS "expiresAt", p.bound_otpk AS "boundOtpk",
    p.policy_rules AS "policyRules", ${offeredColumns}
  FROM profile p LEFT JOIN contract c ON c.id = p.contract_id`;

/** An event identifier names an order as its matching id does. */
const byMatchingId = statement(`
  ${select} WHERE p.matching_id = $1 OR p.event_id = $1 ORDER BY p.matching_id = $1 DESC NULLS LAST LIMIT 1`);

/** Of several default orders the oldest that waits: the next is offered when it is installed. */
const waitingByEid = statement(`
  ${select}
  WHERE p.eid = $1 AND p.default_order AND p.state = ANY($2::profile_state[]) AND (p.expires_at IS NULL OR p.expires_at > $3)
  ORDER BY p.ordered_at, p.iccid LIMIT 1`);

/** Where none waits, the last one tells why. */
const lastByEid = statement(`
  ${select} WHERE p.eid = $1 AND p.default_order ORDER BY p.ordered_at DESC, p.iccid DESC LIMIT 1`);

/** The order that an authenticated eUICC asks for, by matching id, event identifier or its EID (SGP.22 section 3.1.3). */
export async function findOrder(
  { database, clock }: SmDpContext,
  { eid, matchingId }: Pick<AuthenticatedEuicc, 'eid' | 'matchingId'>,
): Promise<DownloadOrder | undefined> {
  type Row = DownloadOrder & Record<string, unknown>;
  // Postgres has no text with NUL in it, and so no such order.
  if (matchingId.includes('\0')) return undefined;
  if (matchingId !== '') return (await database.query<Row>(byMatchingId, [matchingId]))[0];
  const [waiting] = await database.query<Row>(waitingByEid, [eid, sourcesOf('deliver'), clock()]);
  return waiting ?? (await database.query<Row>(lastByEid, [eid]))[0];
}

/** What the decision looks at of an eUICC. */
export type DownloadingEuicc = Pick<AuthenticatedEuicc, 'eid' | 'matchingId'> & {
  readonly euiccInfo2: Pick<AuthenticatedEuicc['euiccInfo2'], 'extCardResource' | 'forbiddenProfilePolicyRules'>;
};

/**
 * Whether this eUICC may download, in the order of SGP.22 section 5.6.3: known, released, for this EID, in time, with tries
 * left, and fit for the eUICC.
 * @returns why not
 */
export function whyNotDownload(
  order: DownloadOrder | undefined,
  { eid, matchingId, euiccInfo2 }: DownloadingEuicc,
  now: Date,
): RefusalName | undefined {
  // Without a matching id it is the EID that was looked for.
  if (!order) return matchingId === '' ? 'EID_REFUSED' : 'MATCHING_ID_REFUSED';
  const { state, errorReason, expiresAt } = order;
  const foreign = order.eid !== null && order.eid !== eid;
  if (state === 'CONFIRMED') return 'PROFILE_NOT_RELEASED';
  if (state === 'ERROR' && !foreign && errorReason !== null) return refusalOf[errorReason];
  if (state !== 'RELEASED' && state !== 'DOWNLOADED') return 'MATCHING_ID_REFUSED';
  if (foreign) return 'EID_REFUSED';
  if (expiresAt !== null && expiresAt <= now) return 'DOWNLOAD_ORDER_EXPIRED';
  if (order.downloadTriesLeft < 1) return 'DOWNLOAD_ORDER_EXHAUSTED';
  const forbidden = policyRuleBits(euiccInfo2.forbiddenProfilePolicyRules ?? []);
  if ((order.policyRules & forbidden) !== 0) return 'NO_ELIGIBLE_PROFILE';
  const room = roomOf(euiccInfo2.extCardResource);
  if (room === undefined) return 'PARAMETER_INVALID';
  return room < order.protectedPackage.length ? 'EUICC_MEMORY_INSUFFICIENT' : undefined;
}

/** Free octets of an eUICC; undefined where what it says of them can't be read. */
function roomOf(extCardResource: Uint8Array): number | undefined {
  try {
    return parseExtCardResource(extCardResource).freeNonVolatileMemory;
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** How an order that failed is refused to its own eUICC. */
const refusalOf: Readonly<Record<OrderErrorReason, RefusalName>> = {
  EXPIRED: 'DOWNLOAD_ORDER_EXPIRED',
  DOWNLOAD_TRIES_EXHAUSTED: 'DOWNLOAD_ORDER_EXHAUSTED',
  CONFIRMATION_TRIES_EXHAUSTED: 'DOWNLOAD_ORDER_EXHAUSTED',
  CANCELLED_BY_EUICC: 'MATCHING_ID_REFUSED',
  INSTALLATION_FAILED: 'MATCHING_ID_REFUSED',
};

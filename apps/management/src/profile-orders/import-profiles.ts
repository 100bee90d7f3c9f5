import type {
  ImportProfilesRequest,
  ImportProfilesResponse,
  ProfileRow,
  StoredProfile,
} from '@tegata/contracts/management-v1';
import { databaseErrorOf, isUniqueViolation, statement } from '@tegata/database';
import { RspRefusal } from '@tegata/rsp';
import { refusal } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { settleEvents } from '../es2plus/smds-events.ts';
import { sealConfirmationCode } from '../profile/confirmation-code.ts';
import { type MadeProfile, makeProfile } from '../profile/make-profile.ts';
import { NumberRun, type Numbers } from '../profile/numbers.ts';
import { inOrder, type KeyedRow, once, rowErrorOf, sealRowDigest } from './batch.ts';
import { type OrderWish, readOrder } from './order-attributes.ts';
import { readOrderOf, showOrder } from './order-view.ts';
import { keyedRow, keysOf, mergedDisplay, type Template, withTemplates } from './profile-rows.ts';
import { keyMessage, openStoredProfile, type StoredProfileRow, storedProfiles } from './stored-profile.ts';

/** ProfileOrders.ImportProfiles: stores profiles, each with one statement, with an order for those that bring one. */
export async function* importProfiles(
  context: SmDpContext,
  requests: AsyncIterable<ImportProfilesRequest>,
): AsyncGenerator<ImportProfilesResponse> {
  const numbers = new NumberRun(context);
  yield* inOrder(
    withTemplates(requests),
    ({ row }) => namesOf(row),
    ({ row, template }) => importProfile(context, numbers, row, template),
  );
}

/** A number or name that two rows give is the first one's. */
function namesOf({ iccid, imsi, msisdn, order }: ProfileRow): string[] {
  const matchingId = order?.selection?.$case === 'matchingId' ? order.selection.value : '';
  const numbers = Object.entries({ iccid, imsi, msisdn }).map(([kind, value]) => value && `${kind} ${value}`);
  return [...numbers, matchingId, order?.eventId ?? ''].filter(Boolean);
}

async function importProfile(
  context: SmDpContext,
  numbers: NumberRun,
  row: ProfileRow,
  template: Template,
): Promise<ImportProfilesResponse> {
  const { rowKey } = row;
  try {
    const keyed = keyedRow(row, template);
    const ordered = row.order !== undefined;
    const result = await once(context, keyed, () => store(context, numbers, keyed, row, template));
    const profile = result.repeated
      ? await readImported(context, result.iccid, ordered)
      : { ...result.done, order: ordered ? await orderOf(context, result.done.iccid, row) : undefined };
    return { rowKey, repeated: result.repeated, outcome: profile && { $case: 'profile', value: profile } };
  } catch (error) {
    return { rowKey, repeated: false, outcome: { $case: 'error', value: rowErrorOf(error) } };
  }
}

/** The order that was stored with a profile, after its SM-DS was told of it. */
async function orderOf(context: SmDpContext, iccid: string, { order }: ProfileRow) {
  if (order?.smdsAddress && !order.hold) await settleEvents(context, iccid);
  return readOrderOf(context, iccid);
}

/** Makes and stores a profile. @returns what `readImported` reads of it, but for the order */
async function store(
  context: SmDpContext,
  run: NumberRun,
  keyed: KeyedRow,
  row: ProfileRow,
  template: Template,
): Promise<Omit<StoredProfile, 'order'>> {
  const givenKeys = keysOf(row);
  const order = row.order && readOrder(context, row.order);
  for (;;) {
    const numbers = await numbersFor(run, row);
    const profile = await makeProfile(context, {
      numbers,
      keys: givenKeys,
      codes: row,
      profileType: template.profileType,
      template: template.package,
      keySlots: template.keySlots,
      display: mergedDisplay(template.display, row.display),
      policyRules: order?.policyRules ?? [],
    });
    try {
      await insert(context, keyed, profile, order);
      const { keys, codes, securityDomainKeys } = profile;
      return {
        ...numbers,
        ki: Buffer.from(keys.k),
        opc: Buffer.from(keys.opc),
        ...codes,
        securityDomainKeys: securityDomainKeys.map(keyMessage),
      };
    } catch (error) {
      const taken = databaseErrorOf(error)?.place.constraint ?? '';
      if (!isUniqueViolation(error) || taken === 'batch_row_pkey') throw error;
      const [given, reason] = takenValues[taken] ?? [];
      // A number of the carrier's range that an import has used before: the next one.
      if (given !== undefined && row[given] === '') continue;
      throw reason === undefined ? new RspRefusal('MATCHING_ID_IN_USE', { cause: error }) : refusal(reason);
    }
  }
}

/** Unique constraint to the field of the row, and the reason when it was given. */
const takenValues: Readonly<
  Record<string, readonly ['iccid' | 'imsi' | 'msisdn', 'ICCID_TAKEN' | 'IMSI_TAKEN' | 'MSISDN_TAKEN']>
> = {
  profile_pkey: ['iccid', 'ICCID_TAKEN'],
  subscription_pkey: ['imsi', 'IMSI_TAKEN'],
  subscription_iccid_key: ['iccid', 'ICCID_TAKEN'],
  subscription_msisdn_key: ['msisdn', 'MSISDN_TAKEN'],
};

async function numbersFor(run: NumberRun, { iccid, imsi, msisdn }: ProfileRow): Promise<Numbers> {
  if (iccid && imsi && msisdn) return { iccid, imsi, msisdn };
  const next = await run.take();
  return { iccid: iccid || next.iccid, imsi: imsi || next.imsi, msisdn: msisdn || next.msisdn };
}

const insertProfile = statement(`
  WITH remembered AS (INSERT INTO batch_row (row_key, digest, iccid, created_at) VALUES ($1, $2, $3, $21)),
  stored AS (
    INSERT INTO profile (iccid, profile_type, state, eid, matching_id, event_id, default_order, confirmation_code_hash,
      confirmation_tries_left, download_tries_left, smds_address, ordered_at, expires_at, metadata, policy_rules,
      protected_package, profile_keys, codes, created_at, listener_set)
    VALUES ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $25))
  INSERT INTO subscription (imsi, msisdn, iccid, keys, created_at) VALUES ($22, $23, $3, $24, $21)`);

async function insert(
  { database, clock, vault }: SmDpContext,
  keyed: KeyedRow,
  { numbers, profileType, metadata, protectedPackage, sealed }: MadeProfile,
  order: OrderWish | undefined,
): Promise<void> {
  const now = clock();
  await database.change(insertProfile, [
    keyed.rowKey,
    await sealRowDigest(vault, keyed),
    numbers.iccid,
    profileType,
    order === undefined ? 'AVAILABLE' : order.release ? 'RELEASED' : 'CONFIRMED',
    order?.eid || null,
    order?.matchingId ?? null,
    order?.eventId === order?.matchingId ? null : (order?.eventId ?? null),
    order !== undefined && order.matchingId === null,
    order?.confirmationCode ? await sealConfirmationCode(vault, numbers.iccid, order.confirmationCode) : null,
    order?.confirmationTries || 3,
    order?.downloadTries || 10,
    order?.smdsAddress || null,
    order === undefined ? null : now,
    order?.expiresAt ?? null,
    metadata.octets,
    metadata.policyRules,
    protectedPackage,
    sealed.profileKeys,
    sealed.codes,
    now,
    numbers.imsi,
    numbers.msisdn,
    sealed.subscriptionKeys,
    order?.set || null,
  ]);
}

const find = statement(`${storedProfiles} WHERE p.iccid = $1`);

/** The answer to a row, read back: the same the second time as the first. */
async function readImported(context: SmDpContext, iccid: string, ordered: boolean): Promise<StoredProfile | undefined> {
  const [row] = await context.database.query<StoredProfileRow>(find, [iccid]);
  return row && { ...(await openStoredProfile(context, row)), order: ordered ? showOrder(row, context) : undefined };
}

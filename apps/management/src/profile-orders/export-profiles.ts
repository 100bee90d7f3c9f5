import type { ExportProfilesRequest, ExportProfilesResponse } from '@tegata/contracts/management-v1';
import { statement } from '@tegata/database';
import { refusal } from '@tegata/service-kit';
import type { SmDpContext } from '../context.ts';
import { openStoredProfile, type StoredProfileRow, storedProfiles } from './stored-profile.ts';

/** Profiles that are read at once. */
const pageSize = 200;

const named = statement(`${storedProfiles} WHERE p.iccid = ANY($1::text[]) ORDER BY s.created_at, s.imsi`);

/** After the last of the page before, in the order of the index of times. */
const storedSince = statement(
  `${storedProfiles} WHERE (s.created_at, s.imsi) > ($1::timestamptz, $2) ORDER BY s.created_at, s.imsi LIMIT ${pageSize}`,
);

/** ProfileOrders.ExportProfiles. That it was asked for is logged. */
export async function* exportProfiles(
  context: SmDpContext,
  { selection }: ExportProfilesRequest,
): AsyncGenerator<ExportProfilesResponse> {
  const { config, logger } = context;
  if (config.keyExport === 'off') throw refusal('KEY_EXPORT_OFF');
  logger.warn('keys of stored profiles are exported');
  const pages =
    selection?.$case === 'iccids'
      ? ofNames(context, [...new Set(selection.value.iccids)])
      : since(context, selection?.value ?? new Date(0));
  for await (const page of pages) {
    for (const row of page) yield { profile: await openStoredProfile(context, row) };
  }
}

async function* ofNames({ database }: SmDpContext, iccids: readonly string[]) {
  const rows = await database.query<StoredProfileRow>(named, [iccids]);
  if (rows.length < iccids.length) throw refusal('PROFILE_UNKNOWN');
  yield rows;
}

async function* since({ database }: SmDpContext, time: Date) {
  // No IMSI comes before the empty one.
  let after = { storedAt: time.toISOString(), imsi: '' };
  for (;;) {
    const page = await database.query<StoredProfileRow>(storedSince, [after.storedAt, after.imsi]);
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last;
  }
}

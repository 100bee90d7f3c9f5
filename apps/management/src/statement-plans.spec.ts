import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import { ProfileOrderState } from '@tegata/contracts/management-v1';
import { WatchedPlans, watchable } from '@tegata/database/testing';
import { CancelSessionReason } from '@tegata/rsp';
import { eid } from '@tegata/x509/testing';
import type { ManagementContext } from './context.ts';
import { forgetContracts } from './contract-desk/contract-retention.ts';
import { lapseContracts, takeUpContracts } from './contract-desk/contract-upkeep.ts';
import { withdrawVerifications } from './contract-desk/withdraw-verification.ts';
import { cancelOrder } from './es2plus/cancel-order.ts';
import { confirmOrder } from './es2plus/confirm-order.ts';
import { downloadOrder } from './es2plus/download-order.ts';
import { tellOperator } from './es2plus/download-progress.ts';
import { releaseProfile } from './es2plus/release-profile.ts';
import { settleEvents } from './es2plus/smds-events.ts';
import { expireOrders } from './es9plus/end-order.ts';
import { sessionKeeper } from './es9plus/rsp-session.ts';
import { createStockProfile } from './profile/generate-profile.ts';
import { checkProfiles } from './profile-orders/check-profiles.ts';
import { exportProfiles } from './profile-orders/export-profiles.ts';
import { importProfiles } from './profile-orders/import-profiles.ts';
import { plainOrder } from './profile-orders/order-attributes.ts';
import { prepareOrders } from './profile-orders/prepare-orders.ts';
import { expireOrder, getOrder, listNotifications, listOrders } from './profile-orders/read-orders.ts';
import { deleteWhatIsOver } from './retention.ts';
import { subscriptions } from './subscriptions/subscriptions.ts';
import { codesOf, Downloads, otherEid } from './testing/downloads.ts';
import { collect, streamOf } from './testing/streams.ts';
import { smdsAddress } from './testing/test-context.ts';
import { forgetAttempts } from './upkeep.ts';

/** Rows that a statement may look at in one table: a page or a batch of upkeep, and what it passes over on the way. */
const few = 5_000;
const hour = 60 * 60 * 1000;

/**
 * Fills a table for each kind of row, as years of an SM-DP+ leave them: most profiles installed or in stock, most sessions ended.
 * Numbers are of a range that no test uses.
 */
const fill = (now: string) => [
  'SET session_replication_role = replica',
  `INSERT INTO contract (id, application_id, state, created_at, updated_at, expires_at)
   SELECT gen_random_uuid(), decode(lpad(to_hex(n), 32, '0'), 'hex'),
     (ARRAY['INSTALLED', 'INSTALLED', 'EXPIRED', 'REFUSED'])[1 + n % 4]::contract_state,
     ${now} - n * interval '1 minute', ${now} - n * interval '1 minute', ${now} - n * interval '1 minute'
   FROM generate_series(1, 20000) n`,
  `INSERT INTO profile (iccid, profile_type, state, eid, matching_id, default_order, error_reason, ordered_at, expires_at, created_at,
     metadata, protected_package, profile_keys)
   SELECT '8999' || lpad(n::text, 15, '0'), 'standard', state::profile_state,
     CASE WHEN state IN ('AVAILABLE', 'RELEASED') THEN NULL ELSE '8999' || lpad((n % 50000)::text, 28, '0') END,
     CASE WHEN state <> 'AVAILABLE' AND n % 10 > 0 THEN 'F' || n END, state <> 'AVAILABLE' AND n % 10 = 0,
     CASE WHEN state = 'ERROR' THEN 'EXPIRED' END::order_error_reason, at, at + interval '10 years', at, '', '', ''
   FROM (SELECT n, ${now} - n * interval '1 minute' AS at,
     (ARRAY['AVAILABLE', 'AVAILABLE', 'AVAILABLE', 'AVAILABLE', 'INSTALLED', 'INSTALLED', 'INSTALLED', 'RELEASED', 'DOWNLOADED', 'ERROR'])
       [1 + n / 10 % 10] AS state FROM generate_series(1, 100000) n) stock`,
  `INSERT INTO download_name SELECT matching_id, iccid FROM profile WHERE matching_id IS NOT NULL`,
  `INSERT INTO subscription (imsi, msisdn, iccid, keys, created_at)
   SELECT '999' || substr(iccid, 8), '999' || substr(iccid, 8), iccid, '', created_at FROM profile`,
  `INSERT INTO rsp_session (transaction_id, state, ci_key_id, server_ci_key_id, eid, iccid, euicc_public_key,
     created_at, expires_at)
   SELECT decode(lpad(to_hex(n), 32, '0'), 'hex'), 'ENDED', '', '', '8999' || lpad((n % 50000)::text, 28, '0'),
     '8999' || lpad(n::text, 15, '0'), '', ${now} - n * interval '50 seconds', ${now} - n * interval '50 seconds'
   FROM generate_series(1, 60000) n`,
  `INSERT INTO download_progress (iccid, eid, profile_type, point, created_at, delivered_at)
   SELECT iccid, eid, 'standard', 1, created_at, created_at FROM rsp_session WHERE state = 'ENDED'`,
  `INSERT INTO notification (eid, seq_number, digest, event, iccid, octets, outcome, received_at)
   SELECT eid, 1, transaction_id, 'install', iccid, '', 'ok', created_at FROM rsp_session`,
  `INSERT INTO batch_row (row_key, digest, iccid, created_at)
   SELECT 'fill/' || iccid, '', iccid, created_at FROM profile`,
  `INSERT INTO smds_event (event_id, eid, iccid, smds_address, wanted, settled, due_at)
   SELECT matching_id, eid, iccid, 'smds', true, true, ordered_at FROM profile WHERE state = 'DOWNLOADED' AND matching_id IS NOT NULL`,
  `INSERT INTO aka_attempt (id, imsi, rand, xres_digest, created_at)
   SELECT gen_random_uuid(), imsi, '', '', ${now} + interval '1 day' FROM subscription LIMIT 20000`,
  'ANALYZE',
];

describe('statements of an SM-DP+ with 100,000 profiles', () => {
  let downloads: Downloads;
  let plans: WatchedPlans;

  beforeAll(async () => {
    const operatorBackEnd = { handleDownloadProgressInfo: async () => ({}) };
    downloads = await Downloads.create(false, { operatorBackEnd }, watchable);
    const { database, clock } = downloads.test.context;
    const client = await database.pool.connect();
    await client.query("SET auto_explain.log_min_duration = -1; SET statement_timeout = '120s'");
    for (const each of fill(`'${clock().toISOString()}'::timestamptz`)) await client.query(each);
    client.release(true);
    plans = new WatchedPlans(database);
  });
  afterAll(() => downloads.close());

  /** What a piece of work looks at too much of. */
  async function wide(work: () => Promise<unknown>) {
    plans.clear();
    await work();
    expect(plans.statements).toBeGreaterThan(0);
    return plans.wide(few);
  }

  it('look at few rows for a download, whatever way it goes', async () => {
    const { euicc } = downloads;
    const told = await wide(async () => {
      for (const matchingId of ['BY-NAME', null]) {
        const iccid = await downloads.prepare({ matchingId, eid, confirmationCode: '1234' });
        const name = matchingId ?? '';
        await downloads.cancel(await downloads.begin(euicc, name), CancelSessionReason.postponed);
        const offer = await downloads.begin(euicc, name);
        expect(await codesOf(downloads.deliver(offer, undefined, '0000'))).toBe('8.2.7/3.8');
        await downloads.deliver(offer, undefined, '1234');
        await downloads.report(downloads.resultOf(offer, iccid));
        expect(await codesOf(downloads.begin(euicc, name))).toBe('8.2.6/3.8');
      }
      expect(await codesOf(downloads.begin(euicc, 'NOBODY'))).toBe('8.2.6/3.8');
    });
    expect(told).toEqual([]);
  });

  it('look at few rows for ES2+ and for an operator that prepares orders', async () => {
    const { context } = downloads.test;
    const told = await wide(async () => {
      const { iccid } = await downloadOrder(context, { eid, profile: { $case: 'profileType', value: 'standard' } });
      const order = { eid: '', matchingId: '', confirmationCode: '', defaultOrder: false };
      await confirmOrder(context, { ...order, iccid, smdsAddress, releaseFlag: false });
      await releaseProfile(context, { iccid });
      const finalProfileStatusIndicator = FinalProfileStatusIndicator.AVAILABLE;
      await cancelOrder(context, { iccid, eid: '', matchingId: '', finalProfileStatusIndicator });
      const none = downloadOrder(context, { eid: '', profile: { $case: 'profileType', value: 'none such' } });
      expect(await codesOf(none)).toBe('8.2.5/3.9');
      for await (const { outcome } of prepareOrders(
        context,
        streamOf([
          {
            rowKey: 'one',
            profile: { $case: 'profileType', value: 'standard' },
            order: { ...plainOrder, smdsAddress, eid },
          },
        ]),
      )) {
        expect(outcome?.$case).toBe('order');
      }
      const row = { rowKey: 'two', iccid: '', imsi: '', msisdn: '', ki: empty, opc: empty, pin1: '', pin2: '' };
      const codes = { puk1: '', puk2: '', adm1: '', display: undefined, order: plainOrder };
      const taken = { iccid: '8999000000000050000', imsi: '999000000050000', msisdn: '999000000050000' };
      const named = { ...plainOrder, selection: { $case: 'matchingId' as const, value: 'F71' } };
      for await (const { errors } of checkProfiles(
        context,
        streamOf([{ item: { $case: 'row', value: { ...row, ...taken, ...codes, order: named } } }]),
      )) {
        expect(errors).toHaveLength(4);
      }
      for await (const { outcome } of importProfiles(
        context,
        streamOf([{ item: { $case: 'row', value: { ...row, ...codes } } }]),
      )) {
        expect(outcome?.$case).toBe('profile');
      }
      await expireOrder(context, { iccid: (await preparedOrder()).iccid });
    });
    expect(told).toEqual([]);
  });

  it('look at few rows for an operator that reads', async () => {
    const { context } = downloads.test;
    const told = await wide(async () => {
      const page = { pageSize: 0, pageToken: '8999000000000050000' };
      const any = { state: 0, eid: '', profileType: '' };
      for (const state of [ProfileOrderState.RELEASED, ProfileOrderState.ERROR, ProfileOrderState.LINKED]) {
        await listOrders(context, { ...page, ...any, state });
      }
      await listOrders(context, { ...page, ...any });
      await listOrders(context, { ...page, ...any, eid });
      await listOrders(context, { ...page, ...any, profileType: 'standard' });
      await listOrders(context, { ...page, ...any, profileType: 'none such' });
      await getOrder(context, { name: { $case: 'iccid', value: '8999000000000050000' } });
      await getOrder(context, { name: { $case: 'matchingId', value: 'F71' } });
      const notifications = { pageSize: 0, pageToken: '', eid: '', iccid: '' };
      await listNotifications(context, notifications);
      await listNotifications(context, { ...notifications, eid: otherEid });
      await listNotifications(context, { ...notifications, iccid: '8999000000000050000' });
      const own = (await createStockProfile(context)).iccid;
      const chosen = { $case: 'iccids' as const, value: { iccids: [own] } };
      expect(await collect(exportProfiles(context, { selection: chosen }))).toHaveLength(1);
      const lately = { $case: 'storedSince' as const, value: context.clock() };
      expect(await collect(exportProfiles(context, { selection: lately }))).not.toEqual([]);
      const { listSubscriptions, listContracts } = subscriptions(asManagement(context));
      await listSubscriptions({ pageSize: 0, pageToken: '' });
      await listSubscriptions({ pageSize: 0, pageToken: '999000000050000' });
      await listContracts({ pageSize: 0, pageToken: '' });
    });
    expect(told).toEqual([]);
  });

  it('look at few rows in each round of upkeep', async () => {
    const { context } = downloads.test;
    const keepSessions = sessionKeeper(context);
    await keepSessions();
    const management = asManagement(context);
    downloads.later(hour);
    const told = await wide(async () => {
      await takeUpContracts(management);
      await lapseContracts(management);
      await withdrawVerifications(management);
      await expireOrders(context);
      await settleEvents(context);
      await tellOperator(context);
      await keepSessions();
      await forgetAttempts(management);
    });
    expect(told).toEqual([]);
  });

  it('delete what is over without a look at the rest', async () => {
    const { context } = downloads.test;
    const config = { ...context.config, contractRetentionMs: hour } as ManagementContext['config'];
    const told = await wide(async () => {
      await deleteWhatIsOver(context);
      await forgetContracts({ ...context, config });
    });
    expect(told).toEqual([]);
  });

  async function preparedOrder() {
    const { orders } = await listOrders(downloads.test.context, {
      pageSize: 1,
      pageToken: '',
      state: ProfileOrderState.RELEASED,
      eid,
      profileType: '',
    });
    const [order] = orders;
    if (!order) throw new Error('no order was prepared');
    return order;
  }
});

const empty = Buffer.alloc(0);

/** What of a management server these functions use is what the SM-DP+ has. */
const asManagement = (context: Downloads['test']['context']) => context as unknown as ManagementContext;

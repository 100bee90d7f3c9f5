import { randomBytes } from 'node:crypto';
import { WatchedPlans, watchable } from '@tegata/database/testing';
import { dataAcquisitionKeyDigest } from '@tegata/identity';
import type { ManufacturedEuicc } from '@tegata/pki';
import { answeredChallenge } from '@tegata/rsp-http/testing';
import { acquire } from './acquisition/acquire.ts';
import { registerAcquisition } from './acquisition/register-acquisition.ts';
import type { PatentContext } from './context.ts';
import { es9plus } from './es9plus/es9plus.ts';
import { deleteEvent } from './es12/delete-event.ts';
import { registerEvent } from './es12/register-event.ts';
import { forwardEvents } from './es15/forward-events.ts';
import { Deployment, smDsAddress } from './testing/deployment.ts';
import { discover, es11Of } from './testing/lpa.ts';
import { TestSmDpPlus } from './testing/sm-dp-plus.ts';
import { makeSmDs, owners, type TestSmDs } from './testing/sm-ds.ts';
import { upkeep } from './upkeep.ts';

/** Rows that a statement may look at in one table: what is over since the last round, and what it passes over on the way. */
const few = 5_000;
const hour = 60 * 60 * 1000;
const contractId = '00000000-0000-4000-8000-000000000001';

const [aozora] = owners;

/**
 * Fills a table for each kind of row, as an SM-DS with many eUICCs has them: events wait for months, one in three under a data acquisition
 * key, one in two known at the root SM-DS; sessions and routes of the last minutes. EIDs are of a range that no test uses.
 */
const fill = [
  'SET session_replication_role = replica',
  `INSERT INTO event (owner, event_id, eid, rsp_server_address, dak_digest, with_certificate, contract_id, created_at, expires_at, root_event_id)
   SELECT CASE WHEN n % 4 > 0 THEN 'management/aozora' ELSE 'management/minato' END, 'F' || n,
     '8999' || lpad((n % 50000)::text, 28, '0'), 'rsp.aozora.example',
     CASE WHEN n % 3 = 0 THEN decode(lpad(to_hex(n), 64, '0'), 'hex') END, n % 6 = 0, CASE WHEN n % 3 = 0 THEN gen_random_uuid() END,
     now() - n * interval '1 minute', now() + interval '1 year' - n * interval '1 minute', CASE WHEN n % 2 = 0 THEN 'R' || n END
   FROM generate_series(1, 100000) n`,
  `INSERT INTO event_owner SELECT owner, count(*) FROM event GROUP BY owner`,
  `INSERT INTO forwarding (root_event_id, eid, settled, due_at)
   SELECT root_event_id, eid, true, created_at FROM event WHERE root_event_id IS NOT NULL`,
  `INSERT INTO es11_session (transaction_id, eid, expires_at)
   SELECT decode(lpad(to_hex(n), 32, '0'), 'hex'), '8999' || lpad(n::text, 28, '0'), now() + interval '1 day'
   FROM generate_series(1, 50000) n`,
  `INSERT INTO es9_route (transaction_id, rsp_server_address, expires_at)
   SELECT transaction_id, 'rsp.aozora.example', expires_at FROM es11_session`,
  'ANALYZE',
];

describe('statements of an SM-DS with 100,000 events', () => {
  let deployment: Deployment;
  let euicc: ManufacturedEuicc;
  let test: TestSmDs;
  let plans: WatchedPlans;

  beforeAll(async () => {
    deployment = await Deployment.make();
    euicc = await deployment.euicc();
    test = await makeSmDs(deployment, { rootSmDs: { wake: () => undefined }, settings: watchable });
    const { database } = test.context;
    const client = await database.pool.connect();
    await client.query("SET auto_explain.log_min_duration = -1; SET statement_timeout = '120s'");
    for (const each of fill) await client.query(each);
    client.release(true);
    plans = new WatchedPlans(database);
  }, 120_000);
  afterAll(async () => {
    await test?.drop();
    await deployment?.remove();
  });

  /** What a piece of work looks at too much of. */
  async function wide(work: () => Promise<unknown>) {
    plans.clear();
    await work();
    expect(plans.statements).toBeGreaterThan(0);
    return plans.wide(few);
  }

  const register = (eventId: string, forwardingIndicator: boolean) =>
    registerEvent(
      test.context,
      { eid: euicc.eid, eventId, rspServerAddress: aozora.address, forwardingIndicator },
      aozora.owner,
    );
  const functions = { registerEvent: async () => ({}), deleteEvent: async () => ({}) };
  const root = { functions, leadsTo: 'smds.example' };

  it('look at few rows for events that come, are found, forwarded and go', async () => {
    const told = await wide(async () => {
      await register('A', true);
      await register('B', false);
      expect(await discover(euicc, es11Of(test.context))).toHaveLength(2);
      expect(await discover(euicc, es11Of(test.context), { matchingId: 'B' })).toHaveLength(1);
      expect(await forwardEvents(test.context, root)).toBe(1);
      for (const eventId of ['A', 'B']) await deleteEvent(test.context, { eid: euicc.eid, eventId }, aozora.owner);
      expect(await forwardEvents(test.context, root)).toBe(1);
    });
    expect(told).toEqual([]);
  });

  it('look at few rows for data acquisition, and for ES9+ towards the SM-DP+', async () => {
    const dataAcquisitionKey = randomBytes(32);
    const carrier = await TestSmDpPlus.make(aozora, await deployment.ci(), 'C');
    const context = { ...test.context, directory: [carrier] } as unknown as PatentContext;
    const told = await wide(async () => {
      await registerAcquisition(
        test.context,
        {
          eid: euicc.eid,
          eventId: 'C',
          rspServerAddress: aozora.address,
          dataAcquisitionKeyDigest: Buffer.from(dataAcquisitionKeyDigest(dataAcquisitionKey)),
          withCertificate: false,
          contractId,
          expireTime: new Date(test.context.clock().getTime() + hour),
        },
        aozora.owner,
      );
      const es11 = es11Of(test.context);
      const answer = await answeredChallenge(euicc, es11, { address: smDsAddress });
      await es11.authenticateClient(answer);
      const found = await acquire(context, { transactionId: answer.transactionId, dataAcquisitionKey });
      expect(found).toMatchObject({ eventId: 'C' });
      const carried = es9plus(context);
      const call = { requestId: 'spec' } as never;
      const rsp = { initiateAuthentication: (request: never) => carried.initiateAuthentication(request, call) };
      const download = await answeredChallenge(euicc, rsp, { address: aozora.address, matchingId: 'C' });
      await carried.authenticateClient(download, call);
      await carried.getBoundProfilePackage({ ...download, prepareDownloadResponse: Buffer.alloc(0) }, call);
      const transactionId = new Uint8Array(download.transactionId);
      expect(await test.context.prisma.es9Route.findFirst({ where: { transactionId } })).toMatchObject({ contractId });
    });
    expect(told).toEqual([]);
  });

  it('look at few rows in a round of upkeep', async () => {
    await register('D', true);
    expect(await wide(() => upkeep(test.context))).toEqual([]);
  });
});

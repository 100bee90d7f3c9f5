import { randomUUID } from 'node:crypto';
import { Es9PlusService } from '@tegata/contracts/gsma-rsp-v2';
import { type ManufacturedEuicc, rootsPem } from '@tegata/pki';
import { authenticateError, printTransactionId } from '@tegata/rsp';
import { connectRsp, es9plus as es9plusOverHttps, es11UnderEs9plus } from '@tegata/rsp-http';
import { answeredChallenge } from '@tegata/rsp-http/testing';
import { implement } from '@tegata/service-kit';
import type { PatentContext, ReachableRspServer, RelayContext } from '../context.ts';
import { registerEvent } from '../es12/register-event.ts';
import { Deployment, smDsAddress } from '../testing/deployment.ts';
import { serveSmDs } from '../testing/served-sm-ds.ts';
import { TestSmDpPlus } from '../testing/sm-dp-plus.ts';
import { makeSmDs, owners, type TestSmDs } from '../testing/sm-ds.ts';
import { upkeep } from '../upkeep.ts';
import { es9plus } from './es9plus.ts';

const call = { requestId: 'spec' } as never;
const lifetimeMs = 60_000;
const matchingId = 'M-1';

describe('ES9+ that the relay carries', () => {
  let deployment: Deployment;
  let euicc: ManufacturedEuicc;
  let test: TestSmDs;
  let aozora: TestSmDpPlus;
  let minato: TestSmDpPlus;

  beforeAll(async () => {
    deployment = await Deployment.make();
    euicc = await deployment.euicc();
    test = await makeSmDs(deployment, { env: { TEGATA_RSP_SESSION_LIFETIME_MS: `${lifetimeMs}` } });
    const ci = await deployment.ci();
    [aozora, minato] = [
      await TestSmDpPlus.make(owners[0], ci, matchingId),
      await TestSmDpPlus.make(owners[1], ci, matchingId),
    ];
  });
  beforeEach(async () => {
    await test.clear();
    for (const each of [aozora, minato]) {
      each.calls.length = 0;
      each.failure = undefined;
    }
  });
  afterAll(async () => {
    await test.drop();
    await deployment.remove();
  });

  const carriedBy = (context: RelayContext, directory: readonly ReachableRspServer[] = [aozora, minato]) => {
    const handlers = es9plus({ ...context, directory } as unknown as PatentContext);
    return {
      initiateAuthentication: (request: Parameters<typeof handlers.initiateAuthentication>[0]) =>
        handlers.initiateAuthentication(request, call),
      authenticateClient: (request: Parameters<typeof handlers.authenticateClient>[0]) =>
        handlers.authenticateClient(request, call),
      getBoundProfilePackage: (transactionId: Buffer) =>
        handlers.getBoundProfilePackage({ transactionId, prepareDownloadResponse: Buffer.alloc(0) }, call),
      cancelSession: (transactionId: Buffer) =>
        handlers.cancelSession({ transactionId, cancelSessionResponse: Buffer.alloc(0) }, call),
    };
  };
  const reasonOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
  const answered = (smDpPlus: TestSmDpPlus, asked = matchingId) =>
    answeredChallenge(euicc, carriedBy(test.context), { address: smDpPlus.address, matchingId: asked });
  const routes = () => test.context.prisma.es9Route.findMany();

  it('leaves nothing of a session that is begun, and a route from the eUICC that its SM-DP+ has accepted', async () => {
    const { pool } = test.context.database;
    let statements = 0;
    const count = () => {
      statements += 1;
    };
    const contractId = randomUUID();
    await registerEvent(
      test.context,
      { eid: euicc.eid, eventId: matchingId, rspServerAddress: minato.address, forwardingIndicator: false },
      minato.owner,
    );
    await test.context.prisma.event.updateMany({ data: { contractId } });
    pool.on('acquire', count);
    const answer = await answered(minato);
    expect(statements).toBe(0);
    await carriedBy(test.context).authenticateClient(answer);
    pool.off('acquire', count);
    expect(statements).toBe(1);
    expect(await routes()).toMatchObject([{ rspServerAddress: minato.address, contractId }]);
  });

  it('goes on at the SM-DP+ of its session, through any replica, until it lapses', async () => {
    const answer = await answered(minato);
    const { transactionId } = answer;
    const replica = carriedBy(test.replica);
    expect(await reasonOf(replica.getBoundProfilePackage(transactionId))).toBe('TRANSACTION_UNKNOWN');
    await replica.authenticateClient(answer);
    await carriedBy(test.context).getBoundProfilePackage(transactionId);
    await replica.cancelSession(transactionId);
    expect(minato.calls).toEqual([
      'initiateAuthentication',
      'authenticateClient',
      'getBoundProfilePackage',
      'cancelSession',
    ]);
    expect(aozora.calls).toEqual([]);
    test.pass(lifetimeMs);
    expect(await reasonOf(replica.cancelSession(transactionId))).toBe('TRANSACTION_UNKNOWN');
    await upkeep(test.context);
    expect(await routes()).toEqual([]);
  });

  it('has no route where the SM-DP+ refuses the answer, or there is none', async () => {
    const { transactionId, ...refused } = await answered(minato, 'OTHER');
    const relay = carriedBy(test.context);
    expect(await reasonOf(relay.authenticateClient({ transactionId, ...refused }))).toBe('MATCHING_ID_REFUSED');
    const other = Buffer.from(transactionId).reverse();
    expect(await reasonOf(relay.authenticateClient({ ...refused, transactionId: other }))).toBe('TRANSACTION_UNKNOWN');
    const nothing = { transactionId, authenticateServerResponse: Buffer.from('bf3800', 'hex') };
    expect(await reasonOf(relay.authenticateClient(nothing))).toBe('PARAMETER_INVALID');
    expect(await routes()).toEqual([]);
  });

  it('brings the refusal of an eUICC, which names no server, to the one whose session it is, also when another is out of reach, fails or hangs', async () => {
    const relay = carriedBy(test.context);
    const refusing = async (smDpPlus: TestSmDpPlus) => {
      const { transactionId } = await answered(smDpPlus);
      const authenticateServerResponse = Buffer.from(authenticateError(transactionId, 'ciPKUnknown'));
      return { transactionId, authenticateServerResponse };
    };
    const refusal = await refusing(minato);
    expect(await reasonOf(relay.authenticateClient(refusal))).toBe('EUICC_REPORTED_ERROR');
    const transactionId = Buffer.from(refusal.transactionId).reverse();
    for (const failure of ['SERVER_UNREACHABLE', 'INTERNAL_ERROR'] as const) {
      aozora.failure = failure;
      expect(await reasonOf(relay.authenticateClient(refusal))).toBe('EUICC_REPORTED_ERROR');
      expect(await reasonOf(relay.authenticateClient({ ...refusal, transactionId }))).toBe(failure);
    }
    aozora.failure = undefined;
    expect(await reasonOf(relay.authenticateClient({ ...refusal, transactionId }))).toBe('TRANSACTION_UNKNOWN');
    const { address, owner } = aozora;
    const es9plus = { ...aozora.es9plus, authenticateClient: () => new Promise<never>(() => {}) };
    const besideOneThatHangs = carriedBy(test.context, [{ address, owner, es9plus }, minato]);
    expect(await reasonOf(besideOneThatHangs.authenticateClient(refusal))).toBe('EUICC_REPORTED_ERROR');
    expect(await routes()).toEqual([]);
  });

  it('is told from the sessions of the SM-DS on a listener for both, also from those that are over', async () => {
    const patent = { ...test.context, directory: [aozora, minato] } as unknown as PatentContext;
    const served = await serveSmDs(
      test.context,
      deployment.keys,
      [{ serves: ['es11', 'es9plus'] }],
      [implement(Es9PlusService, es9plus(patent))],
    );
    const connection = connectRsp({
      address: smDsAddress,
      connectTo: served.addresses[0] ?? '',
      roots: rootsPem([(await deployment.ci()).certificate]).toString(),
    });
    try {
      const es11 = connection.client(es11UnderEs9plus);
      const own = await answeredChallenge(euicc, es11, { address: smDsAddress });
      const lapsing = await answeredChallenge(euicc, es11, { address: smDsAddress });
      expect((await es11.authenticateClient(own)).eventEntries).toEqual([]);
      test.pass(lifetimeMs);
      await upkeep(test.context);
      const unknown = { metadata: { subjectCode: '8.10.1', reasonCode: '3.9' } };
      for (const each of [own, lapsing]) await expect(es11.authenticateClient(each)).rejects.toMatchObject(unknown);
      expect([...aozora.calls, ...minato.calls]).toEqual([]);

      const carried = connection.client(es9plusOverHttps);
      const answer = await answeredChallenge(euicc, carried, { address: minato.address, matchingId });
      const { transactionId } = await carried.authenticateClient(answer);
      expect(printTransactionId(transactionId)).toBe(printTransactionId(answer.transactionId));
      expect(minato.calls).toEqual(['initiateAuthentication', 'authenticateClient']);
    } finally {
      connection.close();
      await served.stop();
    }
  });
});

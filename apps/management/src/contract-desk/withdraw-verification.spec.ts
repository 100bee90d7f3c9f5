import { randomBytes, randomUUID } from 'node:crypto';
import { refusal } from '@tegata/service-kit';
import type { ManagementContext } from '../context.ts';
import type { Prisma } from '../generated/client.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { cancelContract } from './cancel-contract.ts';
import { contractToken } from './contract-token.ts';
import { lapseContracts } from './contract-upkeep.ts';
import { withdrawVerifications } from './withdraw-verification.ts';

/** An authentication server as far as withdrawals go: out of reach when a test says so, or its answers are lost. */
class Withdrawals {
  readonly heard: string[] = [];
  reachable = true;
  answersToLose = 0;
  calls = 0;

  async withdrawVerification({ contractId }: { contractId: string }) {
    this.calls++;
    if (!this.reachable) throw refusal('SERVER_UNREACHABLE');
    this.heard.push(contractId);
    if (this.answersToLose-- > 0) throw refusal('SERVER_UNREACHABLE');
    return { verifications: [] };
  }
}

describe('a contract that ends before its identity was verified', () => {
  let test: TestContext;
  let authentication: Withdrawals;
  let management: ManagementContext;
  const contractTokenKey = randomBytes(32);

  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  beforeEach(() => {
    authentication = new Withdrawals();
    const servers = { contractTokenKey, relayAddress: '', authentication: { verification: authentication } };
    management = { ...test.context, ...servers } as unknown as ManagementContext;
  });

  /** A contract as it stands while a person is to look at the applicant. */
  async function inReview(otherwise: Partial<Prisma.ContractCreateManyInput> = {}): Promise<string> {
    const id = randomUUID();
    const octets = () => new Uint8Array(randomBytes(32));
    const row: Prisma.ContractCreateManyInput = {
      ...{ id, applicationId: octets(), state: 'IDENTITY_IN_REVIEW', applicant: octets(), dakDigest: octets() },
      ...{ verificationId: randomUUID(), createdAt: test.time.now, updatedAt: test.time.now },
      expiresAt: new Date(test.time.now.getTime() + 600_000),
      ...otherwise,
    };
    await test.context.prisma.contract.createMany({ data: [row] });
    return id;
  }
  const cancel = async (contractId: string) =>
    (await cancelContract(management, { contractId, contractToken: contractToken(contractTokenKey, contractId) }))
      .contract.state;
  const later = (milliseconds: number) => {
    test.time.now = new Date(test.time.now.getTime() + milliseconds);
  };
  const dueAt = async (id: string) =>
    (await test.context.prisma.contract.findUniqueOrThrow({ where: { id } })).withdrawalDueAt?.getTime();

  it('is cancelled while authentication is out of reach, which hears of it once it is there again', async () => {
    authentication.reachable = false;
    const id = await inReview();
    const state = await cancel(id);
    expect([state, authentication.calls]).toEqual([expect.any(Number), 0]);
    const pauses: number[] = [];
    for (let round = 0; round < 12; round++) {
      await withdrawVerifications(management);
      const pause = ((await dueAt(id)) ?? 0) - test.time.now.getTime();
      pauses.push(pause / 1000);
      later(pause - 1);
      await withdrawVerifications(management);
      later(1);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
    expect(authentication.calls).toBe(12);

    authentication.reachable = true;
    await withdrawVerifications(management);
    expect([authentication.heard, await dueAt(id)]).toEqual([[id], undefined]);
    later(86_400_000);
    await withdrawVerifications(management);
    expect(authentication.heard).toEqual([id]);
  });

  it('is told of again when the answer was lost, and by one of several replicas', async () => {
    authentication.answersToLose = 1;
    const id = await inReview();
    await cancel(id);
    await Promise.all([1, 2, 3].map(() => withdrawVerifications(management)));
    expect(authentication.heard).toEqual([id]);
    later(1000);
    await Promise.all([1, 2, 3].map(() => withdrawVerifications(management)));
    expect(authentication.heard).toEqual([id, id]);
    expect(await dueAt(id)).toBeUndefined();
  });

  it('is told of by another process when the one that began it was killed', async () => {
    const id = await inReview();
    await cancel(id);
    const never = { verification: { withdrawVerification: () => new Promise<never>(() => undefined) } };
    void withdrawVerifications({ ...management, authentication: never as unknown as typeof management.authentication });
    while ((await dueAt(id)) === test.time.now.getTime()) await new Promise((done) => setImmediate(done));
    await withdrawVerifications(management);
    expect(authentication.heard).toEqual([]);
    later(60_000);
    await withdrawVerifications(management);
    expect(authentication.heard).toEqual([id]);
  });

  it.each(['is cancelled', 'lapses'])(
    'has neither applicant nor documents in the database any more when it %s',
    async (how) => {
      const sealedDocuments = new Uint8Array(randomBytes(32));
      const id = await inReview({ state: 'INFORMATION_SUBMITTED', sealedDocuments, expiresAt: test.time.now });
      if (how === 'lapses') {
        later(1);
        await lapseContracts(management);
      } else await cancel(id);
      const row = await test.context.prisma.contract.findUniqueOrThrow({ where: { id } });
      expect([row.applicant, row.sealedDocuments, row.identityProofRequest]).toEqual([null, null, null]);
      await withdrawVerifications(management);
    },
  );

  it('is told of also where the request for the verification has no answer yet, and when it lapses', async () => {
    const asking = await inReview({ state: 'INFORMATION_SUBMITTED', verificationId: null });
    await cancel(asking);
    const lapsing = await inReview({ expiresAt: new Date(test.time.now.getTime() - 1) });
    await lapseContracts(management);
    await withdrawVerifications(management);
    expect(authentication.heard.sort()).toEqual([asking, lapsing].sort());
  });

  it('costs no call where authentication was never asked: nothing submitted, or a certificate', async () => {
    const applied = await inReview({ state: 'APPLIED', verificationId: null, dakDigest: null });
    const byCertificate = await inReview({ state: 'PROFILE_READY', verificationId: null, byCertificate: true });
    await cancel(applied);
    await cancel(byCertificate);
    await withdrawVerifications(management);
    expect([authentication.calls, await dueAt(applied), await dueAt(byCertificate)]).toEqual([0, undefined, undefined]);
  });
});

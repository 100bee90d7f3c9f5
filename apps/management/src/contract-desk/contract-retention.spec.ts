import { randomBytes, randomUUID } from 'node:crypto';
import { eid } from '@tegata/x509/testing';
import type { ManagementContext } from '../context.ts';
import type { ContractState } from '../generated/client.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { forgetContracts } from './contract-retention.ts';

const contractRetentionMs = 30 * 86_400_000;

describe('what tells whose an ended contract was', () => {
  let test: TestContext;
  beforeAll(async () => {
    test = await createTestContext();
  });
  afterAll(() => test.close());

  const context = () => ({ ...test.context, config: { contractRetentionMs } }) as unknown as ManagementContext;
  const octets = () => new Uint8Array(randomBytes(32));
  const reasons = [{ code: 'FACE_NOT_MATCHING', sentence: 'It is somebody else.' }];

  /** A contract with all that a terminal submits, as it is after this time in this state. */
  async function contract(state: ContractState, withdrawalDueAt: Date | null = null): Promise<string> {
    const id = randomUUID();
    await test.context.prisma.contract.create({
      data: {
        ...{ id, applicationId: octets(), state, eid, assertion: octets(), dakDigest: octets(), applicant: octets() },
        ...{
          withdrawalDueAt,
          refusalReasons: reasons,
          stepUpReasons: reasons,
          updatedAt: test.time.now,
          expiresAt: test.time.now,
        },
      },
    });
    return id;
  }
  const kept = async (id: string) => {
    const row = await test.context.prisma.contract.findUniqueOrThrow({ where: { id } });
    const { applicant, assertion, dakDigest, refusalReasons, stepUpReasons } = row;
    const told = [...(refusalReasons as object[]), ...(stepUpReasons as object[])];
    return [
      ...(row.eid ? ['EID'] : []),
      ...(applicant ? ['applicant'] : []),
      ...(assertion ? ['assertion'] : []),
      ...(dakDigest ? ['key'] : []),
      ...(told.length > 0 ? ['reasons'] : []),
    ];
  };
  const all = ['EID', 'applicant', 'assertion', 'key', 'reasons'];
  const later = (milliseconds: number) => {
    test.time.now = new Date(test.time.now.getTime() + milliseconds);
  };

  it.each<[ContractState, string[]]>([
    ['REFUSED', []],
    ['EXPIRED', []],
    ['CANCELLED', []],
    ['INSTALLED', ['EID', 'applicant']],
    ['STEP_UP_REQUIRED', all],
    ['PROFILE_READY', all],
  ])('is kept for the period; then, of one that is %s, there is left: %j', async (state, left) => {
    const id = await contract(state);
    later(contractRetentionMs - 1);
    await forgetContracts(context());
    expect(await kept(id)).toEqual(all);
    later(1);
    await Promise.all([forgetContracts(context()), forgetContracts(context())]);
    expect(await kept(id)).toEqual(left);
  });

  it('stays until authentication knows that there is nothing to verify any more', async () => {
    const id = await contract('CANCELLED', test.time.now);
    later(contractRetentionMs);
    await forgetContracts(context());
    expect(await kept(id)).toEqual(all);
    await test.context.prisma.contract.update({ where: { id }, data: { withdrawalDueAt: null } });
    await forgetContracts(context());
    expect(await kept(id)).toEqual([]);
  });
});

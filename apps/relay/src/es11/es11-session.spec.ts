import type { AuthenticateClientRequest } from '@tegata/contracts/gsma-rsp-v2';
import type { ManufacturedEuicc } from '@tegata/pki';
import { answeredChallenge, type Es11 } from '@tegata/rsp-http/testing';
import { Deployment, smDsAddress } from '../testing/deployment.ts';
import { es11Of } from '../testing/lpa.ts';
import { makeSmDs, type TestSmDs } from '../testing/sm-ds.ts';
import { upkeep } from '../upkeep.ts';

const lifetimeMs = 60_000;

describe('a session with the SM-DS', () => {
  let deployment: Deployment;
  let euicc: ManufacturedEuicc;
  let smDs: TestSmDs;
  let es11: Es11;
  let replica: Es11;

  beforeAll(async () => {
    deployment = await Deployment.make();
    euicc = await deployment.euicc();
    smDs = await makeSmDs(deployment, { env: { TEGATA_RSP_SESSION_LIFETIME_MS: `${lifetimeMs}` } });
    es11 = es11Of(smDs.context);
    replica = es11Of(smDs.replica);
  });
  beforeEach(() => smDs.clear());
  afterAll(async () => {
    await smDs.drop();
    await deployment.remove();
  });

  const refused = (request: AuthenticateClientRequest, at = es11) =>
    at.authenticateClient(request).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    );
  const stored = () => smDs.context.prisma.es11Session.findMany();

  /** How many statements a piece of work makes. */
  async function statementsOf(work: () => Promise<unknown>): Promise<number> {
    const { pool } = smDs.context.database;
    let statements = 0;
    const count = () => {
      statements += 1;
    };
    pool.on('acquire', count);
    await work().finally(() => pool.off('acquire', count));
    return statements;
  }

  it('is stored with the answer to its challenge, by the statement that looks for events, and not before', async () => {
    let answer: AuthenticateClientRequest | undefined;
    const begin = async () => {
      answer = await answeredChallenge(euicc, es11, { address: smDsAddress });
    };
    expect(await statementsOf(begin)).toBe(0);
    expect(await stored()).toEqual([]);
    expect(await statementsOf(() => es11.authenticateClient(answer!))).toBe(1);
    expect(await stored()).toMatchObject([{ transactionId: new Uint8Array(answer!.transactionId), eid: euicc.eid }]);
  });

  it('takes one answer to its challenge, of any number at once at any replica', async () => {
    const answer = await answeredChallenge(euicc, es11, { address: smDsAddress });
    const outcomes = await Promise.all([es11, replica, es11, replica].map((at) => refused(answer, at)));
    expect(outcomes.sort()).toEqual(['TRANSACTION_UNKNOWN', 'TRANSACTION_UNKNOWN', 'TRANSACTION_UNKNOWN', 'accepted']);
    for (const at of [es11, replica]) expect(await refused(answer, at)).toBe('TRANSACTION_UNKNOWN');
  });

  it('is over after a wrong answer too', async () => {
    const answer = await answeredChallenge(euicc, es11, { address: smDsAddress });
    const forged = Buffer.from(answer.authenticateServerResponse);
    const signature = forged.indexOf(Buffer.from('5f3740', 'hex')) + 3;
    forged.writeUInt8(forged.readUInt8(signature + 40) ^ 1, signature + 40);
    const wrong = { ...answer, authenticateServerResponse: forged };
    expect(await refused(wrong)).toBe('EUICC_AUTHENTICATION_FAILED');
    for (const at of [es11, replica]) {
      expect(await refused(answer, at)).toBe('TRANSACTION_UNKNOWN');
      expect(await refused(wrong, at)).toBe('TRANSACTION_UNKNOWN');
    }
    expect(await stored()).toMatchObject([{ eid: null }]);
  });

  it('is refused to an eUICC whose EUM its CI has revoked, and over then', async () => {
    const server = { ...smDs.context.smDs(undefined), isRevoked: () => true };
    const revoking = es11Of({ ...smDs.context, smDs: () => server });
    const answer = await answeredChallenge(euicc, revoking, { address: smDsAddress });
    expect(await refused(answer, revoking)).toBe('EUM_CERTIFICATE_INVALID');
    expect(await refused(answer)).toBe('TRANSACTION_UNKNOWN');
  });

  it('is over after an answer that asks for an event with NUL in its name, of which there is none', async () => {
    const answer = await answeredChallenge(euicc, es11, { address: smDsAddress, matchingId: 'A\0' });
    expect(await refused(answer)).toBe('EVENT_UNKNOWN');
    expect(await refused(answer)).toBe('TRANSACTION_UNKNOWN');
  });

  it('does not take the answer to the challenge of another session', async () => {
    const [one, other] = [
      await answeredChallenge(euicc, es11, { address: smDsAddress }),
      await answeredChallenge(euicc, es11, { address: smDsAddress }),
    ];
    expect(await refused({ ...one, transactionId: other.transactionId })).toBe('TRANSACTION_UNKNOWN');
    expect(await refused(one)).toBe('accepted');
  });

  it('lapses, and is forgotten then', async () => {
    const [first, second] = [
      await answeredChallenge(euicc, es11, { address: smDsAddress }),
      await answeredChallenge(euicc, es11, { address: smDsAddress }),
    ];
    smDs.pass(lifetimeMs - 5_000);
    expect(await refused(first)).toBe('accepted');
    smDs.pass(5_000);
    expect(await refused(second)).toBe('TRANSACTION_UNKNOWN');
    await upkeep(smDs.context);
    expect(await stored()).toEqual([]);
    expect(await refused(first)).toBe('TRANSACTION_UNKNOWN');
  });
});

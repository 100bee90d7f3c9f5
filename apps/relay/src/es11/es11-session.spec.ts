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

  beforeAll(async () => {
    deployment = await Deployment.make();
    euicc = await deployment.euicc();
    smDs = await makeSmDs(deployment, { env: { TEGATA_RSP_SESSION_LIFETIME_MS: `${lifetimeMs}` } });
    es11 = es11Of(smDs.context);
  });
  beforeEach(() => smDs.clear());
  afterAll(async () => {
    await smDs.drop();
    await deployment.remove();
  });

  const refused = (request: AuthenticateClientRequest) =>
    es11.authenticateClient(request).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    );
  const stored = () => smDs.context.prisma.es11Session.findMany();

  it('takes one answer to its challenge, of any number at once', async () => {
    const answer = await answeredChallenge(euicc, es11, { address: smDsAddress });
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => refused(answer)));
    expect(outcomes.sort()).toEqual(['TRANSACTION_UNKNOWN', 'TRANSACTION_UNKNOWN', 'TRANSACTION_UNKNOWN', 'accepted']);
    expect(await refused(answer)).toBe('TRANSACTION_UNKNOWN');
  });

  it('is over after a wrong answer too', async () => {
    const answer = await answeredChallenge(euicc, es11, { address: smDsAddress });
    const forged = Buffer.from(answer.authenticateServerResponse);
    const signature = forged.indexOf(Buffer.from('5f3740', 'hex')) + 3;
    forged.writeUInt8(forged.readUInt8(signature + 40) ^ 1, signature + 40);
    expect(await refused({ ...answer, authenticateServerResponse: forged })).toBe('EUICC_AUTHENTICATION_FAILED');
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

  it('lapses', async () => {
    const answer = await answeredChallenge(euicc, es11, { address: smDsAddress });
    smDs.pass(lifetimeMs);
    expect(await refused(answer)).toBe('TRANSACTION_UNKNOWN');
    await upkeep(smDs.context);
    expect(await stored()).toEqual([]);
  });

  it('keeps the challenge until it is answered, and no longer', async () => {
    const answer = await answeredChallenge(euicc, es11, { address: smDsAddress });
    expect(await stored()).toMatchObject([{ state: 'INITIATED', eid: null, serverChallenge: expect.any(Uint8Array) }]);
    await es11.authenticateClient(answer);
    expect(await stored()).toMatchObject([{ state: 'AUTHENTICATED', eid: euicc.eid, serverChallenge: null }]);
  });
});

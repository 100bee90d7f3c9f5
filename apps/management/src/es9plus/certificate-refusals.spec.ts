import { randomBytes } from 'node:crypto';
import { parseTlv } from '@tegata/der';
import {
  AuthenticateServerRequest,
  authenticateServer,
  EUICCInfo1,
  EUICCInfo2,
  printExtCardResource,
  signerOf,
  signerWith,
} from '@tegata/rsp';
import { ciKeyIdentifier, parseCertificate } from '@tegata/x509';
import {
  type IssuedEuicc,
  issueChainUnder,
  issueServer,
  negativeChains,
  newTestCi,
  type TestCi,
  testKey,
} from '@tegata/x509/testing';
import type { ManagementContext } from '../context.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { authenticateClient } from './authenticate-client.ts';
import { initiateAuthentication } from './initiate-authentication.ts';
import type { DpCredentials, SmDpPlus } from './sm-dp-plus.ts';

const address = 'rsp.aozora.example';

async function credentialsUnder(ci: TestCi): Promise<DpCredentials> {
  const issue = async (role: 'DPauth' | 'DPpb') => {
    const key = testKey(ci.certificate.curve);
    return { certificate: await issueServer(role, key, ci), signer: signerWith(key) };
  };
  return { oid: '2.999.21', dpAuth: await issue('DPauth'), dpPb: await issue('DPpb') };
}

const smDpPlusOf = (cis: readonly TestCi[], credentials: readonly DpCredentials[]): SmDpPlus => ({
  server: {
    kind: 'SM-DP+',
    address,
    supportsSvn: () => true,
    credentials: credentials.map(({ dpAuth }) => dpAuth),
    cis: cis.map(({ certificate }) => certificate),
  },
  credentials,
  hostId: Buffer.from('aozora'),
});

describe('certificates and an SM-DP+', () => {
  let test: TestContext;
  /** Mutual authentication takes no more than this of it. */
  let context: ManagementContext;
  let ci: TestCi;
  let smDpPlus: SmDpPlus;

  beforeAll(async () => {
    test = await createTestContext();
    context = test.context as ManagementContext;
    ci = await newTestCi();
    smDpPlus = smDpPlusOf([ci], [await credentialsUnder(ci)]);
  });
  afterAll(() => test.close());

  async function begin(shown: SmDpPlus, verifies: readonly TestCi[], signs: readonly TestCi[]) {
    const lists = {
      euiccCiPKIdListForVerification: verifies.map(({ certificate }) => ciKeyIdentifier(certificate)),
      euiccCiPKIdListForSigning: signs.map(({ certificate }) => ciKeyIdentifier(certificate)),
    };
    const euiccChallenge = randomBytes(16);
    const euiccInfo1 = Buffer.from(EUICCInfo1.encode({ svn: '2.2.2', ...lists }));
    const server = await initiateAuthentication(context, shown, {
      euiccChallenge,
      euiccInfo1,
      smdpAddress: address,
    });
    return { lists, euiccChallenge, server };
  }

  /** What the SM-DP+ answers to an eUICC; one that it accepts has no order, 8.2.6/3.8. */
  async function answerTo(
    euicc: IssuedEuicc,
    {
      under = ci,
      begun = smDpPlus,
      continued = begun,
    }: { under?: TestCi; begun?: SmDpPlus; continued?: SmDpPlus } = {},
  ): Promise<string> {
    const { lists, euiccChallenge, server } = await begin(begun, [under], [under]);
    const request = AuthenticateServerRequest.encode({
      serverSigned1: server.serverSigned1,
      serverSignature1: server.serverSignature1,
      euiccCiPKIdToBeUsed: parseTlv(server.euiccCiPkIdToBeUsed).value,
      serverCertificate: server.serverCertificate,
      ctxParams1: { matchingId: 'NONE', deviceInfo: { tac: randomBytes(4), deviceCapabilities: {} } },
    });
    const { response } = authenticateServer(request, {
      euiccChallenge,
      cis: [under.certificate],
      credentialUnder: () => ({
        signer: signerOf(euicc.privateKey),
        euiccCertificate: euicc.euiccCertificate.raw,
        eumCertificate: euicc.eumCertificate.raw,
      }),
      euiccInfo2: EUICCInfo2.encode({
        profileVersion: '2.3.1',
        svn: '2.2.2',
        euiccFirmwareVer: '1.0.0',
        extCardResource: printExtCardResource({
          installedApplications: 0,
          freeNonVolatileMemory: 500_000,
          freeVolatileMemory: 9_000,
        }),
        uiccCapability: ['usimSupport'],
        rspCapability: [],
        ...lists,
        ppVersion: '1.0.0',
        sasAcreditationNumber: 'TEST',
      }),
      at: test.time.now,
    });
    return authenticateClient(context, continued, {
      transactionId: server.transactionId,
      authenticateServerResponse: Buffer.from(response),
    }).then(
      () => 'accepted',
      ({ subjectCode, reasonCode }: { subjectCode: string; reasonCode: string }) => `${subjectCode}/${reasonCode}`,
    );
  }

  it('goes on to the order of an eUICC in whose chain nothing is wrong', async () => {
    expect(await answerTo(await issueChainUnder(ci))).toBe('8.2.6/3.8');
  });

  it.each(negativeChains)('answers $answer to $fault', async ({ answer, issue }) => {
    expect(await answerTo(await issue(ci))).toBe(answer);
  });

  describe('under several CIs, on both curves', () => {
    let brainpool: TestCi;
    let both: SmDpPlus;
    beforeAll(async () => {
      brainpool = await newTestCi('brainpoolP256r1');
      both = smDpPlusOf([ci, brainpool], [await credentialsUnder(ci), await credentialsUnder(brainpool)]);
    });

    it.each(['P-256', 'brainpoolP256r1'] as const)(
      'shows an eUICC that prefers %s a CERT.DPauth on it',
      async (curve) => {
        const [preferred, other] = curve === 'P-256' ? [ci, brainpool] : [brainpool, ci];
        const { server } = await begin(both, [preferred, other], [preferred, other]);
        expect(parseCertificate(server.serverCertificate).curve).toBe(curve);
        const [session] = await context.prisma.rspSession.findMany({
          orderBy: { createdAt: 'desc' },
          take: 1,
          where: { transactionId: new Uint8Array(server.transactionId) },
        });
        expect(Buffer.from(session?.serverCiKeyId ?? [])).toEqual(Buffer.from(ciKeyIdentifier(preferred.certificate)));
      },
    );

    it('serves eUICCs of two makers, under one CI each', async () => {
      expect(await answerTo(await issueChainUnder(ci), { begun: both })).toBe('8.2.6/3.8');
      expect(await answerTo(await issueChainUnder(brainpool), { under: brainpool, begun: both })).toBe('8.2.6/3.8');
    });

    it('does not go on with a session at a listener that shows other certificates', async () => {
      const other = smDpPlusOf([brainpool], [await credentialsUnder(brainpool)]);
      expect(await answerTo(await issueChainUnder(ci), { begun: both, continued: other })).toBe('8.10.1/3.9');
    });
  });
});

import { randomBytes } from 'node:crypto';
import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import { parseTlv } from '@tegata/der';
import {
  AuthenticateServerRequest,
  authenticateServer,
  CancelSessionReason,
  CancelSessionRequest,
  cancelSession as cancelOnEuicc,
  confirmationCodeHash,
  downloadError,
  ErrorReason,
  EUICCInfo1,
  EUICCInfo2,
  type EuiccSession,
  hashCcOf,
  OneTimeKeyPair,
  PrepareDownloadRequest,
  prepareDownload,
  printExtCardResource,
  SmdpSigned2,
  signerOf,
  signerWith,
  signInstallationResult,
} from '@tegata/rsp';
import { ciKeyIdentifier, eidWithCheckDigits } from '@tegata/x509';
import {
  eid,
  euiccSubject,
  type IssuedEuicc,
  iin,
  issueChainUnder,
  issueServer,
  newTestCi,
  type TestCi,
  testKey,
} from '@tegata/x509/testing';
import { cancelOrder } from '../es2plus/cancel-order.ts';
import { confirmReserved } from '../es2plus/confirm-order.ts';
import { reserveProfile } from '../es2plus/download-order.ts';
import { tellOperator } from '../es2plus/download-progress.ts';
import { storeStock } from '../testing/stock.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { authenticateClient } from './authenticate-client.ts';
import { cancelSession } from './cancel-session.ts';
import { EuiccKeys } from './euicc-keys.ts';
import { getBoundProfilePackage } from './get-bound-profile-package.ts';
import { handleNotification } from './handle-notification.ts';
import { initiateAuthentication } from './initiate-authentication.ts';
import { initiatedSession } from './rsp-session.ts';
import { SessionMemory } from './session-memory.ts';
import type { SmDpPlus } from './sm-dp-plus.ts';

const address = 'rsp.aozora.example';
const oid = '2.999.21';
const otherEid = eidWithCheckDigits(`${iin}9999999999999999999999`);
/** A key that the eUICC could have made: it is kept on the card, so that a retry can name it again. */
const newOneTimeKey = () => OneTimeKeyPair.generate('P-256', randomBytes);

/** A download as far as it has come on the eUICC's side. */
interface Offer {
  readonly euicc: IssuedEuicc;
  readonly session: EuiccSession;
  readonly transactionId: Buffer;
  readonly answer: Awaited<ReturnType<typeof authenticateClient>>;
  /** The eUICC's answer to AuthenticateServer. */
  readonly response: Buffer;
}

describe.each([
  { servedBy: 'one process', remembers: true },
  { servedBy: 'another replica at each step', remembers: false },
])('downloads of orders from $servedBy', ({ remembers }) => {
  let test: TestContext;
  let ci: TestCi;
  let smDpPlus: SmDpPlus;
  let euicc: IssuedEuicc;
  let other: IssuedEuicc;
  let seqNumber = 0;
  const told: { point: number; status: string }[] = [];
  let operatorListens = true;

  beforeAll(async () => {
    test = await createTestContext({
      operatorBackEnd: {
        async handleDownloadProgressInfo({ notificationPointId, notificationPointStatus }) {
          if (!operatorListens) throw new Error('not now');
          told.push({ point: notificationPointId, status: notificationPointStatus.status });
        },
      },
    });
    ci = await newTestCi();
    const credential = async (role: 'DPauth' | 'DPpb') => {
      const key = testKey(ci.certificate.curve);
      return { certificate: await issueServer(role, key, ci), signer: signerWith(key) };
    };
    const credentials = { oid, dpAuth: await credential('DPauth'), dpPb: await credential('DPpb') };
    smDpPlus = {
      server: {
        kind: 'SM-DP+',
        address,
        supportsSvn: () => true,
        credentials: [credentials.dpAuth],
        cis: [ci.certificate],
      },
      credentials: [credentials],
      notifyingCis: [ci.certificate],
      hostId: Buffer.from('aozora'),
    };
    [euicc, other] = await Promise.all([
      issueChainUnder(ci),
      issueChainUnder(ci, { euicc: { subject: euiccSubject(otherEid) } }),
    ]);
  });
  afterAll(() => test.close());

  /** The process that serves the next step. */
  const replica = () =>
    remembers ? test.context : { ...test.context, sessions: new SessionMemory(), euiccKeys: new EuiccKeys() };
  const profile = (iccid: string) => test.context.prisma.profile.findUniqueOrThrow({ where: { iccid } });
  const sessionOf = (transactionId: Uint8Array) =>
    test.context.prisma.rspSession.findUniqueOrThrow({ where: { transactionId: new Uint8Array(transactionId) } });

  /** Stores a profile with a released order, and returns its ICCID. */
  async function prepare(more: Partial<Parameters<typeof confirmReserved>[1]> = {}): Promise<string> {
    const { database, clock } = test.context;
    const [iccid] = await storeStock(test.context, 1);
    test.time.now = new Date(test.time.now.getTime() + 1);
    await reserveProfile(database, { eid: more.eid ?? '', profile: { $case: 'iccid', value: iccid } }, clock());
    const plain = { eid: '', eventId: null, confirmationCode: '', smdsAddress: '', release: true };
    await confirmReserved(database, { ...plain, matchingId: `M-${iccid}`, ...more, iccid });
    return iccid;
  }

  /** Both halves of mutual authentication; resolves with what the SM-DP+ offers. */
  async function begin(card: IssuedEuicc, matchingId: string, freeNonVolatileMemory = 500_000): Promise<Offer> {
    const identifier = ciKeyIdentifier(ci.certificate);
    const lists = { euiccCiPKIdListForVerification: [identifier], euiccCiPKIdListForSigning: [identifier] };
    const euiccChallenge = randomBytes(16);
    const server = await initiateAuthentication(replica(), smDpPlus, {
      euiccChallenge,
      euiccInfo1: Buffer.from(EUICCInfo1.encode({ svn: '2.2.2', ...lists })),
      smdpAddress: address,
    });
    const { response, session } = authenticateServer(
      AuthenticateServerRequest.encode({
        serverSigned1: server.serverSigned1,
        serverSignature1: server.serverSignature1,
        euiccCiPKIdToBeUsed: parseTlv(server.euiccCiPkIdToBeUsed).value,
        serverCertificate: server.serverCertificate,
        ctxParams1: {
          ...(matchingId !== '' && { matchingId }),
          deviceInfo: { tac: randomBytes(4), deviceCapabilities: {} },
        },
      }),
      {
        euiccChallenge,
        cis: [ci.certificate],
        credentialUnder: () => ({
          signer: signerOf(card.privateKey),
          euiccCertificate: card.euiccCertificate.raw,
          eumCertificate: card.eumCertificate.raw,
        }),
        euiccInfo2: EUICCInfo2.encode({
          profileVersion: '2.3.1',
          svn: '2.2.2',
          euiccFirmwareVer: '1.0.0',
          extCardResource: printExtCardResource({
            installedApplications: 0,
            freeNonVolatileMemory,
            freeVolatileMemory: 9_000,
          }),
          uiccCapability: ['usimSupport'],
          rspCapability: [],
          ...lists,
          forbiddenProfilePolicyRules: ['ppr2'],
          ppVersion: '1.0.0',
          sasAcreditationNumber: 'TEST',
        }),
        at: test.time.now,
      },
    );
    if (!session) throw new Error('the eUICC refused the SM-DP+');
    const { transactionId } = server;
    const answer = await authenticateClient(replica(), smDpPlus, {
      transactionId,
      authenticateServerResponse: Buffer.from(response),
    });
    return { euicc: card, session, transactionId, answer, response: Buffer.from(response) };
  }

  function prepared({ session, answer, transactionId }: Offer, key = newOneTimeKey(), code?: string): Buffer {
    const { response } = prepareDownload(
      PrepareDownloadRequest.encode({
        smdpSigned2: answer.smdpSigned2,
        smdpSignature2: answer.smdpSignature2,
        smdpCertificate: answer.smdpCertificate,
        hashCc: code === undefined ? undefined : hashCcOf(confirmationCodeHash(code), transactionId),
      }),
      session,
      () => key,
      test.time.now,
    );
    return Buffer.from(response);
  }

  const deliver = async (offer: Offer, key = newOneTimeKey(), code?: string) => {
    const prepareDownloadResponse = prepared(offer, key, code);
    const { transactionId } = offer;
    const answer = await getBoundProfilePackage(replica(), smDpPlus, { transactionId, prepareDownloadResponse });
    return answer.boundProfilePackage;
  };

  function resultOf({ transactionId, euicc: card }: Offer, iccid: string, errorReason?: number): Buffer {
    seqNumber += 1;
    const simaResponse = Buffer.from('3007a0053003800100', 'hex');
    return Buffer.from(
      signInstallationResult(
        {
          transactionId,
          notificationMetadata: {
            seqNumber,
            profileManagementOperation: ['install'],
            notificationAddress: address,
            iccid,
          },
          smdpOid: oid,
          finalResult:
            errorReason === undefined
              ? {
                  kind: 'successResult',
                  value: { aid: Buffer.from('A0000005591010FFFFFFFF8900001000', 'hex'), simaResponse },
                }
              : { kind: 'errorResult', value: { bppCommandId: 5, errorReason, simaResponse: undefined } },
        },
        signerOf(card.privateKey),
      ),
    );
  }
  const report = (pendingNotification: Buffer) => handleNotification(replica(), smDpPlus, { pendingNotification });

  const codesOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'accepted',
      (error: { subjectCode?: string; reasonCode?: string }) => {
        if (error.subjectCode === undefined) throw error;
        return `${error.subjectCode}/${error.reasonCode}`;
      },
    );

  it('go on from where another replica took them, whatever the one before remembers', async () => {
    const iccid = await prepare({ matchingId: 'ONE-TRY' });
    const offer = await begin(euicc, 'ONE-TRY');
    const { transactionId, response } = offer;
    const { serverChallenge, ciKeyId, serverCiKeyId, expiresAt } = await sessionOf(transactionId);
    const behind = { ...test.context, sessions: new SessionMemory() };
    behind.sessions.remember({
      row: initiatedSession(transactionId, serverChallenge, ciKeyId, serverCiKeyId),
      expiresAt,
    });
    await test.context.prisma.profile.update({ where: { iccid }, data: { downloadTriesLeft: 0 } });
    expect(
      await codesOf(authenticateClient(behind, smDpPlus, { transactionId, authenticateServerResponse: response })),
    ).toBe('8.10.1/3.9');
    expect(await sessionOf(transactionId)).toMatchObject({ state: 'AUTHENTICATED' });
    expect((await deliver(offer)).length).toBeGreaterThan(1_000);
  });

  it('take an order from release to installation, once', async () => {
    const iccid = await prepare();
    const offer = await begin(euicc, `M-${iccid}`);
    expect(await profile(iccid)).toMatchObject({ state: 'RELEASED', eid, downloadTriesLeft: 9 });
    await deliver(offer);
    expect(await profile(iccid)).toMatchObject({ state: 'DOWNLOADED' });
    const result = resultOf(offer, iccid);
    await report(result);
    await report(result);
    expect(await profile(iccid)).toMatchObject({ state: 'INSTALLED', boundOtpk: null });
    expect(await test.context.prisma.notification.count({ where: { iccid } })).toBe(1);
    expect(
      await test.context.prisma.downloadProgress.findMany({ where: { iccid }, orderBy: { id: 'asc' } }),
    ).toMatchObject([{ point: 1 }, { point: 3 }, { point: 4, subjectCode: null }]);
    expect(await codesOf(begin(euicc, `M-${iccid}`))).toBe('8.2.6/3.8');
  });

  it('erase what a session holds of its binding when it ends', async () => {
    const iccid = await prepare();
    const offer = await begin(euicc, `M-${iccid}`);
    await deliver(offer);
    expect((await sessionOf(offer.transactionId)).boundHead).not.toBeNull();
    await report(resultOf(offer, iccid));
    expect(await sessionOf(offer.transactionId)).toMatchObject({ state: 'ENDED', boundHead: null, euiccOtpk: null });
    expect(await codesOf(deliver(offer))).toBe('8.10.1/3.9');
  });

  it('let one of two eUICCs that race for an order have it', async () => {
    for (let round = 0; round < 5; round++) {
      const iccid = await prepare();
      const racers = await Promise.all([euicc, other, euicc, other].map((card) => codesOf(begin(card, `M-${iccid}`))));
      expect([...racers].sort()).toEqual(['8.1.1/3.8', '8.1.1/3.8', 'accepted', 'accepted']);
      expect((await profile(iccid)).eid).toBe(racers[0] === 'accepted' ? eid : otherEid);
    }
  });

  it('give the same octets to the same key, also at once, and bind anew to another', async () => {
    const iccid = await prepare();
    const offer = await begin(euicc, `M-${iccid}`);
    const key = newOneTimeKey();
    const [first, ...again] = await Promise.all([deliver(offer, key), deliver(offer, key), deliver(offer, key)]);
    for (const octets of again) expect(octets.equals(first ?? Buffer.alloc(0))).toBe(true);
    expect((await deliver(offer, key)).equals(first ?? Buffer.alloc(0))).toBe(true);
    expect((await deliver(offer)).equals(first ?? Buffer.alloc(0))).toBe(false);
    expect(await test.context.prisma.downloadProgress.count({ where: { iccid, point: 3 } })).toBe(2);
  });

  it('name the key of an earlier try to the same eUICC', async () => {
    const iccid = await prepare();
    const key = newOneTimeKey();
    await deliver(await begin(euicc, `M-${iccid}`), key);
    const { answer } = await begin(euicc, `M-${iccid}`);
    expect(Buffer.from(SmdpSigned2.decode(answer.smdpSigned2).bppEuiccOtpk ?? [])).toEqual(Buffer.from(key.publicKey));
  });

  it('count wrong confirmation codes on the order, across sessions and however many come at once', async () => {
    const iccid = await prepare({ confirmationCode: '1234', confirmationTries: 3 });
    const [one, two] = [await begin(euicc, `M-${iccid}`), await begin(euicc, `M-${iccid}`)];
    expect(await codesOf(deliver(one))).toBe('8.2.7/2.2');
    expect(await codesOf(deliver(one, newOneTimeKey(), '0000'))).toBe('8.2.7/3.8');
    expect(await codesOf(deliver(two, newOneTimeKey(), '1234'))).toBe('accepted');
    expect((await profile(iccid)).confirmationTriesLeft).toBe(2);
    const guesses = Array.from({ length: 20 }, (_, guess) => codesOf(deliver(two, newOneTimeKey(), `guess ${guess}`)));
    const answers = await Promise.all(guesses);
    expect(answers.filter((answer) => answer === '8.2.7/3.8')).toHaveLength(1);
    expect(answers).not.toContain('accepted');
    expect(await profile(iccid)).toMatchObject({ state: 'ERROR', errorReason: 'CONFIRMATION_TRIES_EXHAUSTED' });
    expect(await codesOf(deliver(two, newOneTimeKey(), '1234'))).toBe('8.2.7/6.4');
    expect(await codesOf(begin(euicc, `M-${iccid}`))).toBe('8.8.5/6.4');
  });

  it('end after as many tries as the order allows', async () => {
    const iccid = await prepare({ downloadTries: 2 });
    const answers: string[] = [];
    for (let n = 0; n < 4; n++) answers.push(await codesOf(begin(euicc, `M-${iccid}`)));
    expect(answers).toEqual(['accepted', 'accepted', '8.8.5/6.4', '8.8.5/6.4']);
    expect(await profile(iccid)).toMatchObject({ state: 'ERROR', errorReason: 'DOWNLOAD_TRIES_EXHAUSTED' });
  });

  it('end when the time of the order has come, but a package that is on its way may still arrive', async () => {
    const expiresAt = new Date(test.time.now.getTime() + 60_000);
    const [late, onItsWay] = [await prepare({ expiresAt }), await prepare({ expiresAt })];
    const offer = await begin(euicc, `M-${onItsWay}`);
    await deliver(offer);
    test.time.now = new Date(expiresAt.getTime() + 1);
    expect(await codesOf(begin(euicc, `M-${late}`))).toBe('8.8.5/4.10');
    expect(await profile(late)).toMatchObject({ state: 'ERROR', errorReason: 'EXPIRED' });
    expect(await codesOf(begin(euicc, `M-${onItsWay}`))).toBe('8.8.5/4.10');
    await report(resultOf(offer, onItsWay));
    expect(await profile(onItsWay)).toMatchObject({ state: 'INSTALLED', errorReason: null });
  });

  it('serve default orders by EID, oldest first, each until it is installed', async () => {
    const stock = [1, 2, 3].map(() => prepare({ matchingId: null, eid }));
    const iccids: string[] = [];
    for (const each of stock) iccids.push(await each);
    const ordered = await test.context.prisma.profile.findMany({
      where: { iccid: { in: iccids } },
      orderBy: [{ orderedAt: 'asc' }, { iccid: 'asc' }],
    });
    expect(await codesOf(begin(other, ''))).toBe('8.1.1/3.8');
    for (const { iccid } of ordered) {
      for (const _ of ['first try', 'second try']) {
        const offer = await begin(euicc, '');
        expect((await sessionOf(offer.transactionId)).iccid).toBe(iccid);
      }
      const offer = await begin(euicc, '');
      await deliver(offer);
      await report(resultOf(offer, iccid));
    }
    expect(await codesOf(begin(euicc, ''))).toBe('8.2.6/3.8');
  });

  it('refuse what does not fit the eUICC before a try is counted', async () => {
    const iccid = await prepare();
    expect(await codesOf(begin(euicc, `M-${iccid}`, 100))).toBe('8.1/4.8');
    await test.context.prisma.profile.update({ where: { iccid }, data: { policyRules: 4 } });
    expect(await codesOf(begin(euicc, `M-${iccid}`))).toBe('8.2.5/4.3');
    expect(await profile(iccid)).toMatchObject({ state: 'RELEASED', eid: null, downloadTriesLeft: 10 });
  });

  it('refuse an order that is held back, and the eUICC of another EID', async () => {
    const held = await prepare({ release: false });
    expect(await codesOf(begin(euicc, `M-${held}`))).toBe('8.2/1.2');
    const bound = await prepare({ eid: otherEid });
    expect(await codesOf(begin(euicc, `M-${bound}`))).toBe('8.1.1/3.8');
  });

  it.each(Object.entries(CancelSessionReason))('are over or wait after the reason %s', async (name, reason) => {
    const iccid = await prepare();
    const offer = await begin(euicc, `M-${iccid}`);
    const { response } = cancelOnEuicc(
      CancelSessionRequest.encode({ transactionId: offer.transactionId, reason }),
      offer.session,
    );
    const cancelled = () =>
      cancelSession(replica(), smDpPlus, {
        transactionId: offer.transactionId,
        cancelSessionResponse: Buffer.from(response),
      });
    await cancelled();
    expect(await codesOf(cancelled())).toBe('8.10.1/3.9');
    expect(await codesOf(deliver(offer))).toBe('8.10.1/3.9');
    const waits = name === 'postponed' || name === 'timeout';
    expect(await profile(iccid)).toMatchObject(
      waits ? { state: 'RELEASED', errorReason: null } : { state: 'ERROR', errorReason: 'CANCELLED_BY_EUICC' },
    );
    expect(await codesOf(begin(euicc, `M-${iccid}`))).toBe(waits ? 'accepted' : '8.2.6/3.8');
  });

  it('end with the error that the eUICC reports for its part', async () => {
    const iccid = await prepare();
    const offer = await begin(euicc, `M-${iccid}`);
    const response = Buffer.from(downloadError(offer.transactionId, 'invalidSignature'));
    const { transactionId } = offer;
    const refused = () =>
      getBoundProfilePackage(replica(), smDpPlus, { transactionId, prepareDownloadResponse: response });
    expect(await codesOf(refused())).toBe('8.1/6.1');
    expect(await codesOf(deliver(offer))).toBe('8.10.1/3.9');
    expect(await test.context.prisma.downloadProgress.findFirst({ where: { iccid, point: 3 } })).toMatchObject({
      message: 'ES10b.PrepareDownload: downloadErrorCode 2',
    });
  });

  it('stay open after a failure that passes, and end after one that does not', async () => {
    const iccid = await prepare();
    const interrupted = await begin(euicc, `M-${iccid}`);
    await deliver(interrupted);
    await report(resultOf(interrupted, iccid, ErrorReason.installFailedDueToInterruption));
    expect(await profile(iccid)).toMatchObject({ state: 'DOWNLOADED' });
    const failed = await begin(euicc, `M-${iccid}`);
    await deliver(failed);
    await report(resultOf(failed, iccid, ErrorReason.installFailedDueToPEProcessingError));
    expect(await profile(iccid)).toMatchObject({ state: 'ERROR', errorReason: 'INSTALLATION_FAILED' });
  });

  it('change nothing by a result that another eUICC signed', async () => {
    const iccid = await prepare();
    const offer = await begin(euicc, `M-${iccid}`);
    await deliver(offer);
    await report(resultOf({ ...offer, euicc: other }, iccid));
    expect(await profile(iccid)).toMatchObject({ state: 'DOWNLOADED' });
    expect(await test.context.prisma.notification.count({ where: { iccid } })).toBe(0);
  });

  it('lose their sessions with an order that the operator cancels', async () => {
    const iccid = await prepare();
    const offer = await begin(euicc, `M-${iccid}`);
    await cancelOrder(test.context, {
      iccid,
      eid: '',
      matchingId: '',
      finalProfileStatusIndicator: FinalProfileStatusIndicator.AVAILABLE,
    });
    expect(await codesOf(deliver(offer))).toBe('8.10.1/3.9');
    expect(await profile(iccid)).toMatchObject({ state: 'AVAILABLE', eid: null });
  });

  it('are told to the operator, later where it does not listen, and once', async () => {
    await tellOperator(test.context);
    told.length = 0;
    operatorListens = false;
    const iccid = await prepare();
    const offer = await begin(euicc, `M-${iccid}`);
    await deliver(offer);
    await report(resultOf(offer, iccid));
    await tellOperator(test.context);
    expect(told).toEqual([]);
    operatorListens = true;
    await tellOperator(test.context);
    expect(told).toEqual([]);
    test.time.now = new Date(test.time.now.getTime() + 60_000);
    await tellOperator(test.context);
    await tellOperator(test.context);
    expect(told).toEqual([
      { point: 1, status: 'Executed-Success' },
      { point: 3, status: 'Executed-Success' },
      { point: 4, status: 'Executed-Success' },
    ]);
  });
});

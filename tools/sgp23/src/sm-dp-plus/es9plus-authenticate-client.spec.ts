import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import { shownUnder, smdsAddress } from '@tegata/management/testing';
import { printExtCardResource, SmdpSigned2, StoreMetadataRequest } from '@tegata/rsp';
import { certificatePem, ciKeyIdentifier, eidWithCheckDigits, parseCertificate } from '@tegata/x509';
import { euiccSubject, iin, issueChainUnder, negativeChains, newTestCi, type TestCi } from '@tegata/x509/testing';
import { statusOf } from '../simulated/function-status.ts';
import { type AuthenticateOptions, SEuicc } from '../simulated/s-euicc.ts';
import { type Order, TeSmDpPlus } from './te-sm-dp-plus.ts';

/** SGP.23 section 4.3.14. */
describe('ES9+.AuthenticateClient', () => {
  let te: TeSmDpPlus;
  beforeAll(async () => {
    te = await TeSmDpPlus.start();
  });
  afterAll(() => te.close());

  const eid1 = () => te.euicc1.eid;
  /** So that a default order is not in the way of the next sequence. */
  async function withdraw(iccid: string): Promise<void> {
    const { UNAVAILABLE } = FinalProfileStatusIndicator;
    await te.mno.cancelOrder({ iccid, eid: '', matchingId: '', finalProfileStatusIndicator: UNAVAILABLE });
  }
  /** Orders a profile, and checks that it is offered to EID1 that asks so. */
  async function offered(order: Order, options: (matchingId: string) => AuthenticateOptions): Promise<void> {
    const { iccid, matchingId } = await te.order(order);
    const { answer } = await te.authenticate(options(matchingId));
    const signed2 = SmdpSigned2.decode(answer.smdpSigned2);
    expect(StoreMetadataRequest.decode(answer.profileMetadata).iccid).toBe(iccid);
    expect(signed2.ccRequiredFlag).toBe(order.confirmationCode !== undefined);
    expect(signed2.bppEuiccOtpk).toBeUndefined();
    expect(Buffer.from(signed2.transactionId)).toEqual(answer.transactionId);
    await withdraw(iccid);
  }

  describe('TC_SM-DP+_ES9+.AuthenticateClientNIST', () => {
    const code = { confirmationCode: '1234' };
    const named = (matchingId: string) => ({ matchingId });
    const defaultOrder = () => ({ eid: eid1(), matchingId: '' });
    const event = () => ({ eid: eid1(), smdsAddress });

    test('#01: default SM-DP+ address, without confirmation code', () =>
      offered(defaultOrder(), () => ({ matchingId: '' })));
    test('#02: default SM-DP+ address, with confirmation code', () =>
      offered({ ...defaultOrder(), ...code }, () => ({ matchingId: '' })));
    test('#03: default SM-DP+ address, a second attempt after a refused matching id', async () => {
      const refused = await te.authenticated({ matchingId: 'REFUSED' });
      expect(await statusOf(te.lpad.authenticateClient(refused.request))).toBe('8.2.6/3.8');
      await offered(defaultOrder(), () => ({ matchingId: '' }));
    });
    test('#05: SM-DS, without confirmation code', () => offered(event(), named));
    test('#06: SM-DS, with confirmation code', () => offered({ ...event(), ...code }, named));
    test('#08: activation code with matching id, without confirmation code', () => offered({ eid: eid1() }, named));
    test('#09: activation code with matching id, with confirmation code', () =>
      offered({ eid: eid1(), ...code }, named));
    test('#11: activation code not associated with an EID, without confirmation code', () => offered({}, named));
    test('#12: activation code not associated with an EID, with confirmation code', () => offered(code, named));
    test('#14: default SM-DP+ address, matching id omitted', () => offered(defaultOrder(), () => ({})));
    test('#15: SM-DS, matching id omitted', () => offered({ ...event(), matchingId: '' }, () => ({})));
    test('#16: SM-DS, empty matching id', () => offered({ ...event(), matchingId: '' }, () => ({ matchingId: '' })));
    test('#17: activation code, matching id omitted', () => offered(defaultOrder(), () => ({})));
    test('#18: activation code, empty matching id', () => offered(defaultOrder(), () => ({ matchingId: '' })));
    test('#19: extended uiccCapability', () =>
      offered({}, (matchingId) => ({
        matchingId,
        euiccInfo2: { uiccCapability: ['usimSupport', 'akaMilenage', 'suciCalculatorApi', 'iotminimal'] },
      })));
    test('#20: extended deviceInfo', () =>
      offered({}, (matchingId) => ({
        matchingId,
        deviceInfo: {
          tac: Uint8Array.of(0x35, 0x29, 0x06, 0x11),
          deviceCapabilities: {
            gsmSupportedRelease: '5.0.0',
            utranSupportedRelease: '8.0.0',
            eutranSupportedRelease: '15.0.0',
            contactlessSupportedRelease: '9.0.0',
            rspCrlSupportedVersion: '2.0.0',
            rspRpmSupportedVersion: '2.4.0',
          },
          imei: Buffer.from('53290611123456f8', 'hex'),
        },
      })));
    test('#21: extended eUICCInfo2', () =>
      offered({}, (matchingId) => ({
        matchingId,
        euiccInfo2: {
          javacardVersion: '3.0.5',
          globalplatformVersion: '2.3.0',
          euiccCategory: 2,
          certificationDataObject: { platformLabel: 'label', discoveryBaseURL: 'https://example.com' },
        },
      })));
  });

  describe('TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases', () => {
    /** The status of AuthenticateClient. */
    const status = async (options: AuthenticateOptions, euicc = te.euicc1) =>
      statusOf(te.lpad.authenticateClient((await te.authenticated(options, euicc)).request));

    /** One that nothing was ever ordered for. */
    async function anotherEuicc(): Promise<SEuicc> {
      const eid = eidWithCheckDigits(`${iin}7777777777777777777777`);
      const card = await issueChainUnder(te.ci, { euicc: { subject: euiccSubject(eid) } });
      return new SEuicc({ ...card, eid }, [te.ci]);
    }

    // #1 to #4 and #7, each with every fault of the table.
    test.each(negativeChains)('#1-#4, #7: $answer for $fault', async ({ answer, issue }) => {
      const { matchingId } = await te.order();
      expect(await status({ matchingId }, new SEuicc(await issue(te.ci), [te.ci]))).toBe(answer);
    });
    test('#5: an invalid eUICC signature', async () => {
      const { matchingId } = await te.order();
      expect(await status({ matchingId, spoilSignature: true })).toBe('8.1/6.1');
    });
    test('#6: an invalid server challenge', async () => {
      const { matchingId } = await te.order();
      expect(await status({ matchingId, signed: { serverChallenge: Buffer.alloc(16, 7) } })).toBe('8.1/6.1');
    });
    test('#8: the profile is not released', async () => {
      const { matchingId } = await te.order({ release: false });
      expect(await status({ matchingId })).toBe('8.2/1.2');
    });
    test('#9: an unknown transactionId in the transport layer', async () => {
      const { request } = await te.authenticated({ matchingId: (await te.order()).matchingId });
      const transactionId = Buffer.alloc(16, 9);
      expect(await statusOf(te.lpad.authenticateClient({ ...request, transactionId }))).toBe('8.10.1/3.9');
    });
    test('#10: an unknown transactionId in euiccSigned1', async () => {
      const { matchingId } = await te.order();
      expect(await status({ matchingId, signed: { transactionId: Buffer.alloc(16, 9) } })).toBe('8.10.1/3.9');
    });
    test('#11: default SM-DP+ address, a matching id that is refused', async () => {
      const { iccid } = await te.order({ eid: te.euicc2.eid, matchingId: '' });
      expect(await status({ matchingId: 'NOT-THE-DEFAULT' }, te.euicc2)).toBe('8.2.6/3.8');
      expect(await te.stateOf(iccid)).toBe('RELEASED');
      await withdraw(iccid);
    });
    test('#12: activation code, a matching id that is refused', async () => {
      await te.order({ eid: eid1() });
      expect(await status({ matchingId: 'UNKNOWN-CODE' })).toBe('8.2.6/3.8');
    });
    test('#13: SM-DS, an EventID that is refused', async () => {
      await te.order({ eid: eid1(), smdsAddress });
      expect(await status({ matchingId: 'UNKNOWN-EVENT' })).toBe('8.2.6/3.8');
    });
    test('#14: default SM-DP+ address, no order for the EID', async () => {
      const euicc = await anotherEuicc();
      const { iccid } = await te.order({ eid: eid1(), matchingId: '' });
      expect(await status({ matchingId: '' }, euicc)).toBe('8.1.1/3.8');
      expect(await status({}, euicc)).toBe('8.1.1/3.8');
      await withdraw(iccid);
    });
    test('#15: no eligible profile', async () => {
      const { matchingId, iccid } = await te.order();
      await te.test.context.prisma.profile.update({ where: { iccid }, data: { policyRules: 4 } });
      const forbids = { euiccInfo2: { forbiddenProfilePolicyRules: ['ppr2'] as const } };
      expect(await status({ matchingId, ...forbids })).toBe('8.2.5/4.3');
    });
    test('#16: the download order has expired', async () => {
      const { matchingId, iccid } = await te.order();
      const expiresAt = new Date(te.test.time.now.getTime() + 1_000);
      await te.test.context.prisma.profile.update({ where: { iccid }, data: { expiresAt } });
      te.pass(1_001);
      expect(await status({ matchingId })).toBe('Expired 8.8.5/4.10');
    });
    test('#17: the number of tries is exceeded', async () => {
      const { matchingId, iccid } = await te.order();
      await te.test.context.prisma.profile.update({ where: { iccid }, data: { downloadTriesLeft: 1 } });
      expect(await status({ matchingId })).toBe('Executed-Success');
      expect(await status({ matchingId })).toBe('8.8.5/6.4');
    });
    test('#19: SM-DS, the order is of another EID', async () => {
      const { matchingId } = await te.order({ eid: eid1(), smdsAddress });
      expect(await status({ matchingId }, te.euicc2)).toBe('8.1.1/3.8');
    });
    test('#20: activation code, the order is of another EID', async () => {
      const { matchingId } = await te.order({ eid: eid1() });
      expect(await status({ matchingId }, te.euicc2)).toBe('8.1.1/3.8');
    });
    test('#21: activation code not associated with an EID, a matching id that is refused', async () => {
      const { matchingId } = await te.order();
      expect(await status({ matchingId: `${matchingId}X` })).toBe('8.2.6/3.8');
    });
    test('without a number: no room on the eUICC', async () => {
      const { matchingId } = await te.order();
      const full = { installedApplications: 0, freeNonVolatileMemory: 100, freeVolatileMemory: 100 };
      expect(await status({ matchingId, euiccInfo2: { extCardResource: printExtCardResource(full) } })).toBe('8.1/4.8');
    });
    test('without a number: an eUICC that refused the server', async () => {
      const { server } = await te.initiate();
      const { transactionId } = server;
      const authenticateServerResponse = Buffer.concat([
        Buffer.from('bf3817a1158010', 'hex'),
        transactionId,
        Buffer.from('020101', 'hex'),
      ]);
      const refused = () => statusOf(te.lpad.authenticateClient({ transactionId, authenticateServerResponse }));
      expect(await refused()).toBe('8.1/6.1');
      expect(await refused()).toBe('8.10.1/3.9');
    });
    test('without a number: the same answer twice', async () => {
      const { request } = await te.authenticated({ matchingId: (await te.order()).matchingId });
      expect(await statusOf(te.lpad.authenticateClient(request))).toBe('Executed-Success');
      expect(await statusOf(te.lpad.authenticateClient(request))).toBe('8.10.1/3.9');
    });
  });

  describe('TC_SM-DP+_ES9+.AuthenticateClient_RetryCases_Reuse_OTPK', () => {
    async function reused(order: Order, options: (matchingId: string) => AuthenticateOptions): Promise<void> {
      const { iccid, matchingId } = await te.order(order);
      const key = te.oneTimeKey();
      await te.bind(await te.authenticate(options(matchingId)), key);
      const { answer } = await te.authenticate(options(matchingId));
      expect(StoreMetadataRequest.decode(answer.profileMetadata).iccid).toBe(iccid);
      const { bppEuiccOtpk = new Uint8Array() } = SmdpSigned2.decode(answer.smdpSigned2);
      expect(Buffer.from(bppEuiccOtpk)).toEqual(Buffer.from(key.publicKey));
      const euicc2 = await te.authenticated(options(matchingId), te.euicc2);
      expect(await statusOf(te.lpad.authenticateClient(euicc2.request))).not.toBe('Executed-Success');
    }
    test('#01: default SM-DP+ address', () => reused({ eid: eid1(), matchingId: '' }, () => ({ matchingId: '' })));
    test('#02: SM-DS', () => reused({ eid: eid1(), smdsAddress }, (matchingId) => ({ matchingId })));
    test('#03: activation code', () => reused({ eid: eid1() }, (matchingId) => ({ matchingId })));
    test('#04: activation code not associated with an EID', () => reused({}, (matchingId) => ({ matchingId })));
  });
});

/** An SM-DP+ with the revocation list of its CI (SGP.22 section 4.5.2.2); eUICCs of another maker are served as before. */
describe('ES9+.AuthenticateClient with an EUM whose certificate is revoked', () => {
  test('TC_SM-DP+_ES9+.AuthenticateClientNIST #ErrorCases without a number: refused, and what its eUICC notifies counts for nothing', async () => {
    const ci = await newTestCi();
    const [revoked, other] = [await issueChainUnder(ci), await issueChainUnder(ci)];
    const isRevoked = ({ raw }: { raw: Uint8Array }) => Buffer.compare(raw, revoked.eumCertificate.raw) === 0;
    const te = await TeSmDpPlus.start({ sets: [{ ...(await shownUnder([ci])), isRevoked }] });
    const listener = te.listener(1, certificatePem(ci.certificate));
    const { iccid, matchingId } = await te.order();
    const status = async (card: typeof revoked) => {
      const { request } = await te.authenticated({ matchingId }, new SEuicc(card, [ci]), listener);
      return statusOf(listener.authenticateClient(request));
    };
    expect(await status(revoked)).toBe('8.1.2/6.1');
    const pendingNotification = te.otherNotification(new SEuicc(revoked, [ci]), 'enable', iccid);
    await listener.handleNotification({ pendingNotification });
    expect(await te.test.context.prisma.notification.count({ where: { iccid } })).toBe(0);
    expect(await status(other)).toBe('Executed-Success');
    await te.close();
  });
});

/** Several CIs at one SM-DP+, and listeners that show them; TC_SM-DP+_ES9+.AuthenticateClientBRP among them. */
describe('ES9+.AuthenticateClient under several CIs, on both curves', () => {
  let te: TeSmDpPlus;
  let nist: TestCi;
  let brainpool: TestCi;
  let both: TeSmDpPlus['lpad'];

  beforeAll(async () => {
    [nist, brainpool] = await Promise.all([newTestCi(), newTestCi('brainpoolP256r1')]);
    te = await TeSmDpPlus.start({ sets: [await shownUnder([nist, brainpool]), await shownUnder([nist])] });
    both = te.listener(1, certificatePem(nist.certificate));
  });
  afterAll(() => te.close());

  const euiccUnder = async (...cis: [TestCi, ...TestCi[]]) => new SEuicc(await issueChainUnder(cis[0]), cis);

  test('TC_SM-DP+_ES9+.AuthenticateClientBRP #01: nominal', async () => {
    const { matchingId } = await te.order();
    const euicc = await euiccUnder(brainpool);
    const { server, answer } = await te.authenticate({ matchingId }, euicc, both);
    expect(parseCertificate(server.serverCertificate).curve).toBe('brainpoolP256r1');
    expect(parseCertificate(answer.smdpCertificate).curve).toBe('brainpoolP256r1');
  });

  test.each(['P-256', 'brainpoolP256r1'] as const)(
    'TC_SM-DP+_ES9+.AuthenticateClient without a number: the CI that an eUICC of both prefers, on %s',
    async (curve) => {
      const order: [TestCi, TestCi] = curve === 'P-256' ? [nist, brainpool] : [brainpool, nist];
      const { matchingId } = await te.order();
      const { server, answer } = await te.authenticate({ matchingId }, await euiccUnder(...order), both);
      expect(server.euiccCiPkIdToBeUsed.subarray(2)).toEqual(Buffer.from(ciKeyIdentifier(order[0].certificate)));
      expect(parseCertificate(server.serverCertificate).curve).toBe(curve);
      expect(parseCertificate(answer.smdpCertificate).curve).toBe(curve);
    },
  );

  test('TC_SM-DP+_ES9+_HandleNotification without a number: a profile that came through another listener', async () => {
    const { matchingId, iccid } = await te.order();
    const euicc = await euiccUnder(brainpool);
    await te.authenticate({ matchingId }, euicc, both);
    await te.lpad.handleNotification({ pendingNotification: te.otherNotification(euicc, 'enable', iccid) });
    expect(await te.test.context.prisma.notification.count({ where: { iccid } })).toBe(1);
  });

  test('TC_SM-DP+_ES9+.AuthenticateClient without a number: a session of a listener with other certificates', async () => {
    const { matchingId } = await te.order();
    const { request } = await te.authenticated({ matchingId }, await euiccUnder(brainpool), both);
    const other = te.listener(2, certificatePem(nist.certificate));
    expect(await statusOf(other.authenticateClient(request))).toBe('8.10.1/3.9');
    expect(await statusOf(both.authenticateClient(request))).toBe('Executed-Success');
  });
});

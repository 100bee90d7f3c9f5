import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import { smdsAddress, tellOperator, tlsIdentityUnder } from '@tegata/management/testing';
import { ErrorReason } from '@tegata/rsp';
import { connectRsp, es2plusOperator, type RspConnection } from '@tegata/rsp-http';
import { rawClient, startHttpsServer } from '@tegata/rsp-http/testing';
import { certificatePem, oids } from '@tegata/x509';
import { newTestCi } from '@tegata/x509/testing';
import { statusOf } from '../simulated/function-status.ts';
import { type Order, TeSmDpPlus } from './te-sm-dp-plus.ts';

const unknown = '8900000000000000000';
const plain = {
  eid: '',
  matchingId: '',
  confirmationCode: '',
  smdsAddress: '',
  releaseFlag: false,
  defaultOrder: false,
};
const smdp = 'rsp.aozora.example';

type Confirmation = Partial<typeof plain>;

/** SGP.23 sections 4.3.1 to 4.3.5: the S_MNO calls ES2+ with mutual TLS, and is called. */
describe('ES2+', () => {
  let te: TeSmDpPlus;
  let back: Awaited<ReturnType<typeof startHttpsServer>>;
  let toBack: RspConnection;
  let backEndAnswers = 204;
  let http: ReturnType<typeof rawClient>;

  beforeAll(async () => {
    const ci = await newTestCi();
    const [server, client] = await Promise.all([
      tlsIdentityUnder(ci),
      tlsIdentityUnder(ci, { extendedKeyUsage: [oids.clientAuth] }),
    ]);
    const roots = certificatePem(ci.certificate);
    back = await startHttpsServer(server, () => ({ status: backEndAnswers }), roots);
    const retry = { attempts: 1, firstDelayMs: 0, maxDelayMs: 0 };
    toBack = connectRsp({
      address: smdp,
      connectTo: back.address,
      roots,
      identity: client,
      requester: '2.999.21',
      retry,
    });
    te = await TeSmDpPlus.start({ context: { operatorBackEnd: toBack.client(es2plusOperator) } });
    http = rawClient(te.served.es2plus, 'http/1.1', {
      ca: certificatePem(te.ci.certificate),
      servername: te.address,
      cert: String(te.operator.certificateChain),
      key: String(te.operator.privateKey),
    });
  });
  afterAll(async () => {
    http.close();
    toBack.close();
    await te.close();
    await back.stop();
  });

  /** The whole of an answer, as it came. */
  async function raw(name: string, members: object, header: object | undefined = requestHeader) {
    const body = JSON.stringify({ ...(header && { header }), ...members });
    const answer = await http.send({ path: `/gsma/rsp2/es2plus/${name}`, body });
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body);
  }
  const requestHeader = { functionRequesterIdentifier: '2.999.1', functionCallIdentifier: 'TX-567' };
  const success = { functionExecutionStatus: { status: 'Executed-Success' } };
  const codes = ({ header }: { header: { functionExecutionStatus: Record<string, Record<string, string>> } }) =>
    `${header.functionExecutionStatus.statusCodeData?.subjectCode}/${header.functionExecutionStatus.statusCodeData?.reasonCode}`;

  const order = (iccid: string, eid = '') =>
    te.mno.downloadOrder({ eid, profile: { $case: 'iccid', value: iccid }, expectedProfileType: '' });
  const confirm = (iccid: string, more: Confirmation = {}) => te.mno.confirmOrder({ ...plain, iccid, ...more });
  const cancel = (iccid: string, more: { eid?: string; matchingId?: string; unavailable?: boolean } = {}) =>
    te.mno.cancelOrder({
      iccid,
      eid: more.eid ?? '',
      matchingId: more.matchingId ?? '',
      finalProfileStatusIndicator: more.unavailable
        ? FinalProfileStatusIndicator.UNAVAILABLE
        : FinalProfileStatusIndicator.AVAILABLE,
    });
  const ordered = async (eid = '') => {
    const iccid = await te.stock();
    await order(iccid, eid);
    return iccid;
  };

  describe('TC_SM-DP+_ES2+.DownloadOrder', () => {
    test('nominal, by ICCID: Allocated', async () => {
      const iccid = await te.stock();
      expect(await raw('downloadOrder', { iccid })).toEqual({ header: success, iccid });
      expect(await te.stateOf(iccid)).toBe('ALLOCATED');
    });
    test('nominal, by ICCID with EID: Linked', async () => {
      const iccid = await te.stock();
      expect(await raw('downloadOrder', { eid: te.euicc1.eid, iccid })).toEqual({ header: success, iccid });
      expect(await te.stateOf(iccid)).toBe('LINKED');
    });
    test('nominal, by profile type: one of the type', async () => {
      const iccid = await te.stock({ profileType: 'nominal' });
      expect(await raw('downloadOrder', { profileType: 'nominal' })).toEqual({ header: success, iccid });
    });
    test('nominal, by ICCID and the type of that profile; what is null is not there', async () => {
      const iccid = await te.stock({ profileType: 'aligned' });
      expect(await raw('downloadOrder', { eid: null, iccid, profileType: 'aligned' })).toEqual({
        header: success,
        iccid,
      });
      expect(await te.stateOf(iccid)).toBe('ALLOCATED');
    });
    test('an ICCID whose profile is of another type', async () => {
      const iccid = await te.stock({ profileType: 'aligned' });
      expect(codes(await raw('downloadOrder', { iccid, profileType: 'another' }))).toBe('8.2.5/3.8');
      expect(await te.stateOf(iccid)).toBe('AVAILABLE');
    });
    test('an unknown ICCID', async () => {
      expect(await statusOf(order(unknown))).toBe('8.2.1/3.9');
    });
    test('an ICCID that is not available', async () => {
      expect(await statusOf(order(await ordered()))).toBe('8.2.1/3.3');
    });
    test('an unknown profile type', async () => {
      expect(codes(await raw('downloadOrder', { profileType: 'no such' }))).toBe('8.2.5/3.9');
    });
    test('a profile type of which none is left', async () => {
      await te.stock({ profileType: 'single' });
      await raw('downloadOrder', { profileType: 'single' });
      expect(codes(await raw('downloadOrder', { profileType: 'single' }))).toBe('8.2.5/3.7');
    });
    test('a member that is missing or malformed', async () => {
      expect(codes(await raw('downloadOrder', {}))).toBe('1.6/2.2');
      expect(codes(await raw('downloadOrder', { iccid: unknown }, {}))).toBe('1.6/2.2');
      expect(codes(await raw('downloadOrder', { iccid: 'X' }))).toBe('1.6/2.1');
      expect(codes(await raw('downloadOrder', { iccid: unknown, eid: '12' }))).toBe('1.6/2.1');
      expect(codes(await raw('downloadOrder', { iccid: unknown, profileType: 7 }))).toBe('1.6/2.1');
      expect(codes(await raw('downloadOrder', { iccid: null, profileType: null }))).toBe('1.6/2.2');
    });
  });

  describe('TC_SM-DP+_ES2+.ConfirmOrder', () => {
    test('nominal: Confirmed, with a matching id of the choice of the SM-DP+', async () => {
      const iccid = await ordered();
      const matchingId = expect.stringMatching(/^[0-9A-Z-]+$/);
      expect(await raw('confirmOrder', { iccid, releaseFlag: false })).toEqual({
        header: success,
        matchingId,
        smdpAddress: te.address,
      });
      expect(await te.stateOf(iccid)).toBe('CONFIRMED');
    });
    test('nominal: Released, with EID, matching id and confirmation code', async () => {
      const [iccid, eid, matchingId] = [await ordered(), te.euicc1.eid, 'NOMINAL'];
      const members = { iccid, eid, matchingId, confirmationCode: '1234', releaseFlag: true };
      expect(await raw('confirmOrder', members)).toEqual({
        header: success,
        eid,
        matchingId,
        smdpAddress: te.address,
      });
      expect(await te.stateOf(iccid)).toBe('RELEASED');
    });
    test('nominal: a default order has no matching id', async () => {
      const iccid = await ordered(te.euicc1.eid);
      expect(await raw('confirmOrder', { iccid, matchingId: '', releaseFlag: false })).toMatchObject({
        header: success,
        matchingId: '',
      });
    });
    test('nominal: with an SM-DS, the event is registered when the profile is released', async () => {
      const iccid = await ordered(te.euicc1.eid);
      const { matchingId } = await confirm(iccid, { smdsAddress, releaseFlag: true });
      expect(te.test.smds.events.get(matchingId)).toBe(te.euicc1.eid);
    });
    test('an unknown ICCID', async () => {
      expect(await statusOf(confirm(unknown))).toBe('8.2.1/3.9');
    });
    test('a profile that was not ordered', async () => {
      expect(await statusOf(confirm(await te.stock()))).toBe('8.2.1/1.2');
    });
    test('a matching id that is in use', async () => {
      await confirm(await ordered(), { matchingId: 'TAKEN' });
      expect(await statusOf(confirm(await ordered(), { matchingId: 'TAKEN' }))).toBe('8.2.6/3.3');
    });
    test('no EID although the order needs one', async () => {
      const iccid = await ordered();
      expect(await statusOf(confirm(iccid, { defaultOrder: true }))).toBe('8.1.1/2.2');
      expect(await statusOf(confirm(iccid, { smdsAddress }))).toBe('8.1.1/2.2');
    });
    test('another EID is associated', async () => {
      const iccid = await ordered(te.euicc1.eid);
      expect(await statusOf(confirm(iccid, { eid: te.euicc2.eid }))).toBe('8.1.1/3.10');
    });
    test('an SM-DS out of reach', async () => {
      const iccid = await ordered(te.euicc1.eid);
      expect(await statusOf(confirm(iccid, { smdsAddress: 'smds.elsewhere.example' }))).toBe('8.9/5.1');
    });
    test('releaseFlag is missing', async () => {
      expect(codes(await raw('confirmOrder', { iccid: await ordered() }))).toBe('1.6/2.2');
    });
  });

  describe('TC_SM-DP+_ES2+.CancelOrder', () => {
    test.each<[string, Order]>([
      ['Confirmed', { release: false }],
      ['Released', {}],
    ])('nominal: a profile that is %s becomes Available', async (_, more) => {
      const { iccid, matchingId } = await te.order(more);
      const members = { iccid, matchingId, finalProfileStatusIndicator: 'Available' };
      expect(await raw('cancelOrder', members)).toEqual({ header: success });
      expect(await te.stateOf(iccid)).toBe('AVAILABLE');
      expect(await statusOf(order(iccid))).toBe('Executed-Success');
    });
    test('nominal: with EID, to Unavailable, and its event is deleted', async () => {
      const { iccid, matchingId } = await te.order({ eid: te.euicc1.eid, smdsAddress });
      await cancel(iccid, { eid: te.euicc1.eid, unavailable: true });
      expect(await te.stateOf(iccid)).toBe('UNAVAILABLE');
      expect(te.test.smds.events.has(matchingId)).toBe(false);
    });
    test('an unknown ICCID', async () => {
      expect(await statusOf(cancel(unknown))).toBe('8.2.1/3.9');
    });
    test('a profile without an order, and one that is installed', async () => {
      expect(await statusOf(cancel(await te.stock()))).toBe('8.2.1/1.2');
      const { iccid, matchingId } = await te.order();
      const offer = await te.authenticate({ matchingId });
      await te.bind(offer);
      await te.lpad.handleNotification({ pendingNotification: te.installationResult(offer, iccid) });
      expect(await statusOf(cancel(iccid))).toBe('8.2.1/1.2');
    });
    test('another EID or matching id is associated', async () => {
      const { iccid } = await te.order({ eid: te.euicc1.eid });
      expect(await statusOf(cancel(iccid, { eid: te.euicc2.eid }))).toBe('8.2.1/3.10');
      expect(await statusOf(cancel(iccid, { matchingId: 'ANOTHER' }))).toBe('8.2.6/3.10');
    });
    test('an unknown finalProfileStatusIndicator', async () => {
      const { iccid } = await te.order();
      expect(codes(await raw('cancelOrder', { iccid, finalProfileStatusIndicator: 'Gone' }))).toBe('1.6/2.1');
    });
  });

  describe('TC_SM-DP+_ES2+.ReleaseProfile', () => {
    test('nominal', async () => {
      const { iccid, matchingId } = await te.order({ release: false, eid: te.euicc1.eid, smdsAddress });
      expect(await raw('releaseProfile', { iccid })).toEqual({ header: success });
      expect(await te.stateOf(iccid)).toBe('RELEASED');
      expect(te.test.smds.events.get(matchingId)).toBe(te.euicc1.eid);
    });
    test('an unknown ICCID', async () => {
      expect(await statusOf(te.mno.releaseProfile({ iccid: unknown }))).toBe('8.2.1/3.9');
    });
    test('a profile that is not Confirmed', async () => {
      expect(await statusOf(te.mno.releaseProfile({ iccid: await te.stock() }))).toBe('8.2.1/3.5');
      expect(await statusOf(te.mno.releaseProfile({ iccid: await ordered() }))).toBe('8.2.1/3.5');
      const { iccid } = await te.order();
      expect(await statusOf(te.mno.releaseProfile({ iccid }))).toBe('8.2.1/3.5');
    });
  });

  describe('TC_SM-DP+_ES2+.HandleDownloadProgressInfo', () => {
    /** What the S_MNO was told since, without what every message has. */
    async function told(since: number, iccid: string) {
      await tellOperator(te.test.context);
      return back.seen.slice(since).flatMap(({ body }) => {
        const { header, notificationPointId, notificationPointStatus, ...info } = JSON.parse(body);
        if (info.iccid !== iccid) return [];
        expect(header).toEqual({
          functionRequesterIdentifier: '2.999.21',
          functionCallIdentifier: expect.any(String),
        });
        return [{ notificationPointId, notificationPointStatus, ...info }];
      });
    }
    const done = { status: 'Executed-Success' };
    const failed = (subjectCode: string, reasonCode: string) => ({
      status: 'Failed',
      statusCodeData: { subjectCode, reasonCode, message: expect.any(String) },
    });
    const common = (iccid: string) => ({
      eid: te.euicc1.eid,
      iccid,
      profileType: 'tegata-usim',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });

    test('a download up to its installation, over mutual TLS', async () => {
      const since = back.seen.length;
      const { iccid, matchingId } = await te.order();
      const offer = await te.authenticate({ matchingId });
      await te.bind(offer);
      await te.lpad.handleNotification({ pendingNotification: te.installationResult(offer, iccid) });
      expect(await told(since, iccid)).toEqual([
        { notificationPointId: 1, notificationPointStatus: done, ...common(iccid) },
        { notificationPointId: 3, notificationPointStatus: done, ...common(iccid) },
        {
          notificationPointId: 4,
          notificationPointStatus: done,
          resultData: Buffer.from('3007a0053003800100', 'hex').toString('base64'),
          ...common(iccid),
        },
      ]);
      expect(back.seen.at(-1)).toMatchObject({
        url: '/gsma/rsp2/es2plus/handleDownloadProgressInfo',
        client: smdp,
        headers: { 'x-admin-protocol': expect.stringMatching(/^gsma\/rsp\/v2\./) },
      });
    });
    test('an eUICC that is not eligible, and a confirmation code that is wrong', async () => {
      const since = back.seen.length;
      const { iccid, matchingId } = await te.order({ confirmationCode: '1234' });
      const small = { euiccInfo2: { extCardResource: Buffer.from('81010082020064830200ff', 'hex') } };
      await statusOf(te.authenticate({ matchingId, ...small }));
      const offer = await te.authenticate({ matchingId });
      await statusOf(te.bind(offer, te.oneTimeKey(), '4321'));
      expect(await told(since, iccid)).toMatchObject([
        { notificationPointId: 1, notificationPointStatus: failed('8.1', '4.8') },
        { notificationPointId: 1, notificationPointStatus: done },
        { notificationPointId: 2, notificationPointStatus: failed('8.2.7', '3.8') },
      ]);
    });
    test('an order whose time has come', async () => {
      const since = back.seen.length;
      const { iccid, matchingId } = await te.order();
      const { prisma } = te.test.context;
      await prisma.profile.update({ where: { iccid }, data: { expiresAt: te.test.time.now } });
      expect(await statusOf(te.authenticate({ matchingId }))).toBe('Expired 8.8.5/4.10');
      const expired = { ...failed('8.8.5', '4.10'), status: 'Expired' };
      expect(await told(since, iccid)).toMatchObject([{ notificationPointId: 1, notificationPointStatus: expired }]);
    });
    test('an installation that failed', async () => {
      const { iccid, matchingId } = await te.order();
      const offer = await te.authenticate({ matchingId });
      await te.bind(offer);
      const since = back.seen.length;
      const error = { bppCommandId: 5, errorReason: ErrorReason.installFailedDueToPEProcessingError };
      await te.lpad.handleNotification({ pendingNotification: te.installationResult(offer, iccid, error) });
      expect((await told(since, iccid)).at(-1)).toMatchObject({
        notificationPointId: 4,
        notificationPointStatus: failed('8.1', '4.2'),
      });
    });
    test('an S_MNO that does not take it is told again, later', async () => {
      const { iccid, matchingId } = await te.order();
      await told(0, iccid);
      const since = back.seen.length;
      backEndAnswers = 503;
      await te.authenticate({ matchingId });
      expect(await told(since, iccid)).toHaveLength(1);
      backEndAnswers = 204;
      expect(await told(since, iccid)).toHaveLength(1);
      te.pass(60_000);
      const [first, second, ...more] = await told(since, iccid);
      expect(second).toEqual(first);
      expect(more).toEqual([]);
      const calls = back.seen.slice(since).map(({ body }) => JSON.parse(body).header.functionCallIdentifier);
      expect(new Set(calls).size).toBe(1);
    });
  });
});

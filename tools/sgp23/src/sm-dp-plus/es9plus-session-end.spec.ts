import {
  BppCommandId,
  CancelSessionReason,
  CancelSessionResponse,
  ErrorReason,
  EuiccCancelSessionSigned,
  signedData,
  signObjectNow,
} from '@tegata/rsp';
import { rawClient } from '@tegata/rsp-http/testing';
import { certificatePem } from '@tegata/x509';
import { negativeChains } from '@tegata/x509/testing';
import { statusOf } from '../simulated/function-status.ts';
import { SEuicc, spoilt } from '../simulated/s-euicc.ts';
import { type Offer, TeSmDpPlus } from './te-sm-dp-plus.ts';

/** SGP.23 sections 4.3.15 and 4.3.16. */
describe('the end of a download', () => {
  let te: TeSmDpPlus;
  /** Of a profile of which nothing was heard. */
  let downloadedIccid: string;
  beforeAll(async () => {
    te = await TeSmDpPlus.start();
    downloadedIccid = (await downloaded()).iccid;
  });
  afterAll(() => te.close());

  async function downloaded() {
    const { matchingId, iccid } = await te.order();
    const offer = await te.authenticate({ matchingId });
    await te.bind(offer);
    return { offer, iccid, matchingId };
  }
  const kept = (iccid: string) => te.test.context.prisma.notification.count({ where: { iccid } });
  const notify = (pendingNotification: Buffer) => statusOf(te.lpad.handleNotification({ pendingNotification }));

  describe('TC_SM-DP+_ES9+_HandleNotificationNIST', () => {
    test('#01: all notifications', async () => {
      const { offer, iccid } = await downloaded();
      const http = rawClient(te.served.es9plus[0] ?? '', 'h2', {
        ca: certificatePem(te.ci.certificate),
        servername: te.address,
      });
      try {
        const events = ['install', 'enable', 'disable', 'delete'] as const;
        const all = [
          te.installationResult(offer, iccid),
          ...events.map((event) => te.otherNotification(te.euicc1, event, iccid)),
        ];
        for (const notification of all) {
          const body = JSON.stringify({ pendingNotification: notification.toString('base64') });
          // Twice: an LPA repeats it until it is acknowledged.
          for (const _ of [1, 2]) {
            const answer = await http.send({ path: '/gsma/rsp2/es9plus/handleNotification', body });
            expect([answer.status, answer.body]).toEqual([204, '']);
          }
        }
        expect(await kept(iccid)).toBe(5);
        expect(await te.stateOf(iccid)).toBe('INSTALLED');
      } finally {
        http.close();
      }
    });
    test('#02: a successful result, then only the notification that the profile was enabled', async () => {
      const { offer, iccid } = await downloaded();
      expect(await notify(te.installationResult(offer, iccid))).toBe('Executed-Success');
      expect(await notify(te.otherNotification(te.euicc1, 'enable', iccid))).toBe('Executed-Success');
      expect([await te.stateOf(iccid), await kept(iccid)]).toEqual(['INSTALLED', 2]);
    });
    test('#03: an unknown transactionId changes nothing', async () => {
      const { offer, iccid } = await downloaded();
      const answer = { ...offer.answer, transactionId: Buffer.alloc(16, 9) };
      expect(await notify(te.installationResult({ ...offer, answer }, iccid))).toBe('Executed-Success');
      expect([await te.stateOf(iccid), await kept(iccid)]).toEqual(['DOWNLOADED', 0]);
    });
    // #04 to #18 are such results; which number has which reason is not known here.
    const passing: readonly number[] = [
      ErrorReason.installFailedDueToInterruption,
      ErrorReason.installFailedDueToInsufficientMemoryForProfile,
    ];
    test.each(Object.entries(ErrorReason))('#04-#18: a result with the reason %s', async (_, errorReason) => {
      const { offer, iccid, matchingId } = await downloaded();
      const bppCommandId = BppCommandId.loadProfileElements;
      expect(await notify(te.installationResult(offer, iccid, { bppCommandId, errorReason }))).toBe('Executed-Success');
      const waits = passing.includes(errorReason);
      expect([await te.stateOf(iccid), await kept(iccid)]).toEqual([waits ? 'DOWNLOADED' : 'ERROR', 1]);
      const next = await te.authenticated({ matchingId });
      expect(await statusOf(te.lpad.authenticateClient(next.request))).toBe(waits ? 'Executed-Success' : '8.2.6/3.8');
    });
    test('without a number: a result that another eUICC signed changes nothing', async () => {
      const { offer, iccid } = await downloaded();
      const forged = te.installationResult(offer, iccid, undefined, te.euicc2.signer);
      expect(await notify(forged)).toBe('Executed-Success');
      expect([await te.stateOf(iccid), await kept(iccid)]).toEqual(['DOWNLOADED', 0]);
    });
    test.each(negativeChains)('without a number: a notification with $fault is not kept', async ({ issue }) => {
      const stranger = new SEuicc(await issue(te.ci), [te.ci]);
      expect(await notify(te.otherNotification(stranger, 'enable', downloadedIccid))).toBe('Executed-Success');
      expect(await kept(downloadedIccid)).toBe(0);
    });
    test('without a number: octets that are no notification', async () => {
      expect(await notify(Buffer.from('bf3700', 'hex'))).toBe('1.6/2.1');
    });
  });

  /** What CancelSession is called with, with other members signed or with the signature spoilt. */
  function altered(
    { euicc, answer: { transactionId } }: Offer,
    other: { readonly transactionId?: Uint8Array; readonly smdpOid?: string; readonly spoil?: boolean },
  ) {
    const euiccCancelSessionSigned = EuiccCancelSessionSigned.encode({
      transactionId: other.transactionId ?? transactionId,
      smdpOid: other.smdpOid ?? te.oid,
      reason: CancelSessionReason.endUserRejection,
    });
    const signature = signObjectNow(euicc.signer, signedData.euiccCancelSessionSignature(euiccCancelSessionSigned));
    const cancelSessionResponse = CancelSessionResponse.encode({
      kind: 'cancelSessionResponseOk',
      value: { euiccCancelSessionSigned, euiccCancelSessionSignature: other.spoil ? spoilt(signature) : signature },
    });
    return { transactionId, cancelSessionResponse: Buffer.from(cancelSessionResponse) };
  }
  const cancel = (request: Parameters<TeSmDpPlus['lpad']['cancelSession']>[0]) =>
    statusOf(te.lpad.cancelSession(request));

  /** The order after a session was cancelled: for good, or waiting for another try. */
  async function cancelled(offer: Offer, iccid: string, matchingId: string, reason: number): Promise<void> {
    const waiting = await te.stateOf(iccid);
    expect(await cancel(te.cancelled(offer, reason))).toBe('Executed-Success');
    expect(await cancel(te.cancelled(offer, reason))).toBe('8.10.1/3.9');
    expect(await statusOf(te.lpad.getBoundProfilePackage(te.prepared(offer)))).toBe('8.10.1/3.9');
    const waits = reason === CancelSessionReason.postponed || reason === CancelSessionReason.timeout;
    expect(await te.stateOf(iccid)).toBe(waits ? waiting : 'ERROR');
    const next = await te.authenticated({ matchingId });
    expect(await statusOf(te.lpad.authenticateClient(next.request))).toBe(waits ? 'Executed-Success' : '8.2.6/3.8');
  }

  /** Faults of the function itself; their numbers are not known here. */
  async function refused(offer: Offer): Promise<void> {
    const { answer } = offer;
    expect(await cancel({ ...altered(offer, {}), transactionId: Buffer.alloc(16, 9) })).toBe('8.10.1/3.9');
    expect(await cancel(altered(offer, { transactionId: Buffer.alloc(16, 9) }))).toBe('8.10.1/3.9');
    expect(await cancel(altered(offer, { spoil: true }))).toBe('8.1/6.1');
    expect(await cancel(altered(offer, { smdpOid: '2.999.99' }))).toBe('8.8/3.10');
    const malformed = { transactionId: answer.transactionId, cancelSessionResponse: Buffer.from('bf4100', 'hex') };
    expect(await cancel(malformed)).toBe('1.6/2.1');
    // Nothing of this has ended the session.
    expect(await cancel(altered(offer, {}))).toBe('Executed-Success');
  }

  describe('TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST', () => {
    const { endUserRejection, postponed, timeout, pprNotAllowed, undefinedReason } = CancelSessionReason;
    test.each([
      ['#01: the end user rejects', endUserRejection],
      ['#02: the end user postpones', postponed],
      ['#03: a time-out', timeout],
      ['#04: the rules of the profile are not allowed', pprNotAllowed],
      ['#05: an undefined reason', undefinedReason],
    ])('%s', async (_, reason) => {
      const { matchingId, iccid } = await te.order();
      await cancelled(await te.authenticate({ matchingId }), iccid, matchingId, reason);
    });
    test('#06-#09: a transactionId, signature or OID that is not that of the session', async () => {
      const { matchingId } = await te.order();
      await refused(await te.authenticate({ matchingId }));
    });
    test('without a number: a session in which no eUICC has authenticated itself', async () => {
      const { matchingId } = await te.order();
      const offer = await te.authenticate({ matchingId });
      const { transactionId } = (await te.initiate()).server;
      const answer = { ...offer.answer, transactionId };
      expect(await cancel(altered({ ...offer, answer }, {}))).toBe('8.10.1/3.9');
    });
  });

  describe('TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST', () => {
    const { endUserRejection, postponed, timeout, pprNotAllowed, metadataMismatch, loadBppExecutionError } =
      CancelSessionReason;
    test.each([
      ['#01: the end user rejects', endUserRejection],
      ['#02: the end user postpones', postponed],
      ['#03: a time-out', timeout],
      ['#04: the rules of the profile are not allowed', pprNotAllowed],
      ['#05: the metadata differ', metadataMismatch],
      ['#06: the package could not be loaded', loadBppExecutionError],
      ['#07: an undefined reason', CancelSessionReason.undefinedReason],
    ])('%s', async (_, reason) => {
      const { offer, iccid, matchingId } = await downloaded();
      await cancelled(offer, iccid, matchingId, reason);
    });
    test('#08-#11: a transactionId, signature or OID that is not that of the session', async () => {
      await refused((await downloaded()).offer);
    });
  });
});

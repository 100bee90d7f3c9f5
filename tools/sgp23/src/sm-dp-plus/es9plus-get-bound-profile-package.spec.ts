import { FinalProfileStatusIndicator } from '@tegata/contracts/gsma-rsp-v2';
import {
  downloadError,
  EUICCSigned2,
  type OneTimeKey,
  PrepareDownloadResponse,
  SmdpSigned2,
  signedData,
  signObjectNow,
} from '@tegata/rsp';
import type { Curve } from '@tegata/x509';
import { statusOf } from '../simulated/function-status.ts';
import { spoilt } from '../simulated/s-euicc.ts';
import { type Offer, type Order, TeSmDpPlus } from './te-sm-dp-plus.ts';

const code = '1234';
/** A PNG of which only the size matters: with it the metadata need two segments. */
const icon = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(1_000)]);

/** SGP.23 section 4.3.13. This SM-DP+ protects every package with PPK-ENC and PPK-MAC: sequences of S-ENC and S-MAC do not apply. */
describe.each<[Curve, string]>([
  ['P-256', 'NIST'],
  ['brainpoolP256r1', 'BRP'],
])('ES9+.GetBoundProfilePackage under a CI on %s', (curve, suffix) => {
  let te: TeSmDpPlus;
  beforeAll(async () => {
    te = await TeSmDpPlus.start({ curve });
  });
  afterAll(() => te.close());

  const offerOf = async (order: Order = {}) => {
    const { matchingId, iccid } = await te.order(order);
    return { matchingId, iccid, offer: await te.authenticate({ matchingId }) };
  };
  /** Reads a package as the eUICC does: what is in it, in order, and the sizes of its segments of metadata. */
  function contents(bpp: Uint8Array, offer: Offer, key: OneTimeKey): string[] {
    return [...new Set(te.read(bpp, offer, key).map(({ kind }) => kind))];
  }
  const complete = [
    'initialiseSecureChannel',
    'configureIsdp',
    'storeMetadata',
    'replaceSessionKeys',
    'profileElements',
    'end',
  ];

  async function delivered(order: Order): Promise<void> {
    const { offer, iccid } = await offerOf(order);
    const key = te.oneTimeKey();
    const bpp = await te.bind(offer, key, order.confirmationCode);
    expect(contents(bpp, offer, key)).toEqual(complete);
    expect(await te.stateOf(iccid)).toBe('DOWNLOADED');
  }

  if (curve === 'brainpoolP256r1') {
    test('TC_SM-DP+_ES9+.GetBoundProfilePackageBRP: with PPK, without confirmation code', () => delivered({}));
    test('TC_SM-DP+_ES9+.GetBoundProfilePackageBRP: with PPK, with confirmation code', () =>
      delivered({ confirmationCode: code }));
    test('TC_SM-DP+_ES9+.GetBoundProfilePackageBRP without a number: a one-time key on the other curve', async () => {
      const { offer } = await offerOf();
      const nist = Buffer.from(te.oneTimeKey().publicKey);
      nist[64] = (nist[64] ?? 0) ^ 1;
      const key = { ...te.oneTimeKey(), publicKey: nist };
      const request = te.prepared(offer, key as OneTimeKey);
      expect(await statusOf(te.lpad.getBoundProfilePackage(request))).toBe('8.1/6.1');
    });
    return;
  }
  expect(suffix).toBe('NIST');

  test('TC_SM-DP+_ES9+.GetBoundProfilePackageNIST #03: with PPK, without confirmation code', () => delivered({}));
  test('TC_SM-DP+_ES9+.GetBoundProfilePackageNIST #04: with PPK, with confirmation code', () =>
    delivered({ confirmationCode: code }));
  test('TC_SM-DP+_ES9+.GetBoundProfilePackageNIST #06: with PPK, metadata in two segments', () =>
    delivered({ stock: { display: { icon } } }));

  /** A package was sent; the LPA comes again in another session. */
  async function again(order: Order) {
    const { matchingId, iccid, offer } = await offerOf(order);
    const first = te.oneTimeKey();
    const sent = await te.bind(offer, first, order.confirmationCode);
    const second = await te.authenticate({ matchingId });
    return { iccid, first, sent, second };
  }

  describe('TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST', () => {
    async function reused(order: Order): Promise<void> {
      const { first, second, iccid } = await again(order);
      const { bppEuiccOtpk = new Uint8Array() } = SmdpSigned2.decode(second.answer.smdpSigned2);
      expect(Buffer.from(bppEuiccOtpk)).toEqual(Buffer.from(first.publicKey));
      const bpp = await te.bind(second, first, order.confirmationCode);
      expect(contents(bpp, second, first)).toEqual(complete);
      expect(await te.stateOf(iccid)).toBe('DOWNLOADED');
    }
    async function rejected(order: Order): Promise<void> {
      const { second } = await again(order);
      const other = te.oneTimeKey();
      expect(contents(await te.bind(second, other, order.confirmationCode), second, other)).toEqual(complete);
    }
    test('#03: the same otPK, with PPK, without confirmation code', () => reused({}));
    test('#04: the same otPK, with PPK, with confirmation code', () => reused({ confirmationCode: code }));
    test('#07: the same otPK is rejected by the eUICC, with PPK, without confirmation code', () => rejected({}));
    test('#08: the same otPK is rejected by the eUICC, with PPK, with confirmation code', () =>
      rejected({ confirmationCode: code }));
    test('#09: another try with the right confirmation code', async () => {
      const { offer, matchingId } = await offerOf({ confirmationCode: code });
      const key = te.oneTimeKey();
      const wrong = te.prepared(offer, key, '4321');
      expect(await statusOf(te.lpad.getBoundProfilePackage(wrong))).toBe('8.2.7/3.8');
      const second = await te.authenticate({ matchingId });
      expect(contents(await te.bind(second, key, code), second, key)).toEqual(complete);
    });
  });

  describe('TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_DifferentOTPK_NIST', () => {
    async function different(order: Order): Promise<void> {
      const { first, sent, second } = await again(order);
      const other = te.oneTimeKey();
      const bpp = await te.bind(second, other, order.confirmationCode);
      expect(contents(bpp, second, other)).toEqual(complete);
      expect(bpp.equals(sent)).toBe(false);
      expect(() => te.read(bpp, second, first)).toThrow();
    }
    test('#03: without the otPK of before, with PPK, without confirmation code', () => different({}));
    test('#04: without the otPK of before, with PPK, with confirmation code', () =>
      different({ confirmationCode: code }));
  });

  describe('TC_SM-DP+_ES9+.GetBoundProfilePackage_ErrorCasesNIST', () => {
    type Request = Parameters<TeSmDpPlus['lpad']['getBoundProfilePackage']>[0];
    const status = (request: Request) => statusOf(te.lpad.getBoundProfilePackage(request));
    /** The eUICC's answer with other members signed, or with its signature spoilt. */
    function altered(
      { euicc, answer }: Offer,
      { prepareDownloadResponse, transactionId }: Request,
      other?: Uint8Array,
    ) {
      const { kind, value } = PrepareDownloadResponse.decode(prepareDownloadResponse);
      if (kind !== 'downloadResponseOk') throw new Error('the eUICC refused the offer');
      const { euiccOtpk } = value.euiccSigned2;
      const euiccSigned2 = EUICCSigned2.encode({ transactionId: other ?? transactionId, euiccOtpk });
      const signature = signObjectNow(euicc.signer, signedData.euiccSignature2(euiccSigned2, answer.smdpSignature2));
      const euiccSignature2 = other ? signature : spoilt(signature);
      const octets = PrepareDownloadResponse.encode({ kind, value: { euiccSigned2, euiccSignature2 } });
      return { transactionId, prepareDownloadResponse: Buffer.from(octets) };
    }
    test('#01: an invalid eUICC signature', async () => {
      const { offer, iccid } = await offerOf();
      expect(await status(altered(offer, te.prepared(offer)))).toBe('8.1/6.1');
      expect(await te.stateOf(iccid)).toBe('RELEASED');
    });
    test('#02: an unknown transactionId in the transport layer', async () => {
      const { offer } = await offerOf();
      expect(await status({ ...te.prepared(offer), transactionId: Buffer.alloc(16, 9) })).toBe('8.10.1/3.9');
    });
    test('#03: an unknown transactionId in euiccSigned2', async () => {
      const { offer } = await offerOf();
      expect(await status(altered(offer, te.prepared(offer), Buffer.alloc(16, 9)))).toBe('8.10.1/3.9');
    });
    test('#04: no confirmation code', async () => {
      const { offer } = await offerOf({ confirmationCode: code });
      expect(await status(te.prepared(offer))).toBe('8.2.7/2.2');
    });
    test('#05: a confirmation code that is refused', async () => {
      const { offer, iccid } = await offerOf({ confirmationCode: code });
      expect(await status(te.prepared(offer, te.oneTimeKey(), '4321'))).toBe('8.2.7/3.8');
      expect(await te.stateOf(iccid)).toBe('RELEASED');
    });
    test('without a number: confirmation codes were refused too often', async () => {
      const { offer, iccid } = await offerOf({ confirmationCode: code });
      await te.test.context.prisma.profile.update({ where: { iccid }, data: { confirmationTriesLeft: 1 } });
      for (const guess of ['4321', code]) {
        expect(await status(te.prepared(offer, te.oneTimeKey(), guess))).toBe('8.2.7/6.4');
      }
      expect(await te.stateOf(iccid)).toBe('ERROR');
    });
    test('without a number: an order that was withdrawn since it was offered', async () => {
      const { iccid, matchingId, offer } = await offerOf();
      const { UNAVAILABLE } = FinalProfileStatusIndicator;
      await te.mno.cancelOrder({ iccid, eid: '', matchingId, finalProfileStatusIndicator: UNAVAILABLE });
      expect(await status(te.prepared(offer))).toBe('8.10.1/3.9');
      expect(await te.stateOf(iccid)).toBe('UNAVAILABLE');
    });
    test('without a number: a package that can not be bound again, as its order has expired', async () => {
      const { iccid, offer } = await offerOf();
      const expiresAt = new Date(te.test.time.now.getTime() + 1_000);
      await te.test.context.prisma.profile.update({ where: { iccid }, data: { expiresAt } });
      te.pass(1_001);
      expect(await status(te.prepared(offer))).toBe('8.2/3.7');
      expect(await te.stateOf(iccid)).toBe('RELEASED');
    });
    test('without a number: a package that another session has installed ends this one', async () => {
      const { iccid, matchingId, offer } = await offerOf();
      const other = await te.authenticate({ matchingId });
      await te.bind(other);
      await te.lpad.handleNotification({ pendingNotification: te.installationResult(other, iccid) });
      expect(await status(te.prepared(offer))).toBe('8.10.1/3.9');
      expect(await te.stateOf(iccid)).toBe('INSTALLED');
    });
    test('without a number: an eUICC that refuses the offer ends the session', async () => {
      const { offer } = await offerOf();
      const { transactionId } = offer.answer;
      const prepareDownloadResponse = Buffer.from(downloadError(transactionId, 'invalidCertificate'));
      expect(await status({ transactionId, prepareDownloadResponse })).toBe('8.1/6.1');
      expect(await status(te.prepared(offer))).toBe('8.10.1/3.9');
    });
    test('without a number: a session in which no eUICC has authenticated itself', async () => {
      const { offer } = await offerOf();
      const { server } = await te.initiate();
      const { prepareDownloadResponse } = te.prepared(offer);
      const { transactionId } = server;
      expect(await status({ transactionId, prepareDownloadResponse })).toBe('8.10.1/3.9');
    });
  });
});

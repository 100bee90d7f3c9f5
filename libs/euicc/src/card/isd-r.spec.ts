import {
  DeleteNotificationStatus,
  ListNotificationResponse,
  NotificationSentResponse,
  ProfileInfoListResponse,
  ProfileInstallationResult,
  SetDefaultDpAddressRequest,
  SetNicknameRequest,
  splitBoundProfilePackage,
  toHex,
} from '@tegata/rsp';
import { Euicc } from '../euicc.ts';
import type { CrashingFolder } from '../testing/crashing-folder.ts';
import { openIsdR, selectApplication, statusWord, storeData, transmit } from '../testing/modem.ts';
import { SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { EID, newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors } from '../testing/vectors.ts';

const ISD_R = 'A0000005591010FFFFFFFF8900000100';
const ECASD = 'A0000005591010FFFFFFFF8900000200';
const USIM = 'A0000000871002';
/** The ISD-R's answer: its name, 255 octets of data in a command, SGP.22 v2.2.2. */
const ISD_R_FCI = `6F1F8410${ISD_R}A5049F6501FFE0058203020202`;
const ICCID = '5A0A981800214365870921F5';
const enable = (refresh: boolean): string => `BF3111A00C${ICCID}8101${refresh ? 'FF' : '00'}`;
const disable = (refresh: boolean): string => `BF3211A00C${ICCID}8101${refresh ? 'FF' : '00'}`;

describeWithVectors('ISD-R over the card interface', () => {
  let euicc: Euicc;
  let folder: CrashingFolder;
  beforeEach(async () => {
    ({ euicc, folder } = await newEuicc());
  });

  async function installed(): Promise<TestSmdp> {
    const smdp = new TestSmdp();
    await smdp.install(euicc, subscriptionPackage(), metadataFor(SUBSCRIPTION.iccid));
    return smdp;
  }

  describe('selection', () => {
    it('is by the whole AID or the beginning of it, on any channel, and says which SGP.22 it follows', async () => {
      expect(await transmit(euicc, `00A4040010${ISD_R}00`)).toEqual({ data: ISD_R_FCI, sw: '9000' });
      expect((await transmit(euicc, '00A4040007A000000559101000')).data).toBe(ISD_R_FCI);
      await transmit(euicc, '0070000001');
      expect((await transmit(euicc, `01A4040010${ISD_R}00`)).data).toBe(ISD_R_FCI);
      expect(await transmit(euicc, `01A4040010${ISD_R}`)).toEqual({ data: '', sw: '6121' });
      expect(await transmit(euicc, `01A4040C10${ISD_R}`)).toEqual({ data: '', sw: '9000' });
      expect(await statusWord(euicc, `00A4040010${ISD_R.slice(0, -2)}0300`)).toBe('6A82');
      expect(await statusWord(euicc, '00A4040000')).toBe('6A82');
      expect(await statusWord(euicc, `00A4040810${ISD_R}00`)).toBe('6A86');
    });

    it('finds the ECASD as the next one that begins alike, which has the EID', async () => {
      await transmit(euicc, '00A4040007A000000559101000');
      expect((await transmit(euicc, '00A4040207A000000559101000')).data).toMatch(new RegExp(`^6F..8410${ECASD}`));
      expect(await transmit(euicc, '80CA005A00')).toEqual({ data: `5A10${EID}`, sw: '9000' });
      expect(await transmit(euicc, '00CA005A00')).toEqual({ data: `5A10${EID}`, sw: '9000' });
      expect(await transmit(euicc, '80CA005A10')).toEqual({ data: '', sw: '6C12' });
      expect(await statusWord(euicc, '80CA9F7F00')).toBe('6A88');
      expect(await statusWord(euicc, '80E2910003BF2000')).toBe('6D00');
      expect(await statusWord(euicc, '00A4040207A000000559101000')).toBe('6A82');
    });

    it('does not reach the profiles themselves', async () => {
      await installed();
      expect(await statusWord(euicc, '00A4040010A0000005591010FFFFFFFF890000100000')).toBe('6A82');
    });

    it('leaves a channel to files and applications when these are selected, and not when they are not there', async () => {
      await installed();
      await euicc.es10c.enableProfile({ kind: 'iccid', value: SUBSCRIPTION.iccid });
      await transmit(euicc, `00A4040010${ISD_R}00`);
      expect(await statusWord(euicc, '00B0000000')).toBe('6D00');
      expect(await statusWord(euicc, '00A40004026F9900')).toBe('6A82');
      expect((await storeData(euicc, 'BF2000', { channel: 0 })).data).toMatch(/^BF20/);
      await selectApplication(euicc, USIM);
      expect(await statusWord(euicc, '80E2910003BF2000')).toBe('6D00');
      expect((await transmit(euicc, '80F2000000')).data).toMatch(/84..A0000000871002/);
      await transmit(euicc, `00A4040010${ISD_R}00`);
      await transmit(euicc, '00A40004023F0000');
      expect((await transmit(euicc, '80F2000000')).data).toMatch(/83023F00/);
    });
  });

  describe('STORE DATA', () => {
    beforeEach(() => openIsdR(euicc));

    it('answers as the functions do', async () => {
      expect((await storeData(euicc, 'BF2000')).data).toBe(toHex(await euicc.es10b.getEuiccInfo1()));
      expect((await storeData(euicc, 'BF2200')).data).toBe(toHex(await euicc.es10b.getEuiccInfo2()));
      expect((await storeData(euicc, 'BF2E00')).data).toMatch(/^BF2E128010[0-9A-F]{32}$/);
      expect((await storeData(euicc, 'BF3E035C015A')).data).toBe(`BF3E125A10${EID}`);
      expect((await storeData(euicc, 'BF3F0A8008736D64702E636F6D')).data).toBe('BF3F03800100');
      expect((await storeData(euicc, 'BF3C00')).data).toBe(
        `BF3C208008736D64702E636F6D8114${Buffer.from('rootsmds.example.com').toString('hex').toUpperCase()}`,
      );
      expect((await storeData(euicc, 'BF4300')).data).toBe(toHex(await euicc.es10b.getRat()));
      expect((await storeData(euicc, 'BF3504A0020500')).data).toBe('BF3503810102');
      expect((await storeData(euicc, 'BF2800')).data).toBe('BF2802A000');
      expect((await storeData(euicc, 'BF2B00')).data).toBe('BF2B02A000');
      expect((await storeData(euicc, 'BF2D00')).data).toBe('BF2D02A000');
      expect((await storeData(euicc, 'BF3003800105')).data).toBe('BF3003800101');
      expect((await storeData(euicc, 'BF340482020780')).data).toBe('BF3403800101');
    });

    it('takes a command in blocks of any size, and gives a long answer in parts', async () => {
      await installed();
      await euicc.es10c.enableProfile({ kind: 'iccid', value: SUBSCRIPTION.iccid });
      const list = (await storeData(euicc, 'BF2B00')).data;
      expect(list.length).toBeGreaterThan(2 * 256);
      for (const blockOctets of [1, 2, 3, 254, 255]) {
        expect((await storeData(euicc, 'BF2B00', { blockOctets })).data).toBe(list);
      }
      const whole = await transmit(euicc, '81E2910003BF2B0000');
      expect(whole.data).toHaveLength(2 * 256);
      expect(whole.sw).toMatch(/^61/);
      expect(await transmit(euicc, '81E2910003BF2B00')).toEqual({ data: '', sw: '6100' });
    });

    it('refuses blocks out of order, keeps nothing of them, and starts anew with block 0', async () => {
      expect(await statusWord(euicc, '81E2910101BF')).toBe('6A86');
      expect(await statusWord(euicc, '81E2110001BF')).toBe('9000');
      expect(await statusWord(euicc, '81E211020120')).toBe('6A86');
      expect(await statusWord(euicc, '81E291010100')).toBe('6A86');
      expect(await statusWord(euicc, '81E2900003BF2000')).toBe('6A86');
      expect(await statusWord(euicc, '81E2110001BF')).toBe('9000');
      expect((await storeData(euicc, 'BF2000')).sw).toBe('9000');
    });

    it('refuses what is no request, no function of its, or no function for now', async () => {
      expect(await statusWord(euicc, '81E29100')).toBe('6A80');
      expect(await statusWord(euicc, '81E2910003BF2001')).toBe('6A80');
      expect(await statusWord(euicc, '81E2910004BF2000FF')).toBe('6A80');
      expect(await statusWord(euicc, '81E2910003BF7F00')).toBe('6A88');
      expect(await statusWord(euicc, '81E2910002A100')).toBe('6985');
      expect(await statusWord(euicc, '81E2910005BF36820400')).toBe('6985');
      expect(await statusWord(euicc, '81E2910003BF3800')).toBe('6A80');
      expect(await statusWord(euicc, '81CA005A00')).toBe('6D00');
      expect(await statusWord(euicc, '0170000001')).toBe('9000');
      expect(await statusWord(euicc, '82E2910003BF2000')).toBe('6D00');
    });

    it('forgets a command that was begun when something else is selected, or the channel closed', async () => {
      await transmit(euicc, '81E2110001BF');
      await transmit(euicc, `01A4040C10${ISD_R}`);
      expect(await statusWord(euicc, '81E29101022000')).toBe('6A86');
      await transmit(euicc, '81E2110001BF');
      await transmit(euicc, '01708000');
      await openIsdR(euicc);
      expect(await statusWord(euicc, '81E29101022000')).toBe('6A86');
    });

    it('keeps commands on several channels apart', async () => {
      expect(await openIsdR(euicc)).toBe(2);
      await transmit(euicc, '81E2110001BF');
      await transmit(euicc, '82E2110001BF');
      expect(await statusWord(euicc, '81E29101022000')).toMatch(/^61/);
      expect(await statusWord(euicc, '82E29101022200')).toMatch(/^61/);
      expect((await transmit(euicc, '01C0000004')).data).toMatch(/^BF20/);
      expect((await transmit(euicc, '82C0000004')).data).toMatch(/^BF22/);
    });
  });

  describe('profiles', () => {
    it('are downloaded, block by block, and found again after the power was lost', async () => {
      const channel = await openIsdR(euicc);
      const bpp = await new TestSmdp().deliver(euicc, subscriptionPackage(), metadataFor(SUBSCRIPTION.iccid));
      const pieces = splitBoundProfilePackage(bpp);
      for (const piece of pieces.slice(0, -1)) {
        expect(await storeData(euicc, piece, { channel })).toEqual({ data: '', sw: '9000' });
      }
      const last = await storeData(euicc, pieces.at(-1) ?? bpp, { channel });
      const result = ProfileInstallationResult.decode(Buffer.from(last.data, 'hex'));
      expect(result.profileInstallationResultData.finalResult.kind).toBe('successResult');
      expect(await storeData(euicc, 'A100', { channel })).toEqual({ data: '', sw: '6985' });
      expect((await storeData(euicc, 'BF2B05A003800101', { channel })).data).toContain(last.data);

      folder.powerOn({ names: 'none', writes: 'none' });
      euicc = await Euicc.open(testOptions(folder));
      await openIsdR(euicc);
      const list = ProfileInfoListResponse.decode(Buffer.from((await storeData(euicc, 'BF2D00')).data, 'hex'));
      expect(list).toMatchObject({ kind: 'profileInfoListOk', value: [{ iccid: SUBSCRIPTION.iccid }] });
    });

    it('stop at the first piece that is wrong: the result says which, and no piece is taken any more', async () => {
      await openIsdR(euicc);
      const bpp = Buffer.from(
        await new TestSmdp().deliver(euicc, subscriptionPackage(), metadataFor(SUBSCRIPTION.iccid)),
      );
      const [first, second, ...rest] = splitBoundProfilePackage(bpp).map((piece) => Buffer.from(piece));
      if (first === undefined || second === undefined) throw new Error('no pieces');
      second[second.length - 1] = (second.at(-1) ?? 0) ^ 1;
      expect((await storeData(euicc, first)).sw).toBe('9000');
      expect((await storeData(euicc, second)).data).toMatch(/^BF37/);
      for (const piece of rest.slice(0, 2)) expect((await storeData(euicc, piece)).sw).toBe('6985');
      expect((await storeData(euicc, 'BF2D00')).data).toBe('BF2D02A000');
    });

    it('answer undefinedError where the memory has no room for the notification, and nothing was changed', async () => {
      ({ euicc, folder } = await newEuicc({}, { memoryOctets: 60_000 }));
      const smdp = await installed();
      await openIsdR(euicc);
      const answers: string[] = [];
      let enabled = false;
      while (answers.at(-1)?.endsWith('7F') !== true) {
        const { data, sw } = await storeData(euicc, enabled ? disable(false) : enable(false));
        expect(sw).toBe('9000');
        answers.push(data);
        if (data.endsWith('00')) enabled = !enabled;
      }
      expect(answers.length).toBeGreaterThan(50);
      expect(answers.at(-1)).toBe(enabled ? 'BF320380017F' : 'BF310380017F');
      const [profile] = await euicc.es10c.getProfilesInfo();
      expect(profile?.profileState).toBe(enabled ? 1 : 0);
      const profileNickname = '\u{1F4F1}'.repeat(64);
      const rename = SetNicknameRequest.encode({ iccid: SUBSCRIPTION.iccid, profileNickname });
      expect((await storeData(euicc, rename)).data).toBe('BF290380017F');
      const defaultDpAddress = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(60)}`;
      const address = SetDefaultDpAddressRequest.encode({ defaultDpAddress });
      expect((await storeData(euicc, address)).data).toBe('BF3F0380017F');
      const session = await smdp.authenticate(euicc);
      const request = smdp.prepareDownloadRequest(await smdp.offer(session));
      expect((await storeData(euicc, request)).data).toMatch(/^BF21.*02017F$/);
      // NotificationSent gives the room back, and so does a deletion.
      for (const seqNumber of [1, 2, 3, 4]) await euicc.es10b.removeNotificationFromList(seqNumber);
      expect((await storeData(euicc, enabled ? disable(false) : enable(false))).data).toMatch(/800100$/);
    });

    it('keep room for the result of a download that is prepared, whatever fills the memory until it comes', async () => {
      ({ euicc } = await newEuicc({}, { memoryOctets: 60_000 }));
      const smdp = await installed();
      await openIsdR(euicc);
      const bpp = await smdp.deliver(euicc, subscriptionPackage(), metadataFor(SUBSCRIPTION.iccid));
      const pieces = splitBoundProfilePackage(bpp);
      let enabled = false;
      const change = async () => (await storeData(euicc, enabled ? disable(false) : enable(false))).data;
      while ((await change()).endsWith('00')) enabled = !enabled;
      let answer = { data: '', sw: '' };
      for (const piece of pieces) {
        answer = await storeData(euicc, piece);
        if (answer.data !== '') break;
      }
      expect(answer).toMatchObject({ data: expect.stringMatching(/^BF37/), sw: '9000' });
      const kept = (await euicc.es10b.retrieveNotificationsList()).at(-1);
      expect(
        Buffer.from(kept ?? [])
          .toString('hex')
          .toUpperCase(),
      ).toBe(answer.data);
      // What was left of the room is free again.
      expect(await change()).toMatch(/800100$/);
    });

    it('stop when the card is reset, with the interruption as their result', async () => {
      await openIsdR(euicc);
      const bpp = await new TestSmdp().deliver(euicc, subscriptionPackage(), metadataFor(SUBSCRIPTION.iccid));
      for (const piece of splitBoundProfilePackage(bpp).slice(0, 3)) await storeData(euicc, piece);
      await euicc.apdu.reset();
      await openIsdR(euicc);
      expect((await storeData(euicc, splitBoundProfilePackage(bpp)[3] ?? bpp)).sw).toBe('6985');
      const { data } = await storeData(euicc, 'BF2800');
      expect(ListNotificationResponse.decode(Buffer.from(data, 'hex'))).toMatchObject({ value: [{ seqNumber: 1 }] });
    });

    it('are listed with what is asked for', async () => {
      await installed();
      await openIsdR(euicc);
      const found = `E313${ICCID}9F700100950102`;
      expect((await storeData(euicc, 'BF2D065C045A9F7095')).data).toBe(`BF2D17A015${found}`);
      expect((await storeData(euicc, `BF2D14A00C${ICCID}5C045A9F7095`)).data).toBe(`BF2D17A015${found}`);
      expect((await storeData(euicc, 'BF2D0BA0039501025C045A9F7095')).data).toBe(`BF2D17A015${found}`);
      expect((await storeData(euicc, 'BF2D0BA0039501005C045A9F7095')).data).toBe('BF2D02A000');
      expect((await storeData(euicc, 'BF2D035C019F')).data).toBe('BF2D03810101');
      expect((await storeData(euicc, 'BF2D00')).data).not.toMatch(/B6..30/);
      expect((await storeData(euicc, 'BF2D035C01B6')).data).toMatch(/^BF2D..A0..E3..B6..30/);
    });

    it('tell of their notifications by event and number', async () => {
      await installed();
      await openIsdR(euicc);
      await storeData(euicc, enable(false));
      const all = ListNotificationResponse.decode(Buffer.from((await storeData(euicc, 'BF2800')).data, 'hex'));
      expect(all).toMatchObject({ value: [{ seqNumber: 1 }, { seqNumber: 2 }] });
      expect(await storeData(euicc, 'BF280481020400')).toEqual(await storeData(euicc, 'BF2800'));
      const enabling = (await storeData(euicc, 'BF280481020640')).data;
      expect(ListNotificationResponse.decode(Buffer.from(enabling, 'hex'))).toMatchObject({
        value: [{ seqNumber: 2 }],
      });
      expect((await storeData(euicc, 'BF2B06A00481020640')).data).toBe(
        (await storeData(euicc, 'BF2B05A003800102')).data,
      );
      const sent = async () =>
        NotificationSentResponse.decode(Buffer.from((await storeData(euicc, 'BF3003800101')).data, 'hex'));
      expect(await sent()).toMatchObject({ deleteNotificationStatus: DeleteNotificationStatus.ok });
      expect(await sent()).toMatchObject({ deleteNotificationStatus: DeleteNotificationStatus.nothingToDelete });
    });

    it('are switched on a channel that stays open, while every other place in the card is left', async () => {
      await installed();
      await openIsdR(euicc);
      await transmit(euicc, '0070000001');
      expect((await storeData(euicc, enable(false))).data).toBe('BF3103800100');
      expect((await storeData(euicc, enable(false))).data).toBe('BF3103800102');
      expect(await statusWord(euicc, '82F2000000')).toBe('6881');
      await selectApplication(euicc, USIM);
      await transmit(euicc, '002000010831323334FFFFFFFF');
      expect((await storeData(euicc, disable(false))).data).toBe('BF3203800100');
      expect((await storeData(euicc, enable(false))).data).toBe('BF3103800100');
      expect((await transmit(euicc, '80F2000000')).data).toMatch(/83023F00/);
      await selectApplication(euicc, USIM);
      await transmit(euicc, '00A40004026F07');
      expect(await statusWord(euicc, '00B0000009')).toBe('6982');
      expect((await storeData(euicc, disable(false))).data).toBe('BF3203800100');
      expect((await storeData(euicc, `BF330C${ICCID}`)).data).toBe('BF3303800100');
      expect((await storeData(euicc, `BF290E${ICCID}9000`)).data).toBe('BF2903800101');
    });
  });

  describe('REFRESH', () => {
    const PROFILE = '80100000 03 000080';
    const REFRESH = 'D009810301010482028182';
    beforeEach(async () => {
      await installed();
      await openIsdR(euicc);
    });

    it('is asked of a terminal that said it carries it out, after the answer, until it is done', async () => {
      expect(await statusWord(euicc, PROFILE)).toBe('9000');
      expect(await storeData(euicc, enable(true))).toEqual({ data: 'BF3103800100', sw: '910B' });
      // catBusy
      expect((await storeData(euicc, disable(true))).data).toBe('BF3203800105');
      expect((await storeData(euicc, enable(true))).data).toBe('BF3103800105');
      expect(await statusWord(euicc, '81120000 0B')).toBe('6881');
      expect(await statusWord(euicc, '80120000 00')).toBe('6C0B');
      expect(await transmit(euicc, '80120000 0B')).toEqual({ data: REFRESH, sw: '9000' });
      expect((await storeData(euicc, 'BF340482020780')).data).toBe('BF3403800105');
      expect(await statusWord(euicc, '80140000 0C 810301010502028281830100')).toBe('6A80');
      expect(await statusWord(euicc, '80140000 0C 810301010402028281830100')).toBe('9000');
      expect(await statusWord(euicc, '80140000 0C 810301010402028281830100')).toBe('6985');
      expect((await storeData(euicc, disable(false))).data).toBe('BF3203800100');
    });

    it('is asked for where a memory reset took the enabled profile, and not where that stays', async () => {
      await transmit(euicc, PROFILE);
      await storeData(euicc, enable(false));
      await storeData(euicc, 'BF3F0A8008736D64702E636F6D');
      // The default SM-DP+ address, then operational profiles.
      expect(await storeData(euicc, 'BF340482020520')).toEqual({ data: 'BF3403800100', sw: '9000' });
      expect(await storeData(euicc, 'BF340482020780')).toEqual({ data: 'BF3403800100', sw: '910B' });
    });

    it('is asked for by whatever is true in BER, as some phone-side tools have it', async () => {
      await transmit(euicc, PROFILE);
      expect(await storeData(euicc, enable(true).replace(/FF$/, '01'))).toEqual({ data: 'BF3103800100', sw: '910B' });
    });

    it('is over when the card is reset', async () => {
      await transmit(euicc, PROFILE);
      await storeData(euicc, enable(true));
      await euicc.apdu.reset();
      expect(await statusWord(euicc, '80120000 0B')).toBe('6985');
      await openIsdR(euicc);
      expect(await storeData(euicc, disable(true))).toEqual({ data: 'BF3203800100', sw: '9000' });
    });

    it('is not asked of one that did not', async () => {
      expect(await storeData(euicc, enable(true))).toEqual({ data: 'BF3103800100', sw: '9000' });
      await transmit(euicc, '80100000 03 00007F');
      expect(await storeData(euicc, disable(true))).toEqual({ data: 'BF3203800100', sw: '9000' });
      expect(await statusWord(euicc, '80120000 0B')).toBe('6985');
    });

    it('is all there is of a toolkit: no envelope is taken', async () => {
      expect(await statusWord(euicc, '80C20000 02 D600')).toBe('6A81');
      expect(await statusWord(euicc, '80100000')).toBe('6700');
      expect(await statusWord(euicc, '80100001 01 FF')).toBe('6A86');
    });
  });

  describe('TERMINAL CAPABILITY', () => {
    it('lets a terminal that can address them have channels 4 to 19', async () => {
      expect(await statusWord(euicc, '80AA0000 0A A9088100820101830107')).toBe('9000');
      for (let channel = 1; channel < 20; channel++) {
        expect((await transmit(euicc, '0070000001')).data).toBe(channel.toString(16).padStart(2, '0').toUpperCase());
      }
      expect(await statusWord(euicc, '0070000001')).toBe('6A81');
      expect((await transmit(euicc, `4FA4040010${ISD_R}00`)).data).toBe(ISD_R_FCI);
      expect((await storeData(euicc, 'BF2000', { channel: 19 })).data).toMatch(/^BF20/);
      expect(await statusWord(euicc, '4F708000')).toBe('9000');
      expect(await statusWord(euicc, '4FF2000000')).toBe('6881');
      await euicc.apdu.reset();
      for (let channel = 1; channel < 4; channel++) await transmit(euicc, '0070000001');
      expect(await statusWord(euicc, '0070000001')).toBe('6A81');
    });

    it('is refused when it is not the template, or says nothing', async () => {
      expect(await statusWord(euicc, '80AA0000')).toBe('6700');
      expect(await statusWord(euicc, '80AA0000 02 A900')).toBe('9000');
      expect(await statusWord(euicc, '80AA0000 02 A902')).toBe('6A80');
      expect(await statusWord(euicc, '80AA0000 03 830107')).toBe('6A80');
      expect(await statusWord(euicc, '80AA0100 02 A900')).toBe('6A86');
    });
  });
});

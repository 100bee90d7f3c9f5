import type { Euicc } from '../euicc.ts';
import {
  enabledCard,
  lengthOf,
  readFile,
  selectApplication,
  selectPath,
  statusWord,
  transmit,
} from '../testing/modem.ts';
import { SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { describeWithVectors, samplePackage } from '../testing/vectors.ts';

const USIM = 'A0000000871002';
const pin = (digits: string): string => Buffer.from(digits).toString('hex').padEnd(16, 'F').toUpperCase();
const PIN = pin(SUBSCRIPTION.pin1);
const verify = (reference: string, digits: string): string => `002000${reference}08${pin(digits)}`;

describeWithVectors('card', () => {
  let upp: Uint8Array;
  let card: Euicc;
  beforeAll(() => {
    upp = subscriptionPackage();
  });
  beforeEach(async () => {
    card = await enabledCard(upp, SUBSCRIPTION.iccid);
  });

  describe('answer to reset', () => {
    it('is well-formed, says that there are eUICC functions, and has a right check octet', async () => {
      const atr = await card.apdu.reset();
      expect(Buffer.from(atr.subarray(0, 8)).toString('hex')).toBe('3b9f96803fc78280');
      expect(atr.length).toBe(2 + 5 + 15 + 1);
      expect(atr.subarray(1).reduce((sum, octet) => sum ^ octet, 0)).toBe(0);
    });

    it('leaves nothing selected and nobody verified', async () => {
      await selectApplication(card, USIM);
      await transmit(card, verify('01', '1234'));
      expect(await readFile(card, '6F07', USIM)).toMatch(/^08/);
      await card.apdu.reset();
      expect(await statusWord(card, '00B0000009')).toBe('6986');
      await selectApplication(card, USIM);
      await transmit(card, '00A40004026F07');
      expect(await statusWord(card, '00B0000009')).toBe('6982');
    });
  });

  describe('SELECT', () => {
    it('finds the application by its whole name or the beginning of it', async () => {
      const whole = await selectApplication(card, USIM);
      expect(whole.sw).toBe('9000');
      expect(whole.data).toMatch(/^62.*8202782184..A0000000871002/);
      expect((await selectApplication(card, 'A000000087')).data).toBe(whole.data);
      expect((await selectApplication(card, 'A000000099')).sw).toBe('6A82');
      expect(await statusWord(card, '00A4040608A000000087100200')).toBe('6A82');
    });

    it('finds files by identifier: children, the directory, its parent, the MF and the current application', async () => {
      for (const fileId of ['2FE2', '3F00', '7F10', '3F00', '2F00']) {
        expect([fileId, (await transmit(card, `00A4000402${fileId}00`)).sw]).toEqual([fileId, '9000']);
      }
      expect(await statusWord(card, '00A40004026F0700')).toBe('6A82');
      expect(await statusWord(card, '00A40004027FFF00')).toBe('6A82');
      await selectApplication(card, USIM);
      for (const fileId of ['6F07', '5FC0', '7FFF', '6F07', '3F00', '7FFF']) {
        expect([fileId, (await transmit(card, `00A4000402${fileId}00`)).sw]).toEqual([fileId, '9000']);
      }
    });

    it('finds files by path, from the MF, the current application and the current directory', async () => {
      expect((await selectPath(card, '2FE2')).data).toMatch(/83022FE2/);
      expect((await selectPath(card, '7FFF6F07')).sw).toBe('6A82');
      await selectApplication(card, USIM);
      expect((await selectPath(card, '7FFF6F07')).data).toMatch(/83026F07/);
      await transmit(card, '00A4000C023F00');
      expect((await transmit(card, '00A40904022FE200')).data).toMatch(/83022FE2/);
    });

    it('does not find an application by the identifier that its package used for it', async () => {
      const temporary = await enabledCard(samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'), '89000123456789012341');
      expect(await statusWord(temporary, '00A40004027FD000')).toBe('6A82');
      expect(await statusWord(temporary, '00A40804047FD06F0700')).toBe('6A82');
    });

    it('describes a transparent file and a record file', async () => {
      const { data } = await selectPath(card, '2FE2');
      expect(data).toBe(`62${lengthOf(data.slice(4))}${data.slice(4)}`);
      expect(data).toMatch(/^62..8202412183022FE28A01058B032F06..8002000A880110$/);
      expect((await selectPath(card, '2F00')).data).toMatch(/^62..82054221..../);
    });

    it('shows which PINs are enabled', async () => {
      const status = async () => /C6..90(..)(..)83/.exec((await selectApplication(card, USIM)).data)?.[2];
      expect(await status()).toMatch(/^[89A-F]/);
      await transmit(card, `0026000108${PIN}`);
      expect(await status()).toMatch(/^[0-7]/);
    });

    it('answers nothing when nothing is asked for, and refuses what it does not understand', async () => {
      expect(await transmit(card, '00A4000C022FE2')).toEqual({ data: '', sw: '9000' });
      expect(await statusWord(card, '00A40704022FE200')).toBe('6A86');
      expect(await statusWord(card, '00A40004032FE20000')).toBe('6A87');
    });
  });

  describe('lengths', () => {
    it('keeps a response for GET RESPONSE when the command says no length', async () => {
      const { data } = await selectPath(card, '2FE2');
      const waiting = await transmit(card, '00A40804022FE2');
      expect(waiting).toEqual({ data: '', sw: `61${lengthOf(data)}` });
      expect(await statusWord(card, '00C00000FF')).toBe(`6C${lengthOf(data)}`);
      expect((await transmit(card, '00C0000004')).data).toBe(data.slice(0, 8));
      expect((await transmit(card, '00C0000000')).data).toBe(data.slice(8));
      expect(await statusWord(card, '00C0000000')).toBe('6F00');
      await transmit(card, '00A40804022FE2');
      await transmit(card, '80F2000C');
      expect(await statusWord(card, '00C0000000')).toBe('6F00');
    });

    it('tells the right length of a read, and refuses to read beyond the end', async () => {
      await selectPath(card, '2FE2');
      expect((await transmit(card, '00B000000A')).data).toHaveLength(20);
      expect((await transmit(card, '00B0000802')).data).toHaveLength(4);
      expect(await statusWord(card, '00B000000B')).toBe('6C0A');
      expect(await statusWord(card, '00B0000A01')).toBe('6B00');
      expect(await statusWord(card, '00B00000')).toBe('6700');
    });

    it('does nothing for a command that is told the right length: what it names next, or above, is still that when it comes again', async () => {
      await selectPath(card, '2F00');
      const { data: first } = await transmit(card, '00B2010400');
      expect(await transmit(card, '00B2000201')).toEqual({ data: '', sw: `6C${lengthOf(first)}` });
      expect((await transmit(card, '00B2000200')).data).toBe(first);
      await selectApplication(card, USIM);
      await selectPath(card, '7FFF5FC0');
      expect(await statusWord(card, '00A40304')).toMatch(/^6C/);
      expect(await statusWord(card, '00A4030401')).toMatch(/^6C/);
      expect((await transmit(card, '00A4030400')).data).toMatch(/84..A0000000871002/);
      expect(await transmit(card, '00700000')).toEqual({ data: '', sw: '6C01' });
      expect(await transmit(card, '0070000001')).toEqual({ data: '01', sw: '9000' });
    });

    it('refuses commands that are cut off or have octets to spare, and classes and instructions it does not have', async () => {
      expect(await statusWord(card, '00A4')).toBe('6700');
      expect(await statusWord(card, '00A40004032FE2')).toBe('6700');
      expect(await statusWord(card, '00A40004022FE20000')).toBe('6700');
      expect(await statusWord(card, '0CB0000000')).toBe('6882');
      expect(await statusWord(card, '20B0000000')).toBe('6E00');
      expect(await statusWord(card, 'FFB0000000')).toBe('6E00');
      expect(await statusWord(card, '00840000 08')).toBe('6D00');
      expect(await statusWord(card, '80B0000000')).toBe('6D00');
    });
  });

  describe('STATUS', () => {
    it('tells of the current directory and the active application', async () => {
      expect((await transmit(card, '80F2000000')).data).toMatch(/83023F00/);
      expect(await statusWord(card, '80F2000100')).toBe('6985');
      await selectApplication(card, USIM);
      expect((await transmit(card, '80F2000100')).data).toMatch(/^84..A0000000871002/);
      expect(await transmit(card, '80F2000C')).toEqual({ data: '', sw: '9000' });
      expect(await statusWord(card, '80F2000010')).toMatch(/^6C/);
      expect(await statusWord(card, '80F2030000')).toBe('6A86');
    });
  });

  describe('files', () => {
    it('reads by short identifier, which selects the file', async () => {
      expect((await transmit(card, '00B082000A')).data).toBe('981800214365870921F5');
      expect((await transmit(card, '00B0000001')).data).toBe('98');
      expect(await statusWord(card, '00B09D0001')).toBe('6A82');
    });

    it('reads records by number, and one after the other', async () => {
      await selectPath(card, '2F00');
      const first = await transmit(card, '00B2010400');
      expect(first.data).toMatch(/^61..4F..A0000000871002/);
      expect((await transmit(card, '00B2000200')).data).toBe(first.data);
      expect((await transmit(card, '00B2000400')).data).toBe(first.data);
      expect(await statusWord(card, '00B2FF0400')).toBe('6A83');
      expect(await statusWord(card, '00B2010401')).toBe(`6C${lengthOf(first.data)}`);
      expect(await statusWord(card, '00B0000001')).toBe('6981');
      expect(await statusWord(card, '00B2010700')).toBe('6A86');
    });

    it('lets the terminal change what the access rules allow, after the PIN, for good', async () => {
      await selectApplication(card, USIM);
      await selectPath(card, '7FFF6F7E');
      expect(await statusWord(card, '00D6000004FFFFFFFF')).toBe('6982');
      await transmit(card, verify('01', '1234'));
      expect(await statusWord(card, '00D600000411223344')).toBe('9000');
      expect((await transmit(card, '00B0000004')).data).toBe('11223344');
      expect(await statusWord(card, '00D6000A0411223344')).toBe('6700');
      expect(await statusWord(card, '00D6000B0111')).toBe('6B00');
      await card.apdu.reset();
      await selectApplication(card, USIM);
      await transmit(card, verify('01', '1234'));
      expect((await readFile(card, '6F7E', USIM)).slice(0, 8)).toBe('11223344');
    });

    it('lets nobody change what only the operator may', async () => {
      await selectApplication(card, USIM);
      await transmit(card, verify('01', '1234'));
      await selectPath(card, '7FFF6F07');
      expect(await statusWord(card, '00D6000001FF')).toBe('6982');
      expect(await statusWord(card, verify('0A', '11223344'))).toBe('9000');
      expect(await statusWord(card, '00D600000108')).toBe('9000');
    });

    it('writes a record of a linear file where it says, and of a cyclic file over the oldest', async () => {
      const sample = await enabledCard(samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'), '89000123456789012341');
      await selectApplication(sample, 'A0000000871002');
      const smsp = (await selectPath(sample, '7FFF6F42')).data;
      expect(smsp).toMatch(/^62..82054221/);
      const { data: record } = await transmit(sample, '00B2010400');
      const changed = `AA${record.slice(2)}`;
      expect(await statusWord(sample, `00DC0104${lengthOf(changed)}${changed}`)).toBe('9000');
      expect((await transmit(sample, '00B2010400')).data).toBe(changed);
      expect(await statusWord(sample, '00DC01040155')).toBe('6700');

      // EF.ACM: three octets a record.
      const acm = await selectPath(sample, '7FFF6F39');
      if (acm.sw !== '9000') throw new Error('the sample has no cyclic file');
      expect(acm.data).toMatch(/^62..82054621/);
      await transmit(sample, '00DC000303000001');
      expect(await statusWord(sample, '00DC000303000002')).toBe('9000');
      expect((await transmit(sample, '00B2010403')).data).toBe('000002');
      expect((await transmit(sample, '00B2020403')).data).toBe('000001');
      expect(await statusWord(sample, '00DC010403000003')).toBe('6A86');
    });
  });

  describe('PIN', () => {
    const WRONG = verify('01', '0000');
    const tries = (): Promise<string> => statusWord(card, '00200001');
    beforeEach(() => selectApplication(card, USIM));

    it('counts wrong tries, gives them back for a right one, and blocks', async () => {
      const most = Number.parseInt((await tries()).slice(3), 16);
      expect(await statusWord(card, WRONG)).toBe(`63C${(most - 1).toString(16).toUpperCase()}`);
      expect(await statusWord(card, verify('01', '1234'))).toBe('9000');
      expect(await tries()).toBe(`63C${most.toString(16).toUpperCase()}`);
      for (let left = most - 1; left >= 0; left--) {
        expect(await statusWord(card, WRONG)).toBe(`63C${left.toString(16).toUpperCase()}`);
      }
      expect(await statusWord(card, verify('01', '1234'))).toBe('6983');
      expect(await tries()).toBe('6983');
    });

    it('forgets that the user was verified when a wrong code follows', async () => {
      await transmit(card, verify('01', '1234'));
      await selectPath(card, '7FFF6F07');
      expect(await statusWord(card, '00B0000009')).toBe('9000');
      await transmit(card, WRONG);
      expect(await statusWord(card, '00B0000009')).toBe('6982');
    });

    it('is changed with the old code', async () => {
      expect(await statusWord(card, `0024000110${pin('0000')}${pin('4321')}`)).toMatch(/^63C/);
      expect(await statusWord(card, `0024000110${PIN}${pin('4321')}`)).toBe('9000');
      expect(await statusWord(card, verify('01', '1234'))).toMatch(/^63C/);
      expect(await statusWord(card, verify('01', '4321'))).toBe('9000');
    });

    it('is not asked for while it is disabled', async () => {
      expect(await statusWord(card, `0026000108${PIN}`)).toBe('9000');
      expect(await statusWord(card, verify('01', '1234'))).toBe('6984');
      await card.apdu.reset();
      expect(await readFile(card, '6F07', USIM)).toMatch(/^08/);
      expect(await statusWord(card, `0026000108${PIN}`)).toBe('6985');
      expect(await statusWord(card, `0028000108${PIN}`)).toBe('9000');
      await card.apdu.reset();
      expect(await readFile(card, '6F07', USIM)).toBe('');
    });

    it('is unblocked with the PUK, which counts its own tries', async () => {
      for (let i = 0; i < 16; i++) await statusWord(card, WRONG);
      expect(await tries()).toBe('6983');
      const left = await statusWord(card, '002C0001');
      expect(left).toMatch(/^63C/);
      expect(await statusWord(card, `002C000110${pin('00000000')}${pin('9999')}`)).not.toBe(left);
      expect(await statusWord(card, `002C000110${pin(SUBSCRIPTION.puk1)}${pin('9999')}`)).toBe('9000');
      expect(await statusWord(card, '002C0001')).toBe(left);
      expect(await statusWord(card, verify('01', '9999'))).toBe('9000');
    });

    it('has a second one in the application, apart from the first', async () => {
      expect(await statusWord(card, verify('81', SUBSCRIPTION.pin2))).toBe('9000');
      expect(await tries()).toMatch(/^63C/);
      await selectPath(card, '7FFF6F07');
      expect(await statusWord(card, '00B0000009')).toBe('6982');
    });

    it('refuses references that no code has, and codes of another length', async () => {
      expect(await statusWord(card, verify('05', '1234'))).toBe('6A88');
      expect(await statusWord(card, '002000010412345678')).toBe('6700');
      expect(await statusWord(card, `0020010108${PIN}`)).toBe('6A86');
      expect(await statusWord(card, `0024000108${PIN}`)).toBe('6700');
    });

    it('remembers the tries when the power is lost', async () => {
      const before = await statusWord(card, WRONG);
      await card.apdu.reset();
      expect(await tries()).toBe(before);
    });
  });

  describe('logical channels', () => {
    it('opens three besides the basic one, each with a place of its own', async () => {
      await selectApplication(card, USIM);
      expect(await transmit(card, '0070000001')).toEqual({ data: '01', sw: '9000' });
      expect((await transmit(card, '0170000001')).data).toBe('02');
      expect((await transmit(card, '0070000001')).data).toBe('03');
      expect(await statusWord(card, '0070000001')).toBe('6A81');
      expect((await transmit(card, '81F2000000')).data).toMatch(/83023F00/);
      expect((await transmit(card, '80F2000000')).data).toMatch(/84..A0000000871002/);
    });

    it('closes them, and answers on none that is not open', async () => {
      await transmit(card, '0070000001');
      expect(await statusWord(card, '00708001')).toBe('9000');
      expect(await statusWord(card, '01B0000001')).toBe('6881');
      expect(await statusWord(card, '00708001')).toBe('6881');
      expect(await statusWord(card, '00708000')).toBe('6A86');
      expect(await statusWord(card, '40B0000001')).toBe('6881');
    });
  });

  it('without an enabled profile has an MF, so that a card session can begin, and nothing in it', async () => {
    await card.es10c.disableProfile({ kind: 'iccid', value: SUBSCRIPTION.iccid });
    const mf = await transmit(card, '00A40004023F0000');
    expect(mf.data).toMatch(/^62..8202782183023F00A5068001718701018A01058C0100C6/);
    expect((await transmit(card, '80F2000000')).data).toBe(mf.data);
    expect(await statusWord(card, '00A40004022FE200')).toBe('6A82');
    expect(await statusWord(card, '00A40404 07 A0000000871002 00')).toBe('6A82');
    expect(await statusWord(card, '00B0000000')).toBe('6985');
    expect(await statusWord(card, `002000010831323334FFFFFFFF`)).toBe('6985');
    expect((await transmit(card, '0070000001')).sw).toBe('9000');
  });
});

import type { Euicc } from '../euicc.ts';
import { enabledCard, lengthOf, selectApplication, selectPath, statusWord, transmit } from '../testing/modem.ts';
import { describeWithVectors, samplePackage } from '../testing/vectors.ts';

const USIM = 'A0000000871002';
const ADM = '0020000A083535353535353535';
/** Cyclic, three octets a record: EF.ACM. */
const ACM = '7FFF6F39';
/** Linear fixed: the phone book. */
const ADN = '7F106F3A';
/** BER-TLV, 1024 octets, in the multimedia directory: EF.MMDF. */
const MMDF = '7F105F3E4F02';

describeWithVectors('files of a profile', () => {
  let card: Euicc;
  beforeEach(async () => {
    card = await enabledCard(samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'), '89000123456789012341');
    await selectApplication(card, USIM);
  });

  describe('SEARCH RECORD', () => {
    let length = 0;
    const write = (record: number, text: string): Promise<string> =>
      statusWord(
        card,
        `00DC${record.toString(16).padStart(2, '0')}04${lengthOf('00'.repeat(length))}${text.padEnd(2 * length, 'F')}`,
      );
    beforeEach(async () => {
      const { data } = await selectPath(card, ADN);
      length = Number.parseInt(/8205[0-9A-F]{4}([0-9A-F]{4})/.exec(data)?.[1] ?? '0', 16);
      expect(length).toBeGreaterThan(14);
      expect(await write(1, '416F6B69')).toBe('9000');
      expect(await write(3, '0041416F6B69')).toBe('9000');
      expect(await write(5, 'B0416F41416F6B69')).toBe('9000');
    });

    it('finds all records with a string, forwards and backwards, and makes the first one current', async () => {
      expect(await transmit(card, '00A2010404 416F6B69 00')).toEqual({ data: '010305', sw: '9000' });
      expect((await transmit(card, `00B20004${lengthOf('00'.repeat(length))}`)).data).toMatch(/^416F6B69/);
      expect(await transmit(card, '00A2020404 416F6B69 00')).toEqual({ data: '0305', sw: '9000' });
      expect(await transmit(card, '00A2040504 416F6B69 00')).toEqual({ data: '0301', sw: '9000' });
      expect((await transmit(card, `00B20004${lengthOf('00'.repeat(length))}`)).data).toMatch(/^0041416F6B69/);
      expect(await transmit(card, '00A2000404 416F6B69 00')).toEqual({ data: '0305', sw: '9000' });
      expect(await transmit(card, '00A2010404 416F6B69')).toEqual({ data: '', sw: '6103' });
    });

    it('searches from an offset or behind a value, and from the next or previous record', async () => {
      expect((await transmit(card, '00A2010605 0402 416F6B 00')).data).toBe('0305');
      expect((await transmit(card, '00A2010605 0403 416F6B 00')).data).toBe('05');
      expect((await transmit(card, '00A2010605 0CB0 416F6B 00')).data).toBe('05');
      expect((await transmit(card, '00A2030605 0600 416F6B 00')).data).toBe('05');
      expect((await transmit(card, '00A2030605 0700 416F6B 00')).data).toBe('01');
    });

    it('says when nothing is found, and refuses other ways', async () => {
      expect(await statusWord(card, '00A2010404 41424344 00')).toBe('6282');
      expect(await statusWord(card, '00A20604FF'.padEnd(520, 'F'))).toBe('6282');
      expect(await statusWord(card, '00A2FF0401 41 00')).toBe('6A83');
      expect(await statusWord(card, '00A2010701 41 00')).toBe('6A86');
      expect(await statusWord(card, '00A2010603 0000 41 00')).toBe('6A80');
      expect(await statusWord(card, '00A2010602 0400 00')).toBe('6700');
      expect(await statusWord(card, '00A20104')).toBe('6700');
      await selectPath(card, '2FE2');
      expect(await statusWord(card, '00A2010401 98 00')).toBe('6981');
    });
  });

  describe('INCREASE', () => {
    beforeEach(() => selectPath(card, ACM));

    it('adds to the newest record and puts the sum over the oldest', async () => {
      expect(await transmit(card, '8032000003 000005 00')).toEqual({ data: '000005000005', sw: '9000' });
      expect(await transmit(card, '8032000001 01 00')).toEqual({ data: '00000601', sw: '9000' });
      expect((await transmit(card, '00B2010403')).data).toBe('000006');
      expect((await transmit(card, '00B2020403')).data).toBe('000005');
      expect(await transmit(card, '80329C0001 01 00')).toEqual({ data: '00000701', sw: '9000' });
    });

    it('goes no further than the record can count, and nothing changes then', async () => {
      await transmit(card, '8032000003 FFFFFE 00');
      expect(await statusWord(card, '8032000001 02 00')).toBe('9850');
      expect((await transmit(card, '00B2010403')).data).toBe('FFFFFE');
    });

    it('is for cyclic files, with a value that fits, for whom the rule lets', async () => {
      expect(await statusWord(card, '8032000004 00000001 00')).toBe('6700');
      expect(await statusWord(card, '80320000')).toBe('6700');
      expect(await statusWord(card, '8032000101 01 00')).toBe('6A86');
      expect(await statusWord(card, '8032800001 01 00')).toBe('6A86');
      await selectPath(card, '7FFF6F80');
      expect(await statusWord(card, '8032000001 01 00')).toBe('6982');
      await selectPath(card, ADN);
      expect(await statusWord(card, '8032000001 01 00')).toBe('6981');
    });
  });

  describe('DEACTIVATE FILE and ACTIVATE FILE', () => {
    it('take a file out of use and back, for who may, across a reset', async () => {
      await selectPath(card, MMDF.slice(0, -4));
      await selectPath(card, '2FE2');
      expect(await statusWord(card, '00040000')).toBe('6982');
      expect(await statusWord(card, ADM)).toBe('9000');
      expect(await statusWord(card, '00040000')).toBe('9000');
      expect(await statusWord(card, '00B0000001')).toBe('6984');
      await card.apdu.reset();
      expect((await selectPath(card, '2FE2')).sw).toBe('6283');
      expect((await selectPath(card, '2FE2')).data).toMatch(/8A0104/);
      expect(await transmit(card, '00A40804022FE2')).toMatchObject({ sw: expect.stringMatching(/^61/) });
      expect((await transmit(card, '00C0000000')).sw).toBe('6283');
      await transmit(card, ADM);
      expect(await statusWord(card, '0044080002 2FE2')).toBe('9000');
      expect((await transmit(card, '00B0000001')).data).toBe('98');
    });

    it('are for files that hold content', async () => {
      await transmit(card, ADM);
      await transmit(card, '00A4000C023F00');
      expect(await statusWord(card, '00040000')).toBe('6986');
      expect(await statusWord(card, '0004000002 7F10')).toBe('6986');
      expect(await statusWord(card, '0004000002 6F99')).toBe('6A82');
      expect(await statusWord(card, '00040100')).toBe('6A86');
    });
  });

  describe('objects of a BER-TLV file', () => {
    beforeEach(async () => {
      await transmit(card, ADM);
      await selectPath(card, MMDF);
    });

    it('are described with the room they may take, and have left', async () => {
      const described = /^62..8202792183024F02A50F8302(.{4})8401008502000086020400.*8002(.{4})/;
      expect((await selectPath(card, MMDF)).data.match(described)?.slice(1)).toEqual(['0400', '0000']);
      expect(await statusWord(card, '80DB008005 8003 AABBCC')).toBe('9000');
      expect((await selectPath(card, MMDF)).data.match(described)?.slice(1)).toEqual(['03FB', '0005']);
    });

    it('are listed by their tags under a tag that none of them can have', async () => {
      expect(await transmit(card, '80CB008001 5C 00')).toEqual({ data: '5C00', sw: '9000' });
      for (const object of ['8001AA', 'BF8101023031', 'A1058203112233']) {
        expect(await statusWord(card, `80DB0080${lengthOf(object)}${object}`)).toBe('9000');
      }
      expect(await transmit(card, '80CB008001 5C 00')).toEqual({ data: '5C0580BF8101A1', sw: '9000' });
      expect(await transmit(card, '80CB008001 5C 04')).toEqual({ data: '5C0580BF', sw: '62F1' });
      expect(await transmit(card, '80CB000003')).toEqual({ data: '8101A1', sw: '9000' });
      expect(await statusWord(card, '80DB008001 80')).toBe('9000');
      expect((await transmit(card, '80CB008001 5C 00')).data).toBe('5C04BF8101A1');
      expect(await statusWord(card, '80DB008003 5C0180')).toBe('6A80');
      expect(await statusWord(card, '80DB008001 5C')).toBe('6A80');
    });

    it('take a block that is sent again for the one before it', async () => {
      expect(await statusWord(card, '80DB008005 8006 010203')).toBe('63F1');
      expect(await statusWord(card, '80DB004004 8005 1112')).toBe('63F1');
      expect(await statusWord(card, '80DB000001 33')).toBe('63F1');
      expect(await statusWord(card, '80DB004002 1314')).toBe('63F1');
      expect(await statusWord(card, '80DB000001 15')).toBe('9000');
      expect((await transmit(card, '80CB008001 80 00')).data).toBe('80051112131415');
      expect(await statusWord(card, '80DB004001 16')).toBe('6985');
    });

    it('are written, read, replaced and removed by their tags', async () => {
      expect(await statusWord(card, '80CB008001 80 00')).toBe('6A88');
      expect(await statusWord(card, '80DB008005 8003 AABBCC')).toBe('9000');
      expect(await statusWord(card, '80DB008006 5F3703 DDEEFF')).toBe('9000');
      expect(await transmit(card, '80CB008001 80 00')).toEqual({ data: '8003AABBCC', sw: '9000' });
      expect(await transmit(card, '80CB008002 5F37 00')).toEqual({ data: '5F3703DDEEFF', sw: '9000' });
      expect(await statusWord(card, '80DB008003 8001 11')).toBe('9000');
      await card.apdu.reset();
      await selectPath(card, MMDF);
      expect(await transmit(card, '80CB008001 80 00')).toEqual({ data: '800111', sw: '9000' });
      await transmit(card, ADM);
      expect(await statusWord(card, '80DB008001 80')).toBe('9000');
      expect(await statusWord(card, '80DB008001 80')).toBe('6A88');
      expect(await statusWord(card, '80CB008001 80 00')).toBe('6A88');
      expect((await transmit(card, '80CB008002 5F37 00')).data).toBe('5F3703DDEEFF');
    });

    it('are carried in blocks where they are long, and the last block can be had again', async () => {
      const value = Array.from({ length: 600 }, (_, i) => (i & 0xff).toString(16).padStart(2, '0').toUpperCase()).join(
        '',
      );
      const whole = `80820258${value}`;
      expect(await statusWord(card, `80DB0080FF${whole.slice(0, 510)}`)).toBe('63F1');
      expect(await statusWord(card, '80CB008001 80 00')).toBe('6A88');
      expect(await statusWord(card, `80DB0080FF${whole.slice(0, 510)}`)).toBe('63F1');
      expect(await statusWord(card, `80DB0000FF${whole.slice(510, 1020)}`)).toBe('63F1');
      expect(await statusWord(card, `80DB0000${lengthOf(whole.slice(1020))}${whole.slice(1020)}`)).toBe('9000');
      const first = await transmit(card, '80CB008001 80 00');
      expect(first).toEqual({ data: whole.slice(0, 512), sw: '62F1' });
      expect(await statusWord(card, '80CB0000')).toBe('6C00');
      expect((await transmit(card, '80CB000000')).data).toBe(whole.slice(512, 1024));
      expect((await transmit(card, '80CB004000')).data).toBe(whole.slice(512, 1024));
      expect(await transmit(card, '80CB000000')).toEqual({ data: whole.slice(1024), sw: '9000' });
      expect(await statusWord(card, '80CB000000')).toBe('6985');
      expect(await transmit(card, '80CB008001 80')).toEqual({ data: '', sw: '6100' });
      expect(await transmit(card, '00C0000000')).toEqual({ data: whole.slice(0, 512), sw: '62F1' });
    });

    it('are one at a time: another file, or another command first, ends what was under way', async () => {
      expect(await statusWord(card, '80DB008003 8002 AA')).toBe('63F1');
      await selectPath(card, MMDF);
      expect(await statusWord(card, '80DB000001 BB')).toBe('6985');
      expect(await statusWord(card, '80CB000000')).toBe('6985');
    });

    it('have to fit, and to be objects', async () => {
      expect(await statusWord(card, '80DB008004 8001 AABB')).toBe('6A80');
      expect(await statusWord(card, '80DB008004 80820401')).toBe('6A84');
      expect(await statusWord(card, '80DB008004 80840000')).toBe('6A80');
      expect(await statusWord(card, '80DB0080')).toBe('6700');
      expect(await statusWord(card, '80DB00C001 80')).toBe('6A86');
      expect(await statusWord(card, '80CB008005 5F8F8F8F01 00')).toBe('6A80');
      expect(await statusWord(card, '00B0000001')).toBe('6981');
      await card.apdu.reset();
      await selectPath(card, MMDF);
      expect(await statusWord(card, '80DB008003 8001 11')).toBe('6982');
    });
  });
});

import { generateAuthenticationVector, usimTestAlgorithm } from '@tegata/aka';
import { toHex } from '@tegata/rsp';
import type { Euicc } from '../euicc.ts';
import { enabledCard, selectApplication, selectPath, statusWord, transmit } from '../testing/modem.ts';
import { describeWithVectors, samplePackage, samplePackages, vectorsArePresent } from '../testing/vectors.ts';

const PIN = '30303030FFFFFFFF';
/** The key of every TS.48 profile. */
const KEY = Buffer.from(Array.from({ length: 16 }, (_, i) => i));

/** A phone that was switched on: what it reads before it attaches (3GPP TS 31.102 section 5.1). */
class Phone {
  constructor(private readonly card: Euicc) {}

  async switchOn(): Promise<void> {
    await this.card.apdu.reset();
    expect(await statusWord(this.card, '80AA0000 0A A9088100820101830107')).toBe('9000');
    expect((await transmit(this.card, '00A40004023F0000')).sw).toBe('9000');
  }

  /** AIDs of EF.DIR, record by record. */
  async applications(): Promise<string[]> {
    await selectPath(this.card, '2F00');
    const aids: string[] = [];
    for (let record = 1; ; record++) {
      const { data, sw } = await transmit(this.card, `00B2${toHex(Uint8Array.of(record))}0400`);
      if (sw === '6A83') return aids;
      expect(sw).toBe('9000');
      const aid = /^61..4F(..)(.*)$/.exec(data);
      if (aid !== null) aids.push((aid[2] ?? '').slice(0, 2 * Number.parseInt(aid[1] ?? '0', 16)));
    }
  }

  /** The whole of a transparent file, in as many reads as its size needs. */
  async read(path: string): Promise<string> {
    const { data: parameters, sw } = await selectPath(this.card, path);
    expect([path, sw]).toEqual([path, '9000']);
    const size = Number.parseInt(/8002([0-9A-F]{4})(?:8801..|8800)$/.exec(parameters)?.[1] ?? '', 16);
    let content = '';
    for (let offset = 0; offset < size; offset += 200) {
      const length = toHex(Uint8Array.of(Math.min(200, size - offset)));
      content += (await transmit(this.card, `00B0${toHex(Uint8Array.of(offset >> 8, offset & 0xff))}${length}`)).data;
    }
    return content;
  }
}

describeWithVectors('a phone', () => {
  // Without vectors the one case is skipped, or fails in continuous integration, with the rest.
  const packages = vectorsArePresent ? samplePackages() : [{ file: 'TS.48 profiles', iccid: '', efImsi: [] }];

  it.each(packages)('reads and uses $file as it does any card', async ({ file, iccid, efImsi }) => {
    const card = await enabledCard(samplePackage(file), iccid);
    const phone = new Phone(card);
    await phone.switchOn();
    expect((await phone.read('2FE2')).replace(/(.)(.)/g, '$2$1').replace(/F+$/, '')).toBe(iccid);
    expect(await phone.read('2F05')).toMatch(/^(?:[0-9A-F]{4})+$/);

    const aids = await phone.applications();
    const usim = aids.find((aid) => aid.startsWith('A0000000871002')) ?? '';
    expect((await selectApplication(card, usim)).data).toContain(usim);
    expect((await transmit(card, '80F2000100')).data).toContain(usim);
    expect(efImsi.map((imsi) => imsi.toUpperCase())).toContain(await phone.read('7FFF6F07'));
    expect(await phone.read('7FFF6F05')).toMatch(/^(?:[0-9A-F]{4})+$/);
    // Administrative data: the mode of operation, and two or three digits of MNC.
    expect(await phone.read('7FFF6FAD')).toMatch(/^(?:[0-9A-F]{6})0[23]/);
    expect((await phone.read('7FFF6F38')).length).toBeGreaterThan(2);
    expect(await statusWord(card, '80F2000C')).toBe('9000');

    // The user wants the PIN to be asked for from now on.
    expect(await statusWord(card, `0028000108${PIN}`)).toBe('9000');
    await phone.switchOn();
    await selectApplication(card, usim);
    await selectPath(card, '7FFF6F07');
    expect(await statusWord(card, '00B0000009')).toBe('6982');
    expect(await statusWord(card, '002000010831313131FFFFFFFF')).toBe('63C2');
    expect(await statusWord(card, `0020000108${PIN}`)).toBe('9000');
    expect((await transmit(card, '00B0000009')).sw).toBe('9000');

    const rand = Buffer.alloc(16, 0x5a);
    const { vector } = generateAuthenticationVector(usimTestAlgorithm(KEY), { rand, lastSqn: 0n });
    const answer = await transmit(card, `0088008122 10${toHex(vector.rand)} 10${toHex(vector.autn)} 00`);
    expect(answer.data).toMatch(new RegExp(`^DB10${toHex(vector.xres)}10${toHex(vector.ck)}10${toHex(vector.ik)}`));

    // Every other application of EF.DIR is there, too, and leads back to its own files.
    for (const aid of aids) {
      expect((await selectApplication(card, aid)).sw).toBe('9000');
      expect((await transmit(card, '00A4000402 7FFF 00')).data).toContain(aid);
    }
  });
});

import { reveal } from '@tegata/aka';
import fc from 'fast-check';
import type { Euicc } from '../euicc.ts';
import { enabledCard, lengthOf, selectApplication, selectPath, statusWord, transmit } from '../testing/modem.ts';
import { describeWithVectors, samplePackage } from '../testing/vectors.ts';
import { protectionChoices } from './suci-calc-info.ts';

const USIM = 'A0000000871002';
const ADM = '0020000A083535353535353535';
const GET_IDENTITY = '8078000100';
const IMSI = '7FFF6F07';
const AD = '7FFF6FAD';
const UST = '7FFF6F38';
const ROUTING_INDICATOR = '7FFF5FC04F0A';
const CALC_INFO = '7FFF5FD04F01';

/** 3GPP TS 33.501 annex C.4: keys of the home network, public and private. */
const keyA = '5A8D38864820197C3394B92613B20B91633CBD897119273BF8E4A6F4EEC0A650';
const privateA = Buffer.from('c53c22208b61860b06c62e5406a7b330c2b577aa5558981510d128247d38bd1d', 'hex');
const keyB = '0272DA71976234CE833A6907425867B82E074D44EF907DFB4B3E21C1C2256EBCD1';
const privateB = Buffer.from('f1ab1074477ebcc7f554ea1c5fc368b1616730155e0041ac447d6301975fecda', 'hex');
/** As 3GPP TS 31.121 has the file: profile B with the first key, then profile A with the second, then no protection. */
const keys = `A14B 80011B 8121${keyB} 80011E 8120${keyA}`;

describeWithVectors('a SUCI that the USIM calculates', () => {
  let card: Euicc;
  const put = async (path: string, octets: string) => {
    await selectPath(card, path);
    await transmit(card, ADM);
    const size = (await transmit(card, '00B0000000')).data.length;
    const content = octets.replaceAll(' ', '').padEnd(size, 'F');
    const half = 400;
    for (let at = 0; at < content.length; at += half) {
      const part = content.slice(at, at + half);
      const offset = (at / 2).toString(16).padStart(4, '0');
      expect(await statusWord(card, `00D6${offset}${lengthOf(part)}${part}`)).toBe('9000');
    }
  };
  const identity = async () => {
    await selectApplication(card, USIM);
    return transmit(card, GET_IDENTITY);
  };
  /** The parts of an answer. */
  const parts = (data: string, keyOctets: number) => {
    const [, head = '', output = ''] = /^A1(?:[0-9A-F]{2})(01.{14})(.*)$/.exec(data) ?? [];
    return { head, ephemeral: output.slice(0, 2 * keyOctets), output: Buffer.from(output, 'hex') };
  };

  beforeEach(async () => {
    card = await enabledCard(samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'), '89000123456789012341');
    await selectApplication(card, USIM);
    // 274-012-001002086, as in TS 33.501; three digits of network code.
    await put(IMSI, '082947100210000268');
    await put(AD, '00000003');
    await put(ROUTING_INDICATOR, '17FFFFFF');
  });

  it('has the MSIN in clear where the package chose no protection', async () => {
    expect(await identity()).toEqual({ data: expect.stringMatching(/^A10D01.{6}17FF0000/), sw: '9000' });
  });

  it.each([
    ['profile B', '0201', keyB, privateB, 33, '021B', 'profileB'],
    ['profile A', '0102', keyA, privateA, 32, '011E', 'profileA'],
  ] as const)('is by %s what the home network reveals', async (_name, first, _key, secret, octets, scheme, profile) => {
    await put(CALC_INFO, `A004 ${first} 0000 ${keys}`);
    const { data, sw } = await identity();
    const { head, ephemeral, output } = parts(data, octets);
    expect(sw).toBe('9000');
    expect(head).toMatch(new RegExp(`17FF${scheme}$`));
    const again = parts((await identity()).data, octets);
    expect(again.ephemeral).not.toBe(ephemeral);
    expect(again.head).toBe(head);
    const imsi = reveal(profile, output, secret);
    expect(imsi).toEqual(reveal(profile, again.output, secret));
    expect(imsi && Buffer.from(imsi).toString('hex')).toBe('00012080f6');
    expect(head).toMatch(/^01722410/);
  });

  it('takes the next scheme where the first has no key, or one that is none', async () => {
    await put(CALC_INFO, `A006 0203 0101 0000 A123 80011E 8120${'00'.repeat(32)}`);
    expect((await identity()).data).toMatch(/^A10D01.{6}17FF0000/);
  });

  it('has routing indicator 0 where the file has none', async () => {
    await put(ROUTING_INDICATOR, 'FFFFFFFF');
    expect((await identity()).data).toMatch(/^A10D01.{6}F0FF0000/);
  });

  it.each([
    ['no keys and no scheme are there', CALC_INFO, 'FF'],
    ['the IMSI is none', IMSI, 'FF'],
  ])('is not there when %s: the terminal calculates', async (_why, path, content) => {
    await put(path, content);
    expect((await identity()).sw).toBe('6985');
  });

  it('is not calculated when EF.UST does not say so', async () => {
    await selectPath(card, UST);
    const { data } = await transmit(card, '00B0000000');
    const octet = (125 - 1) >> 3;
    const bits = Number.parseInt(data.slice(2 * octet, 2 * octet + 2), 16) & ~(1 << ((125 - 1) & 7));
    await put(UST, `${data.slice(0, 2 * octet)}${bits.toString(16).padStart(2, '0')}${data.slice(2 * octet + 2)}`);
    expect((await identity()).sw).toBe('6985');
  });

  it('has the commands that there are', async () => {
    await selectApplication(card, USIM);
    expect(await statusWord(card, '8078008100')).toBe('9000');
    expect(await statusWord(card, '8078000200')).toBe('6A86');
    expect(await statusWord(card, '8078010100')).toBe('6A86');
    expect(await statusWord(card, '8078000101AA00')).toBe('6700');
    await transmit(card, '00A4000C023F00');
    expect(await statusWord(card, GET_IDENTITY)).toBe('6985');
  });
});

describe('EF.SUCI_Calc_Info', () => {
  const choices = (hex: string) => protectionChoices(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

  it('has its schemes in order, each with its key', () => {
    expect(choices(`A006 0201 0102 0000 ${keys} FFFF`)).toEqual([
      { scheme: 2, key: { identifier: 27, publicKey: Buffer.from(keyB, 'hex') } },
      { scheme: 1, key: { identifier: 30, publicKey: Buffer.from(keyA, 'hex') } },
      { scheme: 0, key: undefined },
    ]);
  });

  it('may have anything in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        for (const { scheme, key } of protectionChoices(content)) expect(scheme === 0).toBe(key === undefined);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (inside) => {
        const tagged = Buffer.concat([Buffer.from('a0020101a1', 'hex'), Uint8Array.of(inside.length), inside]);
        for (const { key } of protectionChoices(tagged)) expect(key?.publicKey.length ?? 0).toBeLessThan(120);
      }),
    );
  });
});

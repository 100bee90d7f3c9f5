import { basicAccessControl, documentKeys } from './basic-access-control.ts';
import { bacKeySeed, mrzInformation } from './chip-password.ts';
import { SecureMessaging } from './secure-messaging.ts';
import { hex, recorded, scripted } from './testing/scripted.ts';

/** The worked example of ICAO 9303-11 appendix D. */
const document = {
  kind: 'mrz',
  documentNumber: 'L898902C',
  birthDate: '1969-08-06',
  expiryDate: '1994-06-23',
} as const;
const information = mrzInformation(document);
const challenge = '4608F91988702212';
const terminal = ['781723860C06C226', '0B795240CB7049B01C19B33E32804F0B'];
const authentication = {
  command: '0082000028' + '72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728',
  response: '46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000',
};

describe('Basic Access Control, by the worked example of ICAO 9303-11', () => {
  it('makes the keys of the document of its machine readable zone', () => {
    expect(information).toBe('L898902C<369080619406236');
    expect(hex(bacKeySeed(information))).toBe('239AB9CB282DAF66231DC5A4DF6BFBAE');
    const { encryption, mac } = documentKeys(information);
    expect([hex(encryption), hex(mac)]).toEqual([
      'AB94FDECF2674FDFB9B391F85D7F76F2',
      '7962D9ECE03D1ACD4C76089DCE131543',
    ]);
  });

  const established = () => {
    const transport = scripted([
      ['0084000008', `${challenge}9000`],
      [authentication.command, authentication.response],
    ]);
    return basicAccessControl(transport, information, recorded(terminal));
  };

  it('agrees on the keys of the session', async () => {
    const { encryption, mac, counter } = await established();
    expect([hex(encryption), hex(mac), hex(counter)]).toEqual([
      '979EC13B1CBFE9DCD01AB0FED307EAE5',
      'F1CB1F1FB5ADF208806B89DC579DC1F8',
      '887022120C06C226',
    ]);
  });

  it('protects the reading of EF.COM', async () => {
    const transport = scripted([
      ['0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800', '990290008E08FA855A5D4C50A8ED9000'],
      ['0CB000000D9701048E08ED6705417E96BA5500', '8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000'],
      [
        '0CB000040D9701128E082EA28A70F3C7B53500',
        '871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000',
      ],
    ]);
    const channel = new SecureMessaging(transport, await established());
    const select = await channel.send({ cla: 0, ins: 0xa4, p1: 2, p2: 0x0c, data: Buffer.from('011E', 'hex') });
    expect(select.statusWord).toBe(0x9000);
    const start = await channel.send({ cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: 4 });
    const rest = await channel.send({ cla: 0, ins: 0xb0, p1: 0, p2: 4, expected: 18 });
    expect(hex(start.data) + hex(rest.data)).toBe('60145F0104303130365F36063034303030305C026175');
  });

  it('says that the machine readable zone is another when the chip does not take it', async () => {
    const refusing = scripted([
      ['0084000008', `${challenge}9000`],
      [authentication.command, '6300'],
    ]);
    const work = basicAccessControl(refusing, information, recorded(terminal));
    await expect(work).rejects.toMatchObject({ code: 'CHIP_ACCESS_DENIED' });
  });

  it('does not believe a chip that any octet of the answer is changed of', async () => {
    for (let at = 0; at < 40; at++) {
      const response = Buffer.from(authentication.response, 'hex');
      response[at]! ^= 0x10;
      const transport = scripted([
        ['0084000008', `${challenge}9000`],
        [authentication.command, hex(response)],
      ]);
      const work = basicAccessControl(transport, information, recorded(terminal));
      await expect(work).rejects.toMatchObject({ code: 'CHIP_NOT_AUTHENTIC' });
    }
  });

  it('takes numbers of more than nine characters, and refuses what no document has', () => {
    const long = { ...document, documentNumber: 'D23145890734' };
    expect(mrzInformation(long)).toMatch(/^D231458907349/);
    for (const wrong of [{ documentNumber: 'Ü1' }, { documentNumber: '' }, { birthDate: '690806' }]) {
      expect(() => mrzInformation({ ...document, ...wrong })).toThrow(
        expect.objectContaining({ code: 'CHIP_PASSWORD_MALFORMED' }),
      );
    }
  });
});

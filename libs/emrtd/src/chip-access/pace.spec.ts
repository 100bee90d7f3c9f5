import { encodeInteger, encodeObjectIdentifier, encodeTlv } from '@tegata/der';
import fc from 'fast-check';
import { pacePassword } from './chip-password.ts';
import { aes } from './cipher-suite.ts';
import { standardizedDomainParameters } from './domain-parameters.ts';
import { pace } from './pace.ts';
import { passwordKey } from './pace-agreement.ts';
import { readCardAccess } from './security-infos.ts';
import { hex, octetsOf, recorded, scripted } from './testing/scripted.ts';

/** The worked example of ICAO 9303-11 appendix G.1: brainpoolP256r1, AES-128, password of the machine readable zone. */
const document = {
  kind: 'mrz',
  documentNumber: 'T22000129',
  birthDate: '1964-08-12',
  expiryDate: '2010-10-31',
} as const;
const cardAccess = octetsOf('31143012060A04007F0007020204020202010202010D');
const terminalScalars = [
  '7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99',
  'A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595',
];
/** Scalars are drawn as the number before them, since zero is none. */
const drawn = terminalScalars.map((scalar) => (BigInt(`0x${scalar}`) - 1n).toString(16).padStart(64, '0'));
const conversation: readonly (readonly [string, string])[] = [
  ['0022C1A412800A04007F0007020204020283010184010D', '9000'],
  ['10860000027C0000', '7C12801095A3A016522EE98D01E76CB6B98B42C39000'],
  [
    '10860000457C43814104' +
      '7ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E' +
      '544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00',
    '7C43824104' +
      '824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57' +
      '30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000',
  ],
  [
    '10860000457C43834104' +
      '2DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C' +
      '3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200',
    '7C43844104' +
      '9E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB' +
      '7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000',
  ],
  ['008600000C7C0A8508C2B0BD78D94BA86600', '7C0A86083ABB9674BCE93C089000'],
];
const [protocol] = readCardAccess(cardAccess);

const outcome = async (exchanges: readonly (readonly [string, string])[]): Promise<string> => {
  try {
    await pace(scripted(exchanges), protocol!, document, recorded(drawn));
    return 'agreed';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

describe('PACE, by the worked example of ICAO 9303-11', () => {
  it('finds protocol and curve in EF.CardAccess', () => {
    expect(protocol).toMatchObject({ oid: '0.4.0.127.0.7.2.2.4.2.2', parameters: { name: 'brainpoolP256r1' } });
  });

  it('makes the key of the password', () => {
    const password = pacePassword(document);
    expect(hex(password)).toBe('7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD');
    expect(hex(passwordKey(aes(128), password))).toBe('89DED1B26624EC1E634C1989302849DD');
  });

  it('agrees on the keys of the session', async () => {
    const keys = await pace(scripted(conversation), protocol!, document, recorded(drawn));
    expect([hex(keys.encryption), hex(keys.mac), hex(keys.counter)]).toEqual([
      'F5F0E35C0D7161EE6724EE513A0D9A7F',
      'FE251C7858B356B24514B3BD5F4297D1',
      '00'.repeat(16),
    ]);
  });

  it('says that the password is another when the chip does not take it', async () => {
    expect(await outcome([...conversation.slice(0, 4), [conversation[4]![0], '6300']])).toBe('CHIP_ACCESS_DENIED');
  });

  it('does not believe a token that any octet is changed of', async () => {
    for (let at = 4; at < 12; at++) {
      const response = octetsOf(conversation[4]![1]);
      response[at]! ^= 0x01;
      expect(await outcome([...conversation.slice(0, 4), [conversation[4]![0], hex(response)]])).toBe(
        'CHIP_NOT_AUTHENTIC',
      );
    }
  });

  it('does not agree with a chip that answers the key of the terminal', async () => {
    const [sent] = conversation[3]!;
    const reflected = `7C438441${sent.slice(18, -2)}9000`;
    expect(await outcome([...conversation.slice(0, 3), [sent, reflected]])).toBe('CHIP_NOT_AUTHENTIC');
  });

  it('refuses points that are not on the curve, cut off answers, and status words that do not belong there', async () => {
    const [command, response] = conversation[2]!;
    const off = octetsOf(response);
    off[40]! ^= 0x01;
    for (const answer of [hex(off), `${response.slice(0, -40)}9000`, '9000', '7C009000', '6985', '7C038201009000']) {
      expect(await outcome([...conversation.slice(0, 2), [command, answer]])).toBe('CHIP_RESPONSE_UNEXPECTED');
    }
  });
});

describe('EF.CardAccess', () => {
  const info = (oid: string, parameterId: number) =>
    encodeTlv(
      0x30,
      encodeTlv(0x06, encodeObjectIdentifier(oid)),
      ...[2, parameterId].map((value) => encodeTlv(0x02, encodeInteger(value))),
    );
  const card = (...infos: Uint8Array[]) => encodeTlv(0x31, ...infos);
  const idPace = '0.4.0.127.0.7.2.2.4';

  it('offers the strongest cipher first, whatever its order', () => {
    const names = readCardAccess(
      card(info(`${idPace}.2.1`, 12), info(`${idPace}.2.4`, 16), info(`${idPace}.2.2`, 13)),
    ).map(({ oid, parameters }) => `${oid.at(-1)} ${parameters.name}`);
    expect(names).toEqual(['4 brainpoolP384r1', '2 brainpoolP256r1', '1 secp256r1']);
  });

  it('may offer what is not known here: integrated mapping, Diffie-Hellman, small curves, chip authentication', () => {
    expect(
      readCardAccess(card(info(`${idPace}.4.2`, 13), info(`${idPace}.1.2`, 1), info('0.4.0.127.0.7.2.2.3.2.2', 2))),
    ).toEqual([]);
    expect(readCardAccess(card(info(`${idPace}.2.2`, 10)))).toEqual([]);
  });

  it('is refused by name when it is something else', () => {
    const refused = (octets: Uint8Array) => {
      try {
        readCardAccess(octets);
      } catch (error) {
        expect(error).toMatchObject({ name: 'EmrtdRefusal', code: 'CHIP_FILE_MALFORMED' });
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), refused));
    for (let at = 0; at < cardAccess.length; at++) {
      for (const mask of [0x01, 0x20, 0xff])
        refused(cardAccess.map((octet, place) => (place === at ? octet ^ mask : octet)));
    }
  });
});

describe('standardized domain parameters', () => {
  it.each([...standardizedDomainParameters.values()])('$name has points, and tells what is none', (parameters) => {
    const { generator, coordinateOctets, order } = parameters;
    const encoded = generator.multiply(order - 5n).toBytes(false);
    expect(encoded).toHaveLength(1 + 2 * coordinateOctets);
    expect(parameters.point(encoded)?.equals(generator.multiply(order - 5n))).toBe(true);
    expect(parameters.point(encoded.subarray(1))).toBeUndefined();
    expect(parameters.point(generator.toBytes(true))).toBeUndefined();
    expect(parameters.point(Buffer.alloc(encoded.length))).toBeUndefined();
    expect(parameters.point(Uint8Array.from(encoded, (octet, at) => (at === 3 ? octet ^ 1 : octet)))).toBeUndefined();
  });
});

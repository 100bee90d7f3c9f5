import fc from 'fast-check';
import { decodeApplicationTemplate, encodeApplicationTemplate } from './application-template.ts';
import { decodeMsisdn, decodeShortMessageCentre, encodeMsisdn, encodeShortMessageCentre } from './dialling-numbers.ts';
import { encodeIccid, iccidOfHeader } from './iccid.ts';
import { decodeIsimText, encodeIsimText, imsDomain, imsPublicIdentity } from './ims-identities.ts';
import {
  accessClassOf,
  decodeAccessClasses,
  decodeAdministrativeData,
  decodeImsi,
  encodeAccessClasses,
  encodeAdministrativeData,
  encodeImsi,
  homePlmn,
  parseImsi,
} from './imsi.ts';
import { decodeName, decodeServiceProviderName, encodeName, encodeServiceProviderName } from './names.ts';
import {
  decodeEmergencyNumber,
  decodeNetworkPreferences,
  decodePlmns,
  encodeEmergencyNumber,
  encodeNetworkPreferences,
  encodePlmn,
} from './networks.ts';
import { decodeServiceTable } from './usim-services.ts';
import { decodeCode, encodeAdministrativeKey, encodePin, encodePuk } from './verification-codes.ts';

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
const digits = (minimum: number, maximum: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: minimum, maxLength: maximum }).map((list) => list.join(''));
const badValue = expect.objectContaining({ name: 'ProfilePackageError', code: 'BAD_SUBSCRIPTION_VALUE' });

describe('an IMSI', () => {
  it('is coded as in the TS.48 packages', () => {
    expect(hex(encodeImsi('001010123456063'))).toBe('080910101032540636');
    expect(decodeImsi(Buffer.from('080910101032540636', 'hex'))).toBe('001010123456063');
  });

  it('has the even parity nibble and padding when its number of digits is even', () => {
    expect(hex(encodeImsi('44010123456789'))).toBe('0841040121436587f9');
  });

  it('survives coding at every length', () => {
    fc.assert(fc.property(digits(6, 15), (imsi) => expect(decodeImsi(encodeImsi(imsi))).toBe(imsi)));
  });

  it('divides by the length of its MNC', () => {
    expect(parseImsi('310410123456789', 3)).toEqual({ mcc: '310', mnc: '410', msin: '123456789' });
    expect(homePlmn('440101234567890', 2)).toBe('44010');
    expect(hex(encodeAdministrativeData(3))).toBe('00000003');
  });

  it('gives the access class of its last digit', () => {
    expect(hex(accessClassOf('001010123456063'))).toBe('0008');
    expect(hex(accessClassOf('001010123456069'))).toBe('0200');
    expect(hex(encodeAccessClasses([0, 15]))).toBe('8001');
  });

  it.each(['', '12345', '0010101234560631', '00101012345606x', '٠٠١٠١٠١٢٣٤٥٦٠٦٣'])('is not «%s»', (text) => {
    expect(() => encodeImsi(text)).toThrow(badValue);
  });

  it.each(['09091010103254063600', '000910101032540636', '080810101032540636', '0809101010325406ff'])(
    'is not in %s',
    (octets) => {
      expect(() => decodeImsi(Buffer.from(octets, 'hex'))).toThrow(badValue);
    },
  );
});

describe('an ICCID', () => {
  it('has two codings that agree', () => {
    const { header, file } = encodeIccid('8949449999999990023');
    expect([hex(header), hex(file)]).toEqual(['8949449999999990023f', '989444999999990920f3']);
    expect(iccidOfHeader({ iccid: header })).toBe('8949449999999990023');
    expect(() => encodeIccid('894944999999999')).toThrow(badValue);
    expect(() => iccidOfHeader({ iccid: Buffer.alloc(10, 0xaa) })).toThrow(badValue);
  });
});

describe('numbers', () => {
  it('of the subscriber are international, in a record with room for a name', () => {
    const record = encodeMsisdn('818012345678', 24, 'Mobil');
    expect(hex(record)).toBe('4d6f62696cffffffffff0791180821436587ffffffffffff');
    expect(decodeMsisdn(record)).toBe('818012345678');
    expect(decodeMsisdn(new Uint8Array(24).fill(0xff))).toBeUndefined();
  });

  it('survive coding', () => {
    fc.assert(
      fc.property(digits(1, 15), fc.integer({ min: 14, max: 40 }), (msisdn, length) => {
        const record = encodeMsisdn(msisdn, length);
        expect(record).toHaveLength(length);
        expect(decodeMsisdn(record)).toBe(msisdn);
      }),
    );
    expect(() => encodeMsisdn('1234567890123456', 24)).toThrow(badValue);
    expect(() => encodeMsisdn('+8180', 24)).toThrow(badValue);
    expect(() => encodeMsisdn('8180', 13)).toThrow(badValue);
  });

  it('of the short message centre are the only parameter that is present', () => {
    expect(hex(encodeShortMessageCentre('81901234567', 28))).toBe(`fd${'ff'.repeat(12)}07911809214365f7ffffffffffffff`);
  });

  it('of emergency services have their category', () => {
    expect(hex(encodeEmergencyNumber('112'))).toBe('11f2ff00');
    expect(hex(encodeEmergencyNumber('110110'))).toBe('11100100');
    expect(() => encodeEmergencyNumber('')).toThrow(badValue);
  });
});

describe('networks', () => {
  it('have their technologies in two octets', () => {
    const preferences = [
      { plmn: '44010', technologies: ['eutran', 'ngran'] },
      { plmn: '310410', technologies: ['gsm'] },
    ] as const;
    expect(hex(encodeNetworkPreferences(preferences))).toBe('44f00148001300140080');
    expect(() => encodePlmn('4401')).toThrow(badValue);
    expect(() => encodePlmn('4401E')).toThrow(badValue);
  });

  it('give a subscriber without ISIM data its IMS identities', () => {
    expect(imsDomain('440101234567890', 2)).toBe('ims.mnc010.mcc440.3gppnetwork.org');
    expect(imsPublicIdentity('310410123456789', 3)).toBe('sip:310410123456789@ims.mnc410.mcc310.3gppnetwork.org');
  });
});

describe('names', () => {
  it('are in the default alphabet where it has all characters, else in UCS2', () => {
    expect(hex(encodeName('A@ä', 5))).toBe('41007bffff');
    expect(hex(encodeName('青空', 7))).toBe('8097527a7affff');
    expect(hex(encodeServiceProviderName('GSMA_TEST', { networkNameAtHome: true, hiddenWhenRoaming: false }))).toBe(
      `0147534d411154455354${'ff'.repeat(7)}`,
    );
  });

  it('survive coding', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(text, (name) => {
        // A filled-up octet and the end of a name are the same.
        fc.pre(name.length <= 7 && !name.includes('\uffff') && !/\p{Surrogate}/u.test(name));
        expect(decodeServiceProviderName(encodeServiceProviderName(name))).toBe(name);
      }),
    );
    expect(decodeName(encodeName('0123456789ABCDEF', 16))).toBe('0123456789ABCDEF');
  });

  it('have to fit', () => {
    expect(() => encodeServiceProviderName('0123456789ABCDEFG')).toThrow(badValue);
    expect(() => encodeServiceProviderName('八文字は長すぎる')).toThrow(badValue);
    expect(() => encodeServiceProviderName('')).toThrow(badValue);
  });
});

describe('a package, read back', () => {
  const octets = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

  it('tells the applications of EF.DIR', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 5, maxLength: 16 }),
        fc.string({ unit: 'grapheme-ascii', maxLength: 16 }),
        (aid, label) => {
          const record = Buffer.concat([encodeApplicationTemplate({ aid, label }), Buffer.alloc(4, 0xff)]);
          const application = decodeApplicationTemplate(record);
          expect(hex(application!.aid)).toBe(hex(aid));
          expect(application!.label).toBe(label);
        },
      ),
    );
    expect(decodeApplicationTemplate(octets('61 07 4F 05 A000000087'))?.label).toBe('');
    expect(decodeApplicationTemplate(Buffer.alloc(20, 0xff))).toBeUndefined();
    for (const text of ['00', '61 FF', '61 02 50 00', '62 07 4F 05 A000000087', '61 07 4F 06 A000000087']) {
      expect(() => decodeApplicationTemplate(octets(text))).toThrow(badValue);
    }
  });

  it('tells the networks that are looked for, and free places are none', () => {
    const home = { plmn: '310410', technologies: ['utran', 'gsm-compact'] } as const;
    const list = Buffer.concat([encodeNetworkPreferences([home]), octets('FFFFFF0000'), octets('44F001 4800')]);
    expect(decodeNetworkPreferences(list)).toEqual([home, { plmn: '44010', technologies: ['eutran', 'ngran'] }]);
    expect(decodePlmns(octets('44F001 FFFFFF 130014 FFFF'))).toEqual(['44010', '310410']);
    expect(() => decodePlmns(octets('FAFFFF'))).toThrow(badValue);
  });

  it('tells what a card is for, how long the MNC is, and the access classes', () => {
    expect(decodeAdministrativeData(octets('81000003'))).toEqual({
      operationMode: 'type approval and specific facilities',
      mncLength: 3,
    });
    expect(decodeAdministrativeData(octets('AA0000'))).toEqual({ operationMode: undefined, mncLength: undefined });
    expect(decodeAccessClasses(encodeAccessClasses([0, 7, 15]))).toEqual([0, 7, 15]);
  });

  it('tells the services of EF.UST by number and name', () => {
    const table = octets('02 00 00 00 01 00 00 00 00 00 00 00 00 00 00 02 00 00 01 80');
    expect(decodeServiceTable(table)).toEqual([
      { number: 2, name: 'fixed dialling numbers (FDN)' },
      { number: 33, name: 'always set' },
      { number: 122, name: '5GS mobility management information' },
      { number: 145, name: 'KAUSF derivation configuration' },
      { number: 160, name: undefined },
    ]);
    // One of each tens, as 3GPP TS 31.102 numbers them, and those that mean nothing.
    const names = new Map(decodeServiceTable(Buffer.alloc(19, 0xff)).map(({ number, name }) => [number, name]));
    expect([10, 20, 43, 57, 68, 71, 85, 91, 99, 109, 119, 132].map((number) => names.get(number))).toEqual([
      'short message storage (SMS)',
      'user controlled PLMN selector with access technology',
      'HPLMN selector with access technology',
      'VGCS group identifier list',
      'generic bootstrapping architecture (GBA)',
      'equivalent HPLMN',
      'EPS mobility management information',
      'SM over IP',
      'URI support',
      'mission critical services',
      'V2X',
      'URSP by USIM',
    ]);
    expect([26, 50, 98, 146].map((number) => names.get(number))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('tells the numbers of the short message centre and of emergency services', () => {
    fc.assert(
      fc.property(digits(1, 20), fc.integer({ min: 28, max: 50 }), (centre, length) => {
        expect(decodeShortMessageCentre(encodeShortMessageCentre(centre, length))).toBe(centre);
      }),
    );
    expect(decodeShortMessageCentre(Buffer.alloc(28, 0xff))).toBeUndefined();
    fc.assert(fc.property(digits(1, 6), (number) => decodeEmergencyNumber(encodeEmergencyNumber(number)) === number));
    expect(decodeEmergencyNumber(octets('FFFFFFFF'))).toBeUndefined();
  });

  it('tells the identities of an ISIM', () => {
    expect(decodeIsimText(Buffer.concat([encodeIsimText('sip:a@b.example'), octets('FFFF')]))).toBe('sip:a@b.example');
    for (const text of ['', 'FFFF', '8005AA', '8101AA']) expect(decodeIsimText(octets(text))).toBeUndefined();
  });

  it('throws nothing but its own error, whatever the octets', () => {
    const decoders = [
      decodeApplicationTemplate,
      decodeNetworkPreferences,
      decodePlmns,
      decodeAdministrativeData,
      decodeAccessClasses,
      decodeServiceTable,
      decodeShortMessageCentre,
      decodeEmergencyNumber,
      decodeIsimText,
      decodeImsi,
      decodeMsisdn,
      decodeServiceProviderName,
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (content) => {
        for (const decode of decoders) {
          try {
            decode(content);
          } catch (error) {
            expect(error).toEqual(badValue);
          }
        }
      }),
    );
  });
});

describe('codes', () => {
  it('are digits in ASCII, padded with FF', () => {
    expect(hex(encodePin('1234'))).toBe('31323334ffffffff');
    expect(hex(encodePuk('12345678'))).toBe('3132333435363738');
    expect(hex(encodeAdministrativeKey(Buffer.alloc(8, 0xab)))).toBe('ab'.repeat(8));
    expect(decodeCode(encodePin('123456'))).toBe('123456');
    expect(decodeCode(Buffer.alloc(8, 0xab))).toBeUndefined();
  });

  it.each(['', '123', '123456789', '12a4'])('are not «%s»', (text) => {
    expect(() => encodePin(text)).toThrow(badValue);
    expect(() => encodePuk(text)).toThrow(badValue);
  });

  it('are not repeated in the error', () => {
    try {
      encodePin('12a4');
    } catch (error) {
      expect(String(error)).not.toContain('12a4');
    }
  });
});

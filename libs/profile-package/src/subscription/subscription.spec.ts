import fc from 'fast-check';
import { decodeMsisdn, encodeMsisdn, encodeShortMessageCentre } from './dialling-numbers.ts';
import { encodeIccid, iccidOfHeader } from './iccid.ts';
import { imsDomain, imsPublicIdentity } from './ims-identities.ts';
import {
  accessClassOf,
  decodeImsi,
  encodeAccessClasses,
  encodeAdministrativeData,
  encodeImsi,
  homePlmn,
  parseImsi,
} from './imsi.ts';
import { decodeName, decodeServiceProviderName, encodeName, encodeServiceProviderName } from './names.ts';
import { encodeEmergencyNumber, encodeNetworkPreferences, encodePlmn } from './networks.ts';
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

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describeWithVectors, hex, vectorJson } from '../testing/vectors.ts';
import { parseActivationCode, printActivationCode, qrCodeText } from './activation-code.ts';
import { ECASD_AID, ISD_R_AID, isdpAidOf } from './aid.ts';
import { eidWithCheckDigits, isEid, packEid, unpackEid } from './eid.ts';
import {
  hasIccidCheckDigit,
  iccidWithCheckDigit,
  luhnCheckDigit,
  packIccid,
  packIccidInOrder,
  parseIccid,
  unpackIccid,
  unpackIccidInOrder,
} from './iccid.ts';
import { IdentifierError } from './identifier-error.ts';
import { isMatchingId, newMatchingId } from './matching-id.ts';
import { toHex } from './nibbles.ts';
import { packPlmn, unpackPlmn } from './plmn.ts';
import { isSameServerAddress, isServerAddress } from './server-address.ts';
import { isSameTransactionId, parseTransactionId, printTransactionId } from './transaction-id.ts';
import { compareVersions, packVersion, parseAdminProtocol, printAdminProtocol, unpackVersion } from './version.ts';

interface Vectors {
  readonly activationCodes: readonly {
    readonly text: string;
    readonly address: string;
    readonly token: string;
    readonly oid?: string;
    readonly confirmationCodeRequired?: boolean;
  }[];
  readonly eidValid: readonly string[];
  readonly eidInvalid: readonly string[];
  readonly eidCompute: readonly { readonly first30: string; readonly eid: string }[];
}

const digits = (minimum: number, maximum = minimum): fc.Arbitrary<string> =>
  fc.array(fc.nat(9), { minLength: minimum, maxLength: maximum }).map((numbers) => numbers.join(''));

describeWithVectors('EIDs and activation codes, against the vectors', () => {
  const vectors = vectorJson<Vectors>('activation-codes-and-eids.json');

  it('tells right check digits from wrong ones, and makes them', () => {
    expect(vectors.eidValid.map(isEid)).not.toContain(false);
    expect(vectors.eidInvalid.map(isEid)).not.toContain(true);
    for (const { first30, eid } of vectors.eidCompute) expect(eidWithCheckDigits(first30)).toBe(eid);
  });

  it.each(vectors.activationCodes)(
    'reads and prints $text',
    ({ text, address, token, oid, confirmationCodeRequired = false }) => {
      const code = parseActivationCode(text);
      expect(code).toEqual({
        smdpAddress: address,
        matchingId: token,
        ...(oid !== undefined && { smdpOid: oid }),
        confirmationCodeRequired,
      });
      expect(printActivationCode(code)).toBe(text);
      expect(parseActivationCode(`LPA:${text}`)).toEqual(code);
    },
  );

  it('has ICCIDs that agree in both codings', () => {
    const { packages } = vectorJson<{ packages: { iccid: string; iccidInMetadata: string }[] }>('upp/index.json');
    for (const { iccid, iccidInMetadata } of packages) {
      expect(toHex(packIccid(iccid))).toBe(iccidInMetadata);
      expect(unpackIccid(hex(iccidInMetadata))).toBe(iccid);
    }
  });
});

describe('activation codes', () => {
  const label = fc.stringMatching(/^[a-z0-9]{1,10}$/);
  const code = fc.record(
    {
      smdpAddress: fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.')),
      matchingId: fc.stringMatching(/^[A-Z0-9-]{0,20}$/),
      smdpOid: fc.array(fc.nat(9999), { minLength: 1, maxLength: 5 }).map((arcs) => ['2.999', ...arcs].join('.')),
      confirmationCodeRequired: fc.boolean(),
    },
    { requiredKeys: ['smdpAddress', 'matchingId', 'confirmationCodeRequired'] },
  );

  it('are read as they were printed, whatever is in them', () => {
    fc.assert(
      fc.property(code, (each) => expect(parseActivationCode(qrCodeText(printActivationCode(each)))).toEqual(each)),
    );
  });

  it('are read or refused by name, whatever somebody has typed', () => {
    const altered = fc
      .tuple(code, fc.nat(), fc.string({ maxLength: 4 }), fc.nat(3))
      .map(([each, at, inserted, cut]) => {
        const text = qrCodeText(printActivationCode(each));
        const place = at % (text.length + 1);
        return text.slice(0, place) + inserted + text.slice(place + cut);
      });
    fc.assert(
      fc.property(fc.oneof(altered, fc.string({ unit: 'binary' })), (text) => {
        try {
          const { smdpAddress, matchingId } = parseActivationCode(text);
          expect(isServerAddress(smdpAddress) && isMatchingId(matchingId)).toBe(true);
        } catch (error) {
          if (!(error instanceof IdentifierError)) throw error;
          expect(error.code).toBe('BAD_ACTIVATION_CODE');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    '',
    'LPA:',
    '2$a.b$T',
    '1$',
    '1$a.b',
    '1$$T',
    '1$a b$T',
    '1$a.b$token',
    '1$a.b$T$1.2.x',
    '1$a.b$T$$2',
    `1$a.b$${'T'.repeat(300)}`,
  ])('refuses %j', (text) => {
    expect(() => parseActivationCode(text)).toThrow(IdentifierError);
  });

  it('ignores what later editions append', () => {
    expect(parseActivationCode('lpa:1$a.b$T$$1$F54172$1')).toMatchObject({ confirmationCodeRequired: true });
  });

  it('are not printed when they could not be read', () => {
    expect(() => printActivationCode({ smdpAddress: 'a$b', matchingId: 'T', confirmationCodeRequired: false })).toThrow(
      IdentifierError,
    );
  });
});

describe('EIDs', () => {
  it('are packed in order, with or without right check digits', () => {
    fc.assert(fc.property(digits(32), (eid) => unpackEid(packEid(eid)) === eid));
    fc.assert(fc.property(digits(30), (first) => isEid(eidWithCheckDigits(first))));
    expect(packEid('89049032123451234512345678901235')[0]).toBe(0x89);
    expect(() => packEid('8904')).toThrow(IdentifierError);
    expect(() => unpackEid(hex('AA'.repeat(16)))).toThrow(IdentifierError);
    expect(() => unpackEid(hex('89'))).toThrow(IdentifierError);
  });
});

describe('ICCIDs', () => {
  it('have two codings', () => {
    expect(packIccid('89000123456789012341')).toEqual(hex('98001032547698103214'));
    expect(packIccidInOrder('89000123456789012341')).toEqual(hex('89000123456789012341'));
    expect(packIccid('8949449999999990023')).toEqual(hex('989444999999990920F3'));
    expect(packIccidInOrder('8949449999999990023')).toEqual(hex('8949449999999990023F'));
    fc.assert(
      fc.property(digits(16, 18), (rest) => {
        const iccid = `89${rest}`;
        expect(unpackIccid(packIccid(iccid))).toBe(iccid);
        expect(unpackIccidInOrder(packIccidInOrder(iccid))).toBe(iccid);
      }),
    );
  });

  it('may carry the F of JSON, and nothing else', () => {
    expect(parseIccid('8949449999999990023F')).toBe('8949449999999990023');
    for (const text of ['', '89', '8949449999999990023FF', '0149449999999990023', '89494499999999900A3']) {
      expect(() => parseIccid(text)).toThrow(IdentifierError);
    }
    expect(() => unpackIccid(hex('98F01032547698103214'))).toThrow(IdentifierError);
    expect(() => unpackIccid(hex('9800'))).toThrow(IdentifierError);
  });

  it('may have a check digit that finds every wrong digit', () => {
    expect(luhnCheckDigit('7992739871')).toBe('3');
    fc.assert(
      fc.property(digits(16), fc.nat(15), fc.integer({ min: 1, max: 9 }), (rest, position, by) => {
        const iccid = iccidWithCheckDigit(`89${rest}`);
        expect(hasIccidCheckDigit(iccid)).toBe(true);
        const wrong = String((Number(iccid[2 + position]) + by) % 10);
        expect(hasIccidCheckDigit(`${iccid.slice(0, 2 + position)}${wrong}${iccid.slice(3 + position)}`)).toBe(false);
      }),
    );
  });
});

describe('matching identifiers', () => {
  it('are upper-case letters, digits and hyphens', () => {
    expect(['', 'A-1', '04386-AGYFT-A74Y8-3F815'].every(isMatchingId)).toBe(true);
    expect(['a', 'A_1', 'Ä', 'A$', ' '].some(isMatchingId)).toBe(false);
  });

  it('are made of randomness alone', () => {
    expect(newMatchingId(() => new Uint8Array(20))).toBe('00000-00000-00000-00000');
    const made = new Set(Array.from({ length: 100 }, () => newMatchingId(randomBytes)));
    expect(made.size).toBe(100);
    expect([...made].every((id) => /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$/.test(id))).toBe(true);
  });
});

describe('server addresses', () => {
  it('are compared without regard to case', () => {
    expect(isSameServerAddress('SMDP.GSMA.COM', 'smdp.gsma.com')).toBe(true);
    expect(isSameServerAddress('smdp.gsma.com.', 'smdp.gsma.com')).toBe(true);
    expect(isSameServerAddress('smdp.gsma.com:8443', 'smdp.gsma.com')).toBe(false);
    expect(['smdp.example.com', 'localhost:4000', 'a-b.c'].every(isServerAddress)).toBe(true);
    expect(['', '.', 'a..b', '-a', 'a-', 'a/b', 'https://a', `${'a'.repeat(254)}`].some(isServerAddress)).toBe(false);
    expect(['a.b:1', 'a.b:65535'].every(isServerAddress)).toBe(true);
    expect(['a.b:', 'a.b:0', 'a.b:65536', 'a.b:1:2'].some(isServerAddress)).toBe(false);
  });
});

describe('transaction identifiers', () => {
  it('are the same octets whatever the case of the digits', () => {
    expect(printTransactionId(parseTransactionId('0a0B'))).toBe('0A0B');
    expect(isSameTransactionId(parseTransactionId('AB'), parseTransactionId('ab'))).toBe(true);
    expect(isSameTransactionId(parseTransactionId('AB'), parseTransactionId('ABCD'))).toBe(false);
    for (const text of ['', 'A', 'GG', '00'.repeat(17)])
      expect(() => parseTransactionId(text)).toThrow(IdentifierError);
  });
});

describe('versions', () => {
  it('are three octets, and ordered', () => {
    expect(packVersion('2.2.2')).toEqual(Uint8Array.of(2, 2, 2));
    expect(unpackVersion(hex('020300'))).toBe('2.3.0');
    expect(compareVersions('2.10.0', '2.9.255')).toBeGreaterThan(0);
    expect(compareVersions('v2.1.0', '2.1.0')).toBe(0);
    for (const text of ['2', '2.2', '2.2.256', '02.2.2', 'x']) expect(() => packVersion(text)).toThrow(IdentifierError);
    expect(() => unpackVersion(hex('0202'))).toThrow(IdentifierError);
  });

  it('are carried in X-Admin-Protocol', () => {
    expect(printAdminProtocol('2.2.0')).toBe('gsma/rsp/v2.2.0');
    expect(parseAdminProtocol('gsma/rsp/v2.1.0')).toBe('2.1.0');
    expect(() => parseAdminProtocol('gsma/rsp2')).toThrow(IdentifierError);
  });
});

describe('identifiers of networks, devices and applications', () => {
  it('are packed as 3GPP has it', () => {
    expect(packPlmn('44010')).toEqual(hex('44F001'));
    expect(packPlmn('310410')).toEqual(hex('130014'));
    expect(unpackPlmn(hex('EEEEEE'))).toBe('EEEEEE');
    fc.assert(fc.property(digits(5, 6), (plmn) => unpackPlmn(packPlmn(plmn)) === plmn));
    expect(() => packPlmn('4401')).toThrow(IdentifierError);
    expect(() => unpackPlmn(hex('FFFFFF'))).toThrow(IdentifierError);
  });

  it('name applications of the eUICC', () => {
    expect(toHex(ISD_R_AID)).toBe('A0000005591010FFFFFFFF8900000100');
    expect(toHex(ECASD_AID)).toBe('A0000005591010FFFFFFFF8900000200');
    expect(toHex(isdpAidOf(0x1000))).toBe('A0000005591010FFFFFFFF8900001000');
    expect(() => isdpAidOf(0xfff)).toThrow(IdentifierError);
  });
});

import { fromHex } from '@tegata/rsp';
import { parseSecurityLevel } from '../secured-packet/security-parameters.ts';
import { parseAccessDomain } from './access-domain.ts';
import { keySet } from './key-sets.ts';
import { parseToolkitParameters } from './toolkit-parameters.ts';

const VALUE = Buffer.alloc(32, 'key of a security domain');
type KeyList = NonNullable<Parameters<typeof keySet>[0]['keyList']>;

interface KeyOptions {
  readonly identifier?: number;
  readonly version?: number;
  readonly usage?: number;
  readonly type?: number;
  readonly octets?: number;
  readonly macLength?: number;
  readonly counter?: string;
}
function key({
  identifier = 1,
  version = 1,
  usage = 0x18,
  type = 0x88,
  octets = 16,
  ...more
}: KeyOptions): KeyList[number] {
  const raw = new Uint8Array(0);
  return {
    keyUsageQualifier: Uint8Array.of(usage),
    keyIdentifier: Uint8Array.of(identifier),
    keyVersionNumber: Uint8Array.of(version),
    ...(more.counter !== undefined && { keyCounterValue: fromHex(more.counter) }),
    keyComponents: [
      {
        keyType: Uint8Array.of(type),
        keyData: VALUE.subarray(0, octets),
        ...(more.macLength !== undefined && { macLength: more.macLength }),
        raw,
        extensions: [],
      },
    ],
    raw,
    extensions: [],
  };
}

describe('key set', () => {
  const both = { ciphering: true, integrity: true };
  const kid = (options: KeyOptions = {}) => key({ identifier: 2, usage: 0x14, ...options });
  const found = (keyList: KeyList, kicOctet: number, kidOctet: number, needed = both): string => {
    try {
      const { version, keys, initialCounter } = keySet({ keyList }, { kic: kicOctet, kid: kidOctet }, needed);
      const { ciphering, integrity } = keys;
      return `${version}: ${ciphering?.algorithm} ${integrity?.algorithm} ${integrity?.checksumOctets}, ${initialCounter}`;
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };

  it('is found by version, and the algorithm has to be that of the key, or none', () => {
    const keyList = [
      key({}),
      kid(),
      key({ version: 2, type: 0x80 }),
      kid({ version: 2, type: 0x80 }),
      key({ version: 15, type: 0x80, octets: 24 }),
      kid({ version: 15, type: 0x80, octets: 24 }),
    ];
    expect(found(keyList, 0x12, 0x12)).toBe('1: aes aes 8, 0');
    expect(found(keyList, 0x10, 0x10)).toBe('1: aes aes 8, 0');
    expect(found(keyList, 0x25, 0x25)).toBe('2: triple-des-2 triple-des-2 8, 0');
    expect(found(keyList, 0xf9, 0xf9)).toBe('15: triple-des-3 triple-des-3 8, 0');
    // Another algorithm, DES with one key, triple DES with another number of keys, another version of each, none.
    for (const [kicOctet, kidOctet] of [
      [0x15, 0x12],
      [0x12, 0x11],
      [0x21, 0x25],
      [0x29, 0x25],
      [0x25, 0xf9],
      [0x32, 0x32],
      [0x02, 0x02],
    ] as const) {
      expect(found(keyList, kicOctet, kidOctet)).toBe('UNIDENTIFIED_SECURITY_ERROR');
    }
    expect(found(keyList, 0x15, 0x12, { ciphering: false, integrity: true })).toBe('1: undefined aes 8, 0');
    expect(found(keyList, 0x12, 0x25, { ciphering: true, integrity: false })).toBe('1: aes undefined undefined, 0');
  });

  it('has keys for what they are used for, of lengths that the algorithm has', () => {
    expect(found([key({ usage: 0x10 }), kid()], 0x12, 0x12)).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(found([key({}), kid({ usage: 0x18 })], 0x12, 0x12)).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(found([key({}), kid({ usage: 0x34 })], 0x12, 0x12)).toBe('1: aes aes 8, 0');
    expect(found([key({ octets: 24 }), kid({ octets: 32, macLength: 4 })], 0x12, 0x12)).toBe('1: aes aes 4, 0');
    expect(found([key({}), kid({ macLength: 6 })], 0x12, 0x12)).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(found([key({ octets: 15 }), kid()], 0x12, 0x12)).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(found([key({ type: 0x80, octets: 8 }), kid()], 0x10, 0x10)).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(found([key({ type: 0x85 }), kid()], 0x10, 0x10)).toBe('UNIDENTIFIED_SECURITY_ERROR');
  });

  it('begins with the higher of the counters that its keys have', () => {
    expect(found([key({ counter: '0000000007' }), kid({ counter: '0000000100' })], 0x12, 0x12)).toBe(
      '1: aes aes 8, 256',
    );
  });
});

describe('toolkit parameters', () => {
  const of = (digits: string) => parseToolkitParameters({ uicc: fromHex(digits), sim: undefined });

  it('have minimum security level and TARs behind menus and channels', () => {
    const ours = { minimumSecurityLevel: parseSecurityLevel(0x02), tars: ['B20100', '000000'] };
    expect(of('010000000002010206B2010000000000')).toEqual(ours);
    expect(of('01FF200201020304 02 02011603B20100'.replaceAll(' ', ''))).toEqual({
      minimumSecurityLevel: parseSecurityLevel(0x16),
      tars: ['B20100'],
    });
    expect(parseToolkitParameters({ uicc: undefined, sim: fromHex('0100010000000002010203B20100') })).toEqual({
      ...ours,
      tars: ['B20100'],
    });
  });

  it('without a minimum let everything in, and with one that can not be compared nothing', () => {
    expect(of('01000000000003B20100')?.minimumSecurityLevel).toEqual(parseSecurityLevel(0x00));
    expect(of('010000000002800203B20100')).toEqual({ minimumSecurityLevel: undefined, tars: ['B20100'] });
  });

  it('that are cut off are none', () => {
    const whole = '010000000002010206B20100000000';
    for (let octets = 0; octets < whole.length / 2; octets++) expect(of(whole.slice(0, 2 * octets))).toBeUndefined();
    expect(of('010000000002010205B20100000000')).toBeUndefined();
    expect(parseToolkitParameters({ uicc: undefined, sim: undefined })).toBeUndefined();
  });
});

describe('access domain', () => {
  it.each([
    ['00', true, ['01', '0A', '81']],
    ['02000100', true, ['0A']],
    ['02FFFEFF', true, []],
    ['FF', false, []],
    ['020001', false, []],
    ['01', false, []],
    ['', false, []],
  ])('%s', (digits, access, references) => {
    const domain = parseAccessDomain(fromHex(digits));
    const granted = ['01', '0A', '81'].filter((reference) => domain.grants(fromHex(reference)[0] ?? 0));
    expect([domain.access, granted]).toEqual([access, references]);
  });
});

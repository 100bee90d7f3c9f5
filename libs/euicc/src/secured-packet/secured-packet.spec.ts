import { createCipheriv } from 'node:crypto';
import { fromHex, toHex } from '@tegata/rsp';
import fc from 'fast-check';
import { type CommandContent, encodeCommandPacket, openCommandPacket, parseCommandPacket } from './command-packet.ts';
import type { PacketKey } from './packet-key.ts';
import { redundancyCheck } from './redundancy-check.ts';
import { encodeResponsePacket, openResponsePacket, responseRoom } from './response-packet.ts';
import { type PacketKeys, type PacketSecurity, Sealing } from './sealing.ts';
import { SecuredPacketError } from './secured-packet-error.ts';
import {
  encodeSecurityParameters,
  isSufficient,
  parseSecurityLevel,
  parseSecurityParameters,
} from './security-parameters.ts';

const aes = (value: string, checksumOctets = 8): PacketKey => ({
  algorithm: 'aes',
  value: fromHex(value),
  checksumOctets,
});
const tripleDes = (value: string): PacketKey => ({
  algorithm: 'triple-des-2',
  value: fromHex(value),
  checksumOctets: 8,
});

/** Sample cards of sysmocom, as the tests of pySim have their packets: SELECT of the MF to the TAR of the USIM's files. */
const SJA5_DES: PacketKeys = {
  ciphering: tripleDes('300102030405060708090A0B0C0D0E0F'),
  integrity: tripleDes('301102030405060708090A0B0C0D0E0F'),
};
const SJA5_AES: PacketKeys = {
  ciphering: aes('200102030405060708090A0B0C0D0E0F'),
  integrity: aes('201102030405060708090A0B0C0D0E0F'),
};
const OTHER_DES: PacketKeys = {
  ciphering: tripleDes('C21DD66ACAC13CB3BC8B331B24AFB57B'),
  integrity: tripleDes('12110C78E678C25408233076AA033615'),
};
const SELECT_MF = '00A40004023F00';

interface Vector {
  readonly keys: PacketKeys;
  readonly command: string;
  readonly data?: string;
}
const COMMANDS: Record<string, Vector> = {
  'triple DES, ciphered, with CC': {
    keys: SJA5_DES,
    command: '00201506193535B00011AE733256918D050B87C94FBFE12E4DC402F262C41CF67F2F',
  },
  'triple DES, ciphered, with CC, response clear': {
    keys: SJA5_DES,
    command: '00201506093535B00011C49AC91AB8159BA5B83A54FB6385E0A5E31694F8B215FAFC',
  },
  'triple DES, ciphered, with CC, response without CC': {
    keys: SJA5_DES,
    command: '00201506013535B000113190BE334900F52B025F3F7EDDFE868E96EBF310023B7769',
  },
  'AES, ciphered, with CC': {
    keys: SJA5_AES,
    command: '00281506192222B00011E87CCEEBB2D93083011CE294F93FC4D8DE80DA1ABAE8C37CA3E72EC4432E5058',
  },
  'triple DES, ciphered only': {
    keys: OTHER_DES,
    command: '00180D04193535B00000E3EC80A849B554421276AF3883927C20',
    data: '00A40000023F00',
  },
  'triple DES, with CC only': {
    keys: OTHER_DES,
    command: '001D1502193535B00000000000000000072EA17BDB72060E00A40000023F00',
    data: '00A40000023F00',
  },
  'nothing of both': {
    keys: OTHER_DES,
    command: '00150D00193535B0000000000000000000A40000023F00',
    data: '00A40000023F00',
  },
};

const CLEAR: PacketSecurity = { integrity: 'none', ciphering: false, kid: 0x35 };
const CHECKED: PacketSecurity = { integrity: 'cc', ciphering: false, kid: 0x35 };
const RESPONSES: Record<
  string,
  { readonly security: PacketSecurity; readonly keys: PacketKeys; readonly packet: string; readonly data: string }
> = {
  'triple DES, clear': {
    security: CLEAR,
    keys: SJA5_DES,
    packet: '027100000E0AB0001100000000000000016132',
    data: '016132',
  },
  'triple DES, with CC': {
    security: CHECKED,
    keys: SJA5_DES,
    packet: '027100001612B0001100000000000000B5BCD6353A421FAE016132',
    data: '016132',
  },
  'triple DES, with CC, another card': {
    security: CHECKED,
    keys: OTHER_DES,
    packet: '027100001612B000110000000000000055F47118381175FB01612F',
    data: '01612F',
  },
  'triple DES, ciphered, with CC': {
    security: { ...CHECKED, ciphering: true },
    keys: SJA5_DES,
    packet: '027100001C12B000118BB989492C632529326A2F4681FEB37C825BC9021C9F6D0B',
    data: '016132',
  },
  'AES, ciphered, with CC': {
    security: { ...CHECKED, ciphering: true, kid: 0x22 },
    keys: SJA5_AES,
    packet: '027100002412B00011EBC6B497E2CAD7AEDF36ACE0E3A29B38853F0FE9CCDE81913BE5702B73ABCE1F',
    data: '016132',
  },
};

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'nothing was refused';
  } catch (error) {
    if (error instanceof SecuredPacketError) return error.code;
    throw error;
  }
};

describe('command packet', () => {
  it.each(Object.entries(COMMANDS))(
    '%s: is the one that others make, and is understood',
    (_, { keys, command, data = SELECT_MF }) => {
      const packet = parseCommandPacket(fromHex(command));
      const content = openCommandPacket(packet, keys);
      expect({ ...content, data: toHex(content.data) }).toEqual({ counter: 0, data });
      expect(toHex(encodeCommandPacket({ ...packet, ...content }, keys))).toBe(command);
    },
  );

  it('is understood with every algorithm, and whatever octet is changed is noticed where there is a checksum', () => {
    const keys: PacketKeys[] = [
      SJA5_DES,
      SJA5_AES,
      { ciphering: aes('00'.repeat(24)), integrity: aes('01'.repeat(32), 4) },
      {
        ciphering: { algorithm: 'triple-des-3', value: Buffer.alloc(24, 'abcdefghijk'), checksumOctets: 8 },
        integrity: { algorithm: 'triple-des-3', value: Buffer.alloc(24, 'ABCDEFGHIJK'), checksumOctets: 8 },
      },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.boolean(),
        fc.integer({ min: 0, max: 2 ** 40 - 1 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (chosen, ciphering, counter, data, place, change) => {
          const securityParameters = { ...parseSecurityParameters(0x12, 0x01), ciphering };
          const content: CommandContent = { counter, data };
          const octets = Buffer.from(
            encodeCommandPacket({ securityParameters, kic: 0x10, kid: 0x10, tar: 'B00010', ...content }, chosen),
          );
          const opened = openCommandPacket(parseCommandPacket(octets), chosen);
          expect([opened.counter, toHex(opened.data)]).toEqual([counter, toHex(data)]);
          // KIc and what SPI asks of a response are covered like everything else.
          const at = place % octets.length;
          octets[at] = octets.readUInt8(at) ^ change;
          expect(codeOf(() => openCommandPacket(parseCommandPacket(octets), chosen))).not.toBe('nothing was refused');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('says why it is not understood', () => {
    const { keys, command } = COMMANDS['triple DES, ciphered, with CC'] as Vector;
    const changed = (at: number, to: string): Uint8Array =>
      fromHex(command.slice(0, 2 * at) + to + command.slice(2 * at + to.length));
    const open = (octets: Uint8Array, others = keys) =>
      codeOf(() => openCommandPacket(parseCommandPacket(octets), others));
    expect(open(changed(20, '00'))).toBe('RC_CC_DS_FAILED');
    expect(open(fromHex(command), SJA5_AES)).toBe('CIPHERING_ERROR');
    expect(open(fromHex(command), {})).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(open(fromHex(command), { ciphering: SJA5_DES.ciphering })).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(open(changed(0, '0021'))).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(open(changed(2, '14'))).toBe('UNIDENTIFIED_SECURITY_ERROR');
    // Digital signatures.
    expect(open(changed(3, '07'))).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(open(fromHex(command).subarray(0, 15))).toBe('UNIDENTIFIED_SECURITY_ERROR');
  });

  it('refuses more padding than there is data', () => {
    const packet = parseCommandPacket(fromHex('00150D00193535B0000000000000000800A40000023F00'));
    expect(codeOf(() => openCommandPacket(packet, {}))).toBe('UNIDENTIFIED_SECURITY_ERROR');
  });

  it('of any octets is refused properly', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (octets, fits) => {
        if (fits && octets.length > 2) Buffer.from(octets.buffer).writeUInt16BE(octets.length - 2, 0);
        expect(() => codeOf(() => openCommandPacket(parseCommandPacket(octets), SJA5_AES))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

describe('response packet', () => {
  it.each(Object.entries(RESPONSES))(
    '%s: is the one that others make, and is understood',
    (_, { security, keys, packet, data }) => {
      const opened = openResponsePacket(fromHex(packet), security, keys);
      expect({ ...opened, data: toHex(opened.data) }).toEqual({ tar: 'B00011', counter: 0, status: 'POR_OK', data });
      expect(toHex(encodeResponsePacket(opened, security, keys))).toBe(packet);
    },
  );

  it('with another octet in it is refused', () => {
    const { security, keys, packet } = RESPONSES['triple DES, with CC, another card'] as (typeof RESPONSES)[string];
    expect(codeOf(() => openResponsePacket(fromHex(packet.replace(/01612F$/, '02612F')), security, keys))).toBe(
      'RC_CC_DS_FAILED',
    );
    expect(codeOf(() => openResponsePacket(fromHex(packet), CLEAR, keys))).toBe('UNIDENTIFIED_SECURITY_ERROR');
    expect(codeOf(() => openResponsePacket(fromHex(packet).subarray(3), security, keys))).toBe(
      'UNIDENTIFIED_SECURITY_ERROR',
    );
    expect(codeOf(() => openResponsePacket(fromHex(packet).subarray(0, 8), security, keys))).toBe(
      'UNIDENTIFIED_SECURITY_ERROR',
    );
  });

  it('has as much data as it says that there is room for, and no more', () => {
    for (const { security, keys } of Object.values(RESPONSES)) {
      const room = responseRoom(140, security, keys);
      const of = (octets: number) =>
        encodeResponsePacket(
          { tar: 'B00011', counter: 1, status: 'POR_OK', data: Buffer.alloc(octets) },
          security,
          keys,
        ).length;
      expect([of(room) <= 140, of(room + 1) > 140]).toEqual([true, true]);
    }
  });
});

describe('security parameters', () => {
  it('are two octets of which the reserved bits are not read', () => {
    for (let first = 0; first < 0x20; first++) {
      for (let second = 0; second < 0x40; second++) {
        expect(encodeSecurityParameters(parseSecurityParameters(first | 0xe0, second | 0xc0))).toEqual(
          Uint8Array.of(first, second),
        );
      }
    }
  });

  it('are sufficient when nothing is weaker than the minimum', () => {
    const sufficient = (octet: number, minimum: number) =>
      isSufficient(parseSecurityLevel(octet), parseSecurityLevel(minimum));
    expect([0x02, 0x06, 0x12, 0x1e].map((octet) => sufficient(octet, 0x02))).toEqual([true, true, true, true]);
    expect([0x00, 0x01, 0x1d, 0x04].map((octet) => sufficient(octet, 0x02))).toEqual([false, false, false, false]);
    expect([0x02, 0x12, 0x1a].map((octet) => sufficient(octet, 0x06))).toEqual([false, false, false]);
    expect([0x12, 0x0a, 0x1a].map((octet) => sufficient(octet, 0x12))).toEqual([true, false, true]);
  });
});

describe('sealing', () => {
  it('has as redundancy checks the CRC-16 and the CRC-32 of ISO/IEC 13239', () => {
    expect(toHex(redundancyCheck('crc16', fromHex('0102030405')))).toBe('22EC');
    expect(toHex(redundancyCheck('crc32', fromHex('0102030405')))).toBe('470B99F4');
    for (const [kid, octets] of [
      [0x01, 2],
      [0x05, 4],
    ] as const) {
      expect(Sealing.of({ integrity: 'rc', ciphering: false, kid }, {}).integrity.octets).toBe(octets);
    }
    expect(codeOf(() => Sealing.of({ integrity: 'rc', ciphering: false, kid: 0x02 }, {}))).toBe(
      'UNIDENTIFIED_SECURITY_ERROR',
    );
  });

  it('has as the checksum of triple DES the last block of CBC', () => {
    const value = Buffer.alloc(24, 'three different keys here');
    const key: PacketKey = { algorithm: 'triple-des-3', value, checksumOctets: 8 };
    const { integrity } = Sealing.of({ integrity: 'cc', ciphering: false, kid: 0x19 }, { integrity: key });
    const cbc = createCipheriv('des-ede3-cbc', value, Buffer.alloc(8)).setAutoPadding(false);
    expect(toHex(integrity.compute(fromHex('0102030405060708090A')))).toBe(
      toHex(cbc.update(fromHex('0102030405060708090A000000000000')).subarray(-8)),
    );
  });
});

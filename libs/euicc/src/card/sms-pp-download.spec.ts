import { encodeTlv } from '@tegata/der';
import { fromHex, toHex } from '@tegata/rsp';
import fc from 'fast-check';
import { Euicc } from '../euicc.ts';
import { encodeCommandPacket } from '../secured-packet/command-packet.ts';
import { parseSecurityParameters } from '../secured-packet/security-parameters.ts';
import { concatenationElement } from '../sms-pp/concatenation.ts';
import { encodeSmsDeliver } from '../sms-pp/short-message.ts';
import type { CrashingFolder } from '../testing/crashing-folder.ts';
import { PowerLoss } from '../testing/crashing-folder.ts';
import { lengthOf, readFile, statusWord, transmit } from '../testing/modem.ts';
import {
  aesKeySet,
  envelopeOf,
  type OtaCommand,
  OtaPlatform,
  tripleDesKeySet,
  updateMetadataScript,
} from '../testing/ota-platform.ts';
import { MNO_SD, SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, samplePackage } from '../testing/vectors.ts';

const ICCID = '89000123456789012341';
const KEY = fromHex('000102030405060708090A0B0C0D0E0F');
const READ_ICCID = { tar: 'B00120', script: '00A4000C022FE2 00B000000A' };
/** TERMINAL PROFILE of a terminal that sends short messages for the card. */
const SENDS_MESSAGES = '801000000400000002';

describeWithVectors('ENVELOPE (SMS-PP DOWNLOAD)', () => {
  let card: Euicc;
  let folder: CrashingFolder;
  let platform: OtaPlatform;
  beforeEach(async () => {
    ({ euicc: card, folder } = await newEuicc());
    await new TestSmdp().install(card, samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'), metadataFor(ICCID));
    await card.es10c.enableProfile({ kind: 'iccid', value: ICCID });
    platform = new OtaPlatform(aesKeySet(2, KEY, KEY));
  });
  const status = async (change: Partial<OtaCommand>, by = platform): Promise<string> =>
    (await by.send(card, { ...READ_ICCID, ...change })).response?.status ?? 'no response';

  describe('proof of receipt', () => {
    it('comes when the packet asks for it, secured as it asks', async () => {
      for (const spi of ['1600', '1602', '1603']) {
        expect(await platform.send(card, { ...READ_ICCID, spi })).toEqual({ sw: '9000', response: undefined });
      }
      for (const spi of ['1601', '1609', '1619', '1611']) {
        const { sw, response } = await platform.send(card, { ...READ_ICCID, spi });
        expect([spi, sw, response?.status, response?.tar]).toEqual([spi, '9000', 'POR_OK', 'B00120']);
      }
      expect(await status({ spi: '1602', counter: 1 })).toBe('CNTR_LOW');
      expect(await status({ spi: '1615' }, new OtaPlatform(tripleDesKeySet(1, KEY, KEY)))).toBe('POR_OK');
    });

    it('waits for GET RESPONSE, and comes at once to Le', async () => {
      const [envelope = ''] = platform.envelopes(READ_ICCID);
      expect(await transmit(card, envelope)).toMatchObject({ data: '', sw: expect.stringMatching(/^61/) });
      const [another = ''] = platform.envelopes(READ_ICCID);
      expect(await transmit(card, `${another}00`)).toMatchObject({
        data: expect.stringMatching(/^027100/),
        sw: '9000',
      });
    });

    it('is a short message to who sent the packet, where that is asked for and the terminal sends it', async () => {
      expect(await status({ spi: '1639' })).toBe('POR_OK');
      await transmit(card, SENDS_MESSAGES);
      const { sw, response } = await platform.send(card, { ...READ_ICCID, spi: '1639' });
      expect([sw.slice(0, 2), response?.status]).toEqual(['91', 'POR_OK']);
      const [envelope = ''] = platform.envelopes({ ...READ_ICCID, spi: '1621' });
      const waiting = await statusWord(card, envelope);
      expect(await statusWord(card, envelope)).toBe('9300');
      const { data } = await transmit(card, `80120000${waiting.slice(2)}`);
      // Command details, device identities, SMS-SUBMIT to 12345678, user data.
      expect(data).toMatch(/^D0..8103011300820281838B..41000881214365877FF6..027100/);
      expect(await statusWord(card, envelope)).toBe('9300');
      expect(await statusWord(card, `80120000${waiting.slice(2)}`)).toBe('6985');
      expect(await statusWord(card, '801400000C 810301130082028281830100')).toBe('9000');
      expect(await status({ spi: '1639' })).toBe('POR_OK');
      // Who has no keys can't have the terminal send anything, not even by a packet of the operator from an address of their own.
      const refused = await platform.send(card, { ...READ_ICCID, tar: 'B00199', spi: '1639' });
      expect([refused.sw, refused.response?.status]).toEqual(['9000', 'TAR_UNKNOWN']);
      const again = envelope.replace('0881214365877FF6', '0881999999997FF6');
      expect(await transmit(card, `${again}00`)).toMatchObject({ data: expect.stringMatching(/^027100/), sw: '9000' });
      const late = await platform.send(card, { ...READ_ICCID, spi: '1639', counter: 1 });
      expect([late.sw, late.response?.status]).toEqual(['9000', 'CNTR_LOW']);
    });

    it('is not sent any more when another profile, or none, has been enabled', async () => {
      await transmit(card, SENDS_MESSAGES);
      const [envelope = ''] = platform.envelopes({ ...READ_ICCID, spi: '1639' });
      const [another = ''] = platform.envelopes({ ...READ_ICCID, spi: '1639' });
      const waiting = await statusWord(card, envelope);
      await card.es10c.disableProfile({ kind: 'iccid', value: ICCID });
      expect(await statusWord(card, `80120000${waiting.slice(2)}`)).toBe('6985');
      await card.es10c.enableProfile({ kind: 'iccid', value: ICCID });
      // One that the terminal has is answered all the same.
      expect(await statusWord(card, another)).toBe(waiting);
      expect(await statusWord(card, `80120000${waiting.slice(2)}`)).toBe('9000');
      await card.es10c.disableProfile({ kind: 'iccid', value: ICCID });
      expect(await statusWord(card, '801400000C 810301130082028281830100')).toBe('9000');
    });
  });

  describe('a packet is refused', () => {
    it('for another TAR, too little security, keys that are not there or of another algorithm, and a checksum that is wrong', async () => {
      expect(await status({ tar: 'B00199' })).toBe('TAR_UNKNOWN');
      expect(await status({ spi: '0419' })).toBe('INSUFFICIENT_SECURITY_LEVEL');
      const des = new OtaPlatform(tripleDesKeySet(1, KEY, KEY));
      expect(await status({ spi: '1D19' }, des)).toBe('INSUFFICIENT_SECURITY_LEVEL');
      expect(await status({}, new OtaPlatform(aesKeySet(3, KEY, KEY)))).toBe('UNIDENTIFIED_SECURITY_ERROR');
      expect(await status({}, new OtaPlatform(aesKeySet(1, KEY, KEY)))).toBe('UNIDENTIFIED_SECURITY_ERROR');
      expect(await status({}, new OtaPlatform(aesKeySet(0, KEY, KEY)))).toBe('UNIDENTIFIED_SECURITY_ERROR');
      expect(await status({}, new OtaPlatform(aesKeySet(2, KEY, Buffer.alloc(16))))).toBe('RC_CC_DS_FAILED');
      expect(await status({}, new OtaPlatform(aesKeySet(2, Buffer.alloc(16), KEY)))).toBe('RC_CC_DS_FAILED');
      // Nothing of all this has moved the counter.
      expect(await status({ counter: 1 })).toBe('POR_OK');
    });

    it('without anything computed with the keys, unless it was intact', async () => {
      const userData = async (change: Partial<OtaCommand>, by = platform): Promise<string> => {
        const [envelope = ''] = by.envelopes({ ...READ_ICCID, ...change });
        return (await transmit(card, `${envelope}00`)).data;
      };
      const wrong = new OtaPlatform(aesKeySet(2, KEY, Buffer.alloc(16)));
      expect(await userData({}, wrong)).toBe('027100000B0AB0012000000000000001');
      expect(await userData({ spi: '1219', counter: 7 }, wrong)).toBe('027100000B0AB0012000000000070001');
      expect(await userData({ counter: 5 })).toMatch(/^027100002412B00120/);
      expect(await userData({ counter: 5 })).toMatch(/^027100001412B00120/);
    });

    it('when its counter is not higher than the last one, or not exactly one higher where it has to be', async () => {
      expect(await status({ counter: 5 })).toBe('POR_OK');
      expect(await status({ counter: 5 })).toBe('CNTR_LOW');
      expect(await status({ counter: 4 })).toBe('CNTR_LOW');
      expect(await status({ counter: 7, spi: '1E19' })).toBe('CNTR_HIGH');
      expect(await status({ counter: 6, spi: '1E19' })).toBe('POR_OK');
      expect(await status({ counter: 1000 })).toBe('POR_OK');
      // Without a check no counter is compared or kept; each key set has its own.
      expect(await status({ counter: 1, spi: '0619' })).toBe('POR_OK');
      expect(await status({ counter: 1, spi: '0E19' })).toBe('POR_OK');
      expect(await status({ counter: 1000 })).toBe('CNTR_LOW');
      expect(await status({ counter: 1 }, new OtaPlatform(tripleDesKeySet(1, KEY, KEY)))).toBe('POR_OK');
    });

    it('always, once the counter is at its end', async () => {
      expect(await status({ counter: 2 ** 40 - 1 })).toBe('POR_OK');
      expect(await status({ counter: 2 ** 40 - 1 })).toBe('CNTR_BLOCKED');
      expect(await status({ counter: 1, spi: '0619' })).toBe('POR_OK');
    });

    it('when there is no room for its counter', async () => {
      ({ euicc: card } = await newEuicc({}, { memoryOctets: 60_000 }));
      const { iccid } = SUBSCRIPTION;
      await new TestSmdp().install(card, subscriptionPackage({ mnoSecurityDomain: MNO_SD }), metadataFor(iccid));
      // Notifications that nobody fetches, then an icon for which no counter is needed.
      const by = { kind: 'iccid', value: iccid } as const;
      await card.es10c.enableProfile(by);
      for (let events = 0; card.memoryOctets.free > 1300 && events < 200; events++) {
        await card.es10c.disableProfile(by);
        await card.es10c.enableProfile(by);
      }
      const mno = new OtaPlatform(aesKeySet(1, MNO_SD.encryption, MNO_SD.integrity));
      const send = { tar: 'B20100', script: '80E6200000' };
      const icon = (octets: number) => ({
        tar: 'B20100',
        script: updateMetadataScript({ iconType: 1, icon: Buffer.alloc(octets) }),
        spi: '0619',
      });
      await card.es10a.setDefaultDpAddress('a'.repeat(255));
      expect(await status(icon(Math.min(1024, card.memoryOctets.free - 20)), mno)).toBe('POR_OK');
      expect(card.memoryOctets.free).toBeLessThan(40);
      expect(await status(send, mno)).toBe('INSUFFICIENT_MEMORY');
      await card.es10a.setDefaultDpAddress('');
      expect(await status(send, mno)).toBe('POR_OK');
    });

    it('when it comes again, also after the power was off, whenever that happened', async () => {
      const spn = `00${'5A'.repeat(16)}`;
      const [envelope = ''] = platform.envelopes({ tar: 'B00140', script: `00A4000C026F46 00D6000011${spn}` });
      await card.close();
      const replays: string[] = [];
      for (let operations = 0; ; operations++) {
        const disk = folder.clone();
        const interrupted = await Euicc.open(testOptions(disk));
        disk.powerOn({ writes: 'all', names: 'all' }, operations);
        const lost = await statusWord(interrupted, envelope).then(
          () => false,
          (error: unknown) => {
            if (error instanceof PowerLoss || (error as { code?: string }).code === 'MEMORY_FAILED') return true;
            throw error;
          },
        );
        disk.powerOn({ writes: 'all', names: 'all' });
        const euicc = await Euicc.open(testOptions(disk));
        const written = (await readFile(euicc, '6F46', 'A0000000871002')) === spn;
        const again = await platform.send(euicc, { ...READ_ICCID, counter: 1 });
        replays.push(
          `${lost ? 'lost' : 'answered'}, ${written ? 'written' : 'not written'}, ${again.response?.status}`,
        );
        // Written is what has its counter in the memory, and answered what is written.
        expect(written && again.response?.status === 'POR_OK').toBe(false);
        if (!lost) break;
      }
      expect(replays.at(0)).toBe('lost, not written, POR_OK');
      expect(replays).toContain('lost, not written, CNTR_LOW');
      expect(replays.at(-1)).toBe('answered, written, CNTR_LOW');
    });
  });

  describe('concatenated messages', () => {
    const long = { tar: 'B00120', script: `00A4000C022FE2 ${'00B000000A'.repeat(60)}` };

    it('are put together in whatever order they come', async () => {
      expect(platform.envelopes(long).length).toBe(3);
      expect(toHex((await platform.send(card, long)).response?.data ?? KEY)).toMatch(/^3D9000/);
      const [one = '', two = '', three = ''] = platform.envelopes(long);
      for (const part of [three, one, three]) expect(await statusWord(card, part)).toBe('9000');
      expect(await statusWord(card, two)).toMatch(/^61/);
    });

    it('are forgotten for another one, and at a reset', async () => {
      const [one = '', two = '', three = ''] = platform.envelopes(long);
      for (const part of [one, two]) expect(await statusWord(card, part)).toBe('9000');
      await card.apdu.reset();
      expect(await statusWord(card, three)).toBe('9000');
      const [other = ''] = platform.envelopes(long);
      for (const part of [other, one, two]) expect(await statusWord(card, part)).toBe('9000');
      expect(await statusWord(card, three)).toMatch(/^61/);
    });

    it('that there can not be are refused', async () => {
      const part = (parts: number, number: number) =>
        envelopeOf(
          encodeSmsDeliver({
            originator: fromHex('088121436587'),
            elements: [concatenationElement(1, parts, number)],
            data: KEY,
          }),
        );
      expect(await statusWord(card, part(2, 0))).toBe('6A80');
      expect(await statusWord(card, part(2, 3))).toBe('6A80');
      expect(await statusWord(card, part(1, 1))).toBe('6A81');
    });
  });

  describe('what is no command packet', () => {
    it('has a status word of its own', async () => {
      const [envelope = ''] = platform.envelopes(READ_ICCID);
      const tlv = envelope.slice(10);
      const changed = (from: string, to: string) => envelope.replace(from, to);
      expect(await statusWord(card, '80C2000005D303820181')).toBe('6A81');
      expect(await statusWord(card, '80C20000')).toBe('6700');
      expect(await statusWord(card, `80C20001${lengthOf(tlv)}${tlv}`)).toBe('6A86');
      expect(await statusWord(card, changed('82028381', '82028281'))).toBe('6A80');
      // Another PID, characters, no header for a packet, SMS-SUBMIT, no user data header.
      expect(await statusWord(card, changed('7FF6', '00F6'))).toBe('6A81');
      expect(await statusWord(card, changed('7FF6', '7FF2'))).toBe('6A80');
      expect(await statusWord(card, changed('027000', '027200'))).toBe('6A81');
      expect(await statusWord(card, changed('4008812143', '4108812143'))).toBe('6A80');
      // User data that are shorter than they say.
      expect(
        await statusWord(card, changed('7FF600000000000000', '7FF6000000000000007F').replace(/(7F)..(027000)/, '$1$2')),
      ).toBe('6A80');
      expect(await statusWord(card, changed('4008812143', '0008812143'))).toBe('6A80');
      // From an address of 20 digits, and from one of 21, to which no SMS-SUBMIT can go.
      const from = (digits: string) => {
        const originator = fromHex(`${digits}81${'21'.repeat(Math.ceil(Number.parseInt(digits, 16) / 2))}`);
        return statusWord(card, envelopeOf(encodeSmsDeliver({ originator, elements: [], data: KEY })));
      };
      expect([await from('14'), await from('15')]).toEqual(['6A81', '6A80']);
      expect(await statusWord(card, `81${envelope.slice(2)}`)).toBe('6881');
      await card.es10c.disableProfile({ kind: 'iccid', value: ICCID });
      expect(await statusWord(card, envelope)).toBe('6A81');
    });

    it('never does more than to be refused', async () => {
      const packet = encodeCommandPacket(
        {
          securityParameters: parseSecurityParameters(0x16, 0x39),
          kic: 0x22,
          kid: 0x22,
          tar: 'B00120',
          counter: 9,
          data: fromHex('00A4000C022FE2'),
        },
        aesKeySet(2, KEY, KEY).keys,
      );
      const originator = fromHex('088121436587');
      const whole = encodeSmsDeliver({
        originator,
        elements: [{ identifier: 0x70, data: new Uint8Array(0) }],
        data: packet,
      });
      const octet = fc.integer({ min: 0, max: 255 });
      const broken = fc
        .tuple(
          fc.array(fc.tuple(fc.nat(whole.length - 1), octet), { minLength: 1, maxLength: 4 }),
          fc.nat(whole.length),
        )
        .map(([changes, length]) => {
          const octets = Buffer.from(whole);
          for (const [at, value] of changes) octets[at] = value;
          return length % 3 === 0 ? octets.subarray(0, length) : octets;
        });
      const envelopes = fc.oneof(
        broken.map((tpdu) => envelopeOf(tpdu)),
        fc.uint8Array({ maxLength: 200 }).map((tpdu) => envelopeOf(tpdu)),
        fc.uint8Array({ minLength: 1, maxLength: 200 }).map((value) => {
          const envelope = toHex(encodeTlv(0xd1, value));
          return `80C20000${lengthOf(envelope)}${envelope}`;
        }),
      );
      await fc.assert(
        fc.asyncProperty(envelopes, async (envelope) => {
          expect(await statusWord(card, envelope)).toMatch(/^(9000|61..|6A80|6A81|6700)$/);
        }),
        { numRuns: 300 },
      );
      // A change may have left the packet alone.
      expect(await status({ counter: 10 })).toBe('POR_OK');
    });
  });
});

import { readFileSync } from 'node:fs';
import { encodeTlv } from '@tegata/der';
import { makeProfileElement, readProfilePackage } from '@tegata/profile-package';
import { fromHex, toHex } from '@tegata/rsp';
import type { Euicc } from '../euicc.ts';
import {
  enabledCard,
  lengthOf,
  readFile,
  selectApplication,
  selectPath,
  statusWord,
  transmit,
} from '../testing/modem.ts';
import { aesKeySet, type OtaCommand, OtaPlatform, tripleDesKeySet } from '../testing/ota-platform.ts';
import { MNO_SD, SUBSCRIPTION, subscriptionPackage } from '../testing/subscription.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, samplePackage } from '../testing/vectors.ts';

const ICCID = '89000123456789012341';
const USIM = 'A0000000871002';
const KEY = fromHex('000102030405060708090A0B0C0D0E0F');
/** Remote file management of the UICC and of the USIM in the TS.48 packages. */
const UICC_FILES = 'B00120';
const USIM_FILES = 'B00140';
const ISIM_FILES = 'B00141';
const SELECT_ICCID = '00A4000C022FE2';
const SELECT_SPN = '00A4000C026F46';

describeWithVectors('remote file management', () => {
  let card: Euicc;
  let platform: OtaPlatform;
  beforeEach(async () => {
    card = await enabledCard(samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der'), ICCID);
    platform = new OtaPlatform(aesKeySet(2, KEY, KEY));
  });
  /** What the response packet has: commands executed, status word and data of the last one. */
  const run = async (command: OtaCommand, by = platform): Promise<string> => {
    const { response } = await by.send(card, command);
    return response?.status === 'POR_OK' ? toHex(response.data) : (response?.status ?? 'no response');
  };

  it('reads files of the UICC with the keys of the package, AES and triple DES, the old packages too', async () => {
    const script = `${SELECT_ICCID} 00B000000A`;
    const iccid = await readFile(card, '2FE2');
    expect(await run({ tar: UICC_FILES, script })).toBe(`029000${iccid}`);
    const des = new OtaPlatform(tripleDesKeySet(1, KEY, KEY));
    expect(await run({ tar: UICC_FILES, script }, des)).toBe(`029000${iccid}`);
    const old = await enabledCard(samplePackage('TS48v1_A.der'), ICCID);
    const keys = [fromHex('66778899AABBCCDD1122334455EEFF10'), fromHex('112233445566778899AABBCCDDEEFF10')] as const;
    for (const keySet of [tripleDesKeySet(1, ...keys), aesKeySet(2, ...keys)]) {
      const { response } = await new OtaPlatform(keySet).send(old, { tar: UICC_FILES, script });
      expect(toHex(response?.data ?? KEY)).toBe(`029000${await readFile(old, '2FE2')}`);
    }
  });

  it('answers the packet that the page on the eUICC shows', async () => {
    const page = readFileSync(new URL('../../../../docs/euicc.md', import.meta.url), 'utf8');
    const { data, sw } = await transmit(card, /^echo (80C2\S+)/m.exec(page)?.[1] ?? '');
    expect([data, sw]).toEqual([`02710000180AB0012000000000000000029000${await readFile(card, '2FE2')}`, '9000']);
  });

  it('changes files of the USIM that a terminal may not, from the ADF on, and the terminal finds them changed', async () => {
    await selectApplication(card, USIM);
    await transmit(card, '00A40004026F46');
    const spn = `00${Buffer.from('Over the air').toString('hex').toUpperCase()}`.padEnd(34, 'F');
    expect(await statusWord(card, `00D6000011${spn}`)).toBe('6982');
    expect(await run({ tar: USIM_FILES, script: `${SELECT_SPN} 00D6000011${spn}` })).toBe('029000');
    expect(await readFile(card, '6F46', USIM)).toBe(spn);
    // Nothing of it has changed what the terminal may do.
    expect(await statusWord(card, `00D6000011${spn}`)).toBe('6982');
  });

  it('does what is never allowed for nobody, and reaches files of no other application', async () => {
    expect(await run({ tar: UICC_FILES, script: `${SELECT_ICCID} 00D600000A${'11'.repeat(10)}` })).toBe('026982');
    expect(await run({ tar: UICC_FILES, script: '00A4000C026F07' })).toBe('016A82');
    expect(await run({ tar: UICC_FILES, script: '00A4000C027FFF' })).toBe('016A82');
    expect(await run({ tar: ISIM_FILES, script: SELECT_SPN })).toBe('016A82');
    expect(await run({ tar: USIM_FILES, script: `00A4040007${USIM}` })).toBe('016A86');
    expect(
      await run({ tar: USIM_FILES, script: `${SELECT_ICCID.replace('00A4000C', '00A4080C')} 00B000000A` }),
    ).toMatch(/^029000/);
  });

  it('may nothing with files of another application that a link of the package leads to', async () => {
    const elements = readProfilePackage(samplePackage('TS48v5_SAIP2.3_BERTLV_SUCI.der')).elements;
    const attributes = { fileDescriptor: fromHex('7821'), securityAttributesReferenced: fromHex('0E') };
    const link = { ...attributes, fileID: fromHex('7F77'), linkPath: fromHex('7FD05F3B') };
    const made = makeProfileElement({
      type: 'genericFileManagement',
      body: { header: { identification: 90 }, fileManagement: [[{ kind: 'createFCP', value: link }]] },
    });
    const linked = [...elements.slice(0, -1), made, ...elements.slice(-1)].map(({ raw }) => raw);
    card = await enabledCard(Buffer.concat(linked), ICCID);
    const script = '00A4080C047F774F20 00B0000009';
    expect(await run({ tar: USIM_FILES, script })).toMatch(/^029000/);
    expect(await run({ tar: ISIM_FILES, script })).toBe('026982');
  });

  it('has records, search, cyclic files, life cycle and PINs', async () => {
    const length = await recordLength('7F106F3A');
    const record = '41'.repeat(length);
    const phoneBook = '00A4080C047F106F3A';
    expect(
      await run({
        tar: UICC_FILES,
        script: `${phoneBook} 00DC0204${lengthOf(record)}${record} 00B20204${lengthOf(record)}`,
      }),
    ).toBe(`039000${record}`);
    expect(await run({ tar: UICC_FILES, script: `${phoneBook} 00A20104024141 00` })).toBe('02900002');
    const acm = '00A4000C026F39';
    expect(await run({ tar: USIM_FILES, script: `${acm} 8032000003000005 00` })).toBe('029000000005000005');
    expect(await run({ tar: USIM_FILES, script: `${SELECT_SPN} 0004000000 00B0000001` })).toBe('036984');
    expect(await run({ tar: USIM_FILES, script: `${SELECT_SPN} 0044000000 00B0000001` })).toMatch(/^039000/);
    // A try is counted, and what was verified counts for the script only.
    expect(await run({ tar: USIM_FILES, script: '0020000A08 3939393939393939 80F2000C00' })).toBe('029000');
    expect(await statusWord(card, '0020000A')).toBe('63C9');
    expect(await run({ tar: USIM_FILES, script: '0020000A08 3535353535353535' })).toBe('019000');
    await selectApplication(card, USIM);
    await transmit(card, '00A40004026F46');
    expect(await statusWord(card, '00D600000100')).toBe('6982');
    expect(await run({ tar: USIM_FILES, script: '8078000100' })).toBe('016D00');
    expect(await run({ tar: USIM_FILES, script: '0088008101 00' })).toBe('016D00');
  });

  it('answers what waits to GET RESPONSE, to Le of the last command, and as 61XX without', async () => {
    const waiting = await run({ tar: UICC_FILES, script: '00A40004022FE2' });
    expect(waiting).toMatch(/^0161..$/);
    expect(await run({ tar: UICC_FILES, script: `00A40004022FE2 00C00000${waiting.slice(4)}` })).toMatch(/^02900062/);
    expect(await run({ tar: UICC_FILES, script: '00A40004022FE2 00' })).toMatch(/^01900062/);
    expect(await run({ tar: UICC_FILES, script: '00C0000000' })).toBe('016F00');
    expect(await run({ tar: UICC_FILES, script: `${SELECT_ICCID} 00B000000B` })).toBe('026C0A');
    expect(await run({ tar: UICC_FILES, script: '' })).toBe('');
  });

  it('stops at the first command that fails, and at one that is cut off or for another channel', async () => {
    expect(await run({ tar: UICC_FILES, script: `00A4000C026FFF ${SELECT_ICCID}` })).toBe('016A82');
    expect(await run({ tar: UICC_FILES, script: `${SELECT_ICCID} 00D6000003AABB` })).toBe('026700');
    expect(await run({ tar: UICC_FILES, script: '00A4' })).toBe('016700');
    expect(await run({ tar: UICC_FILES, script: '01A4000C022FE2' })).toBe('016881');
    expect(await run({ tar: UICC_FILES, script: 'A0A4000C022FE2' })).toBe('016E00');
  });

  it('cuts an answer that the response packet has no room for, and says so', async () => {
    const clear = { tar: USIM_FILES, script: '00A4000C026F3C 00B2010400', spi: '1601' };
    // EF.SMS has 176 octets in a record; 128 are taken from the card, 16 of them before what is answered.
    expect(await run(clear)).toMatch(/^0262F1(..){109}$/);
    expect(await run({ ...clear, spi: '1619' })).toMatch(/^0262F1(..){94}$/);
  });

  describe('in expanded format', () => {
    const definite = (...commands: string[]) =>
      toHex(encodeTlv(0xaa, ...commands.map((command) => encodeTlv(0x22, fromHex(command)))));
    const indefinite = (...commands: string[]) =>
      `AE80${commands.map((command) => `22${lengthOf(command)}${command}`).join('')}0000`;

    it('answers every command', async () => {
      const iccid = await readFile(card, '2FE2');
      expect(await run({ tar: UICC_FILES, script: definite('00A4000C022FE2', '00B000000A') })).toBe(
        `AB1580010223029000230C${iccid}9000`,
      );
      expect(await run({ tar: UICC_FILES, script: indefinite('00A4000C023F00', '00A4000C022FE2', '00B000000A') })).toBe(
        `AF802302900023029000230C${iccid}90000000`,
      );
      expect(await run({ tar: UICC_FILES, script: definite('00A4000C026FFF', '00B000000A') })).toBe(
        'AB0780010123026A82',
      );
    });

    it('executes nothing of what is not well-formed', async () => {
      expect(await run({ tar: UICC_FILES, script: 'AA03810101' })).toBe('AB06800100900101');
      expect(await run({ tar: UICC_FILES, script: `${definite('00A4000C022FE2')}00` })).toBe('AB06800100900102');
      expect(await run({ tar: UICC_FILES, script: 'AE80220700A4000C022FE2' })).toBe('AF809001020000');
      expect(await run({ tar: UICC_FILES, script: 'AA00' })).toBe('AB03800100');
    });

    it('cuts the answer that there is no room for, and ends there', async () => {
      const record = definite('00A4000C026F3C', '00B2010400', '00B2010400');
      expect(await run({ tar: USIM_FILES, script: record })).toMatch(/^AB..80010223029000.*62F1$/);
      // With nothing left but the head of an answer, the next command is not executed.
      const services = definite('00A4000C026F38', ...Array.from({ length: 9 }, () => '00B0000000'));
      expect(await run({ tar: USIM_FILES, script: services })).toMatch(/^AB5B800105.*9000$/);
    });
  });

  describe('of a package of its own', () => {
    // Before the MNO-SD in the order of AIDs, behind it in the package.
    const SECOND_DOMAIN = fromHex('A000000150000001');
    const SECOND_KEY = Buffer.alloc(16, 2);
    const USIM_AID = fromHex('A0000000871002FFFFFFFF8900000100');
    const mno = new OtaPlatform(aesKeySet(1, MNO_SD.encryption, MNO_SD.integrity));
    const second = new OtaPlatform(aesKeySet(1, SECOND_KEY, SECOND_KEY));
    let owned: Euicc;

    const rfm = (identification: number, instanceAID: string, domains: readonly [string, string], more: object = {}) =>
      makeProfileElement({
        type: 'rfm',
        body: {
          header: { mandated: null, identification },
          instanceAID: fromHex(instanceAID),
          minimumSecurityLevel: fromHex('02'),
          uiccAccessDomain: fromHex(domains[0]),
          uiccAdminAccessDomain: fromHex('FF'),
          adfRFMAccess: { adfAID: USIM_AID, adfAccessDomain: fromHex(domains[1]), adfAdminAccessDomain: fromHex('FF') },
          ...more,
        },
      }).raw;
    const keyOf = (identifier: number, usage: string) => ({
      keyUsageQualifier: fromHex(usage),
      keyIdentifier: Uint8Array.of(identifier),
      keyVersionNumber: Uint8Array.of(1),
      keyComponents: [{ keyType: fromHex('88'), keyData: SECOND_KEY }],
    });
    const secondDomain = makeProfileElement({
      type: 'securityDomain',
      body: {
        header: { mandated: null, identification: 90 },
        instance: {
          applicationLoadPackageAID: fromHex('A0000001515350'),
          classAID: fromHex('A000000151535041'),
          instanceAID: SECOND_DOMAIN,
          applicationPrivileges: fromHex('800000'),
          applicationSpecificParametersC9: fromHex('81028000'),
        },
        keyList: [keyOf(1, '18'), keyOf(2, '14')],
      },
    }).raw;

    beforeEach(async () => {
      const elements = readProfilePackage(subscriptionPackage({ mnoSecurityDomain: MNO_SD })).elements;
      const more = [
        secondDomain,
        rfm(91, 'A00000055910100001', ['FF', '00'], { tarList: [fromHex('B00001')] }),
        rfm(92, 'A00000055910100002', ['02000100', 'FF'], { tarList: [fromHex('B00002'), fromHex('B00003')] }),
        rfm(93, 'A0000005591010FFFFFFFF89B0000400', ['00', '00'], { securityDomainAID: SECOND_DOMAIN }),
      ];
      const raw = elements.map((element) => element.raw);
      owned = await enabledCard(Buffer.concat([...raw.slice(0, -1), ...more, ...raw.slice(-1)]), SUBSCRIPTION.iccid);
    });
    const answer = async (command: OtaCommand, by = mno): Promise<string> => {
      const { response } = await by.send(owned, command);
      return response?.status === 'POR_OK' ? toHex(response.data) : (response?.status ?? 'no response');
    };

    it('may what its access domains say, under the MF and in its ADF', async () => {
      const iccid = `${SELECT_ICCID.replace('00A4000C', '00A4080C')} 00B000000A`;
      const imsi = '00A4080C047FFF6F07 00B0000009';
      const change = '00A4080C047FFF6F46 00D600000100';
      expect(await answer({ tar: 'B00001', script: iccid })).toBe('026982');
      expect(await answer({ tar: 'B00001', script: imsi })).toMatch(/^029000/);
      expect(await answer({ tar: 'B00001', script: change })).toBe('029000');
      for (const tar of ['B00002', 'B00003']) {
        expect(await answer({ tar, script: iccid })).toMatch(/^029000/);
        expect(await answer({ tar, script: imsi })).toBe('026982');
        expect(await answer({ tar, script: change })).toBe('026982');
      }
    });

    it('comes under the keys of the security domain that it belongs to, with a TAR from its AID when it has no list', async () => {
      expect(await answer({ tar: 'B00004', script: SELECT_SPN }, second)).toBe('019000');
      expect(await answer({ tar: 'B00004', script: SELECT_SPN })).toBe('RC_CC_DS_FAILED');
      expect(await answer({ tar: 'B00001', script: SELECT_SPN }, second)).toBe('RC_CC_DS_FAILED');
    });

    it('is gone with the profile, and so are its counters', async () => {
      const by = { kind: 'iccid', value: SUBSCRIPTION.iccid } as const;
      expect(await answer({ tar: 'B00001', script: SELECT_SPN, counter: 100 })).toBe('019000');
      await owned.es10c.disableProfile(by);
      expect((await mno.send(owned, { tar: 'B00001', script: SELECT_SPN })).sw).toBe('6A81');
      await owned.es10c.deleteProfile(by);
      const again = subscriptionPackage({ mnoSecurityDomain: MNO_SD });
      await new TestSmdp().install(owned, again, metadataFor(SUBSCRIPTION.iccid));
      await owned.es10c.enableProfile(by);
      expect(await answer({ tar: 'B00001', script: SELECT_SPN, counter: 1 })).toBe('TAR_UNKNOWN');
      expect(await answer({ tar: 'B20100', script: '80E60C0000', counter: 1 })).toBe('016A86');
    });
  });

  async function recordLength(path: string): Promise<number> {
    const { data } = await selectPath(card, path);
    return Number.parseInt(/8205[0-9A-F]{4}([0-9A-F]{4})/.exec(data)?.[1] ?? '0', 16);
  }
});

import { fromHex, storeDataCommands, toHex } from '@tegata/rsp';
import fc from 'fast-check';
import { Euicc } from '../euicc.ts';
import { PowerLoss } from '../testing/crashing-folder.ts';
import { enabledCard, openIsdR, selectApplication, selectPath, statusWord, transmit } from '../testing/modem.ts';
import { newEuicc, testOptions } from '../testing/test-euicc.ts';
import { metadataFor, TestSmdp } from '../testing/test-smdp.ts';
import { describeWithVectors, samplePackage } from '../testing/vectors.ts';

const SAMPLE = 'TS48v5_SAIP2.3_BERTLV_SUCI.der';
const ICCID = '89000123456789012341';
const USIM = 'A0000000871002';
const INSTRUCTIONS = fromHex('04102012141A202426282C32447078888AA2A4AAB0B2C0C2CACBD6DADBDCE2F2FF');
const FILES = ['3F00', '2F00', '2FE2', '2F06', '7F10', '7FFF', '6F07', '6F38', '6F39', '6F3A', '6F42', '5F3E4F02'];

const octet = fc.integer({ min: 0, max: 255 });
const someData = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 255 }),
  fc
    .constantFrom(
      ...FILES,
      USIM,
      'A000000559',
      'A000000559101000',
      '30303030FFFFFFFF',
      'BF2000',
      'BF2D00',
      'A903830107',
    )
    .map(fromHex),
);
/** Commands that look as if somebody meant them: known instructions and files, right lengths mostly. */
const plausible = fc
  .record({
    cla: fc.constantFrom(0x00, 0x80, 0x00, 0x80, 0x01, 0x81, 0x02, 0x82, 0x40, 0xc0, 0x0c, 0xa0, 0xff),
    ins: fc.oneof(fc.constantFrom(...INSTRUCTIONS), octet),
    p1: fc.oneof(fc.constantFrom(0, 1, 4, 8, 0x11, 0x80, 0x91), octet),
    p2: fc.oneof(fc.constantFrom(0, 1, 2, 4, 0x0c, 0x80, 0x81), octet),
    data: fc.option(someData),
    le: fc.option(octet),
  })
  .map(({ cla, ins, p1, p2, data, le }) =>
    Buffer.concat([
      Uint8Array.of(cla, ins, p1, p2),
      data === null ? new Uint8Array(0) : Buffer.concat([Uint8Array.of(data.length), data]),
      le === null ? new Uint8Array(0) : Uint8Array.of(le),
    ]),
  );
const anything = fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets));
const commands = fc.array(fc.oneof({ weight: 9, arbitrary: plausible }, { weight: 1, arbitrary: anything }), {
  minLength: 1,
  maxLength: 40,
});

/** Whether the card would take the command for one to the channel. */
function isOnChannel(command: Uint8Array, channel: number): boolean {
  const cla = command[0] ?? 0;
  return (cla & 0x40) === 0 && (cla & 0x03) === channel;
}

describeWithVectors('whatever a terminal sends', () => {
  it('is answered with a status word, and the card goes on', async () => {
    const card = await enabledCard(samplePackage(SAMPLE), ICCID);
    await fc.assert(
      fc.asyncProperty(commands, async (sent) => {
        for (const command of sent) {
          const response = await card.apdu.transmit(command);
          expect(response.length).toBeGreaterThanOrEqual(2);
          expect(response.length).toBeLessThanOrEqual(258);
          expect(toHex(response.subarray(-2))).toMatch(/^(?:6[1-9A-F]|9[0-9])/);
        }
        await card.apdu.reset();
        expect((await transmit(card, '00A40004023F0000')).sw).toBe('9000');
      }),
      { numRuns: 150 },
    );
  });

  it('is answered with as much as was asked for, and the rest waits', async () => {
    const card = await enabledCard(samplePackage(SAMPLE), ICCID);
    await fc.assert(
      fc.asyncProperty(commands, async (sent) => {
        for (const command of sent) {
          const response = await card.apdu.transmit(command);
          const [data, sw1] = [response.subarray(0, -2), response.at(-2)];
          const hasLe = command.length === 5 || command.length === 6 + (command[4] ?? 0);
          const le = hasLe ? (command.at(-1) ?? 0) || 256 : 0;
          expect(data.length).toBeLessThanOrEqual(le);
          if (sw1 === 0x6c) expect(data).toHaveLength(0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('does not change what is selected on another channel', async () => {
    const card = await enabledCard(samplePackage(SAMPLE), ICCID);
    // Leaves the channel, and everything that other channels are not to touch, alone.
    const elsewhere = commands.map((sent) =>
      sent.filter((command) => !isOnChannel(command, 1) && ![0x70, 0xe2, 0x04].includes(command[1] ?? 0)),
    );
    await fc.assert(
      fc.asyncProperty(elsewhere, async (sent) => {
        await card.apdu.reset();
        for (const channel of ['01', '02', '03']) expect((await transmit(card, '0070000001')).data).toBe(channel);
        expect((await transmit(card, `01A4040007${USIM}00`)).sw).toBe('9000');
        await transmit(card, '01A40804047FFF6F38');
        const before = [await transmit(card, '81F2000000'), await transmit(card, '01B0000005')];
        await transmit(card, '01A40804047FFF6F38');
        const waiting = (await transmit(card, '01A40804047FFF6F38')).sw;
        for (const command of sent) await card.apdu.transmit(command);
        expect((await transmit(card, `01C00000${waiting.slice(2)}`)).sw).toBe('9000');
        expect([await transmit(card, '81F2000000'), await transmit(card, '01B0000005')]).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  it('as STORE DATA, whole or in blocks, is answered by the ISD-R, which is then as it was', async () => {
    const { euicc } = await newEuicc();
    const tags = fc.constantFrom(
      ...'BF20 BF21 BF22 BF28 BF29 BF2B BF2D BF2E BF30 BF31 BF32 BF33 BF35 BF36 BF38 BF3C BF3E BF41 BF43 A0 87'.split(
        ' ',
      ),
    );
    const script = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc
        .record({ tag: tags, value: fc.uint8Array({ maxLength: 100 }) })
        .map(({ tag, value }) => Buffer.concat([fromHex(tag), Uint8Array.of(value.length), value])),
    );
    await openIsdR(euicc);
    const known = (await transmit(euicc, '81E2910003BF2000')).sw;
    await fc.assert(
      fc.asyncProperty(script, fc.integer({ min: 3, max: 255 }), async (octets, blockOctets) => {
        for (const command of storeDataCommands(octets, 1, blockOctets)) {
          expect(toHex((await euicc.apdu.transmit(command)).subarray(-2))).toMatch(/^(?:61..|9000|6A80|6A88|6985)$/);
        }
        expect((await transmit(euicc, '81E2910003BF2000')).sw).toBe(known);
      }),
      { numRuns: 300 },
    );
    expect(await euicc.es10c.getProfilesInfo()).toEqual([]);
  });
});

describeWithVectors('tries of a PIN', () => {
  const VERIFY_WRONG = '002000010831313131FFFFFFFF';
  const VERIFY_RIGHT = '002000010830303030FFFFFFFF';
  const SURVIVALS = [
    { names: 'none', writes: 'none' },
    { names: 'all', writes: 'all' },
    { names: 'all', writes: { octets: 7 } },
  ] as const;

  /** A card that asks for its PIN, switched off. */
  async function asking() {
    const { euicc, folder } = await newEuicc();
    await new TestSmdp().install(euicc, samplePackage(SAMPLE), metadataFor(ICCID));
    await euicc.es10c.enableProfile({ kind: 'iccid', value: ICCID });
    expect(await statusWord(euicc, `0028000108${VERIFY_RIGHT.slice(10)}`)).toBe('9000');
    await euicc.close();
    return folder;
  }

  it('are gone before the code is compared: no loss of power at whatever moment gives one back', async () => {
    const prepared = await asking();
    for (const survival of SURVIVALS) {
      for (let operations = 0; ; operations++) {
        const folder = prepared.clone().powerOn({ names: 'all', writes: 'all' }, operations);
        let answer: string | undefined;
        try {
          const card = await Euicc.open(testOptions(folder));
          answer = await statusWord(card, VERIFY_WRONG);
        } catch (error) {
          expect(String((error as Error).cause ?? error)).toContain(new PowerLoss('power lost').message);
        }
        folder.powerOn(survival);
        const again = await Euicc.open(testOptions(folder));
        const left = await statusWord(again, '00200001');
        await again.close();
        if (answer === undefined) expect(['63C3', '63C2']).toContain(left);
        else expect([answer, left]).toEqual(['63C2', '63C2']);
        if (answer !== undefined) break;
        expect(operations).toBeLessThan(50);
      }
    }
  });

  it('are gone before the code is compared, also when it is the right one', async () => {
    const prepared = await asking();
    const found = new Set<string>();
    for (let operations = 0; ; operations++) {
      const folder = prepared.clone().powerOn({ names: 'all', writes: 'all' }, operations);
      let answer: string | undefined;
      try {
        answer = await statusWord(await Euicc.open(testOptions(folder)), VERIFY_RIGHT);
      } catch {
        // The power was lost.
      }
      folder.powerOn({ names: 'all', writes: 'all' });
      const again = await Euicc.open(testOptions(folder));
      found.add(await statusWord(again, '00200001'));
      await again.close();
      if (answer !== undefined) break;
      expect(operations).toBeLessThan(50);
    }
    expect([...found].sort()).toEqual(['63C2', '63C3']);
  });

  it('are given back by the right code only, and nobody stays verified without power', async () => {
    const folder = await asking();
    folder.powerOn({ names: 'all', writes: 'all' });
    const card = await Euicc.open(testOptions(folder));
    expect(await statusWord(card, VERIFY_WRONG)).toBe('63C2');
    expect(await statusWord(card, VERIFY_RIGHT)).toBe('9000');
    folder.powerOn({ names: 'none', writes: 'none' });
    const again = await Euicc.open(testOptions(folder));
    expect(await statusWord(again, '00200001')).toBe('63C3');
    await selectApplication(again, USIM);
    await selectPath(again, '7FFF6F07');
    expect(await statusWord(again, '00B0000009')).toBe('6982');
  });
});

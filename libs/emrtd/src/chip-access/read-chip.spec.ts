import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { EmulatedPassport, type EmulatedPassportOptions } from '../emulated-chip/index.ts';
import { CscaTrust } from '../passive-authentication/csca-trust.ts';
import { issueChip, testCountry, testHolder } from '../testing/index.ts';
import { verifyChip } from '../verify-chip.ts';
import type { CardTransport } from './apdu.ts';
import { ChipAccessError } from './chip-access-error.ts';
import type { ChipPassword } from './chip-password.ts';
import { readChip } from './read-chip.ts';

const country = testCountry();
const picture = (size: number) => Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(size)]);
const files = issueChip(country, { picture: picture(700) });
const { documentNumber, birthDate, expiryDate } = testHolder;
const mrz = { kind: 'mrz', documentNumber, birthDate, expiryDate } as const;
const can = { kind: 'can', number: '123456' } as const;

const quick = { cipher: 'aes-128', parameterId: 12 } as const;
const brainpool = { cipher: 'aes-256', parameterId: 13 } as const;
const passport = (options: Partial<EmulatedPassportOptions> = {}) =>
  new EmulatedPassport({ files, mrz, can: can.number, random: randomBytes, ...options });
const read = (transport: CardTransport, password: ChipPassword = mrz) =>
  readChip(transport, password, { random: randomBytes });
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'read';
  } catch (error) {
    if (error instanceof ChipAccessError) return error.code;
    throw error;
  }
};

/** Lets everything through but the answers that `change` changes. */
const tampered = (
  options: Partial<EmulatedPassportOptions>,
  change: (answer: Uint8Array, number: number) => Uint8Array,
) => {
  const chip = passport(options);
  let number = 0;
  return { transmit: async (command: Uint8Array) => change(await chip.transmit(command), number++) };
};
const answersOf = async (options: Partial<EmulatedPassportOptions>) => {
  const answers: Uint8Array[] = [];
  const keep = (answer: Uint8Array) => {
    answers.push(answer);
    return answer;
  };
  await read(tampered(options, keep));
  return answers;
};
/** Takes the card away after so many commands. */
const removedAfter = async (commands: number, pace: EmulatedPassportOptions['pace'] = []) => {
  const chip = passport({ pace });
  let sent = 0;
  const transport: CardTransport = {
    async transmit(command) {
      if (sent++ === commands) throw new ChipAccessError('CARD_REMOVED', 'the card was removed');
      return chip.transmit(command);
    },
  };
  expect(await codeOf(read(transport))).toBe('CARD_REMOVED');
};

describe('a chip in a reader', () => {
  it('is read with BAC where it has nothing better, and verifies', async () => {
    const reading = await read(passport());
    expect(reading).toEqual({
      access: 'BAC',
      chipAuthentication: false,
      files: { sod: expect.anything(), dg1: expect.anything(), dg2: expect.anything() },
    });
    const { mrz: zone } = verifyChip(
      reading.files,
      new CscaTrust({ certificates: [country.csca] }),
      new Date('2026-11-28'),
    );
    expect(zone.documentNumber).toBe(documentNumber);
  });

  const ways = [
    ['3des', 12],
    ['aes-128', 12],
    ['aes-128', 13],
    ['aes-192', 15],
    ['aes-256', 16],
    ['aes-256', 17],
    ['aes-256', 18],
  ] as const;
  it.each(ways)('is read with PACE, %s on curve %d, by either password', async (cipher, parameterId) => {
    const chip = passport({ pace: [{ cipher, parameterId }], bac: false });
    for (const password of [mrz, can]) {
      const reading = await read(chip, password);
      expect(reading.access).toBe('PACE');
      expect(digestOf(reading.files)).toBe(digestOf(files));
    }
  });

  it.each([
    ['with short lengths', 256, 70_000],
    ['with extended lengths', 4_000, 70_000],
    ['with responses of 64 KiB', 65_536, 70_000],
    ['beyond the offsets of READ BINARY with parameters', 1_000, 0x8000 + 40],
  ])('gives a large portrait, %s', async (_, largestResponse, size) => {
    const large = issueChip(country, { picture: picture(size) });
    const chip = passport({ files: large, pace: [brainpool], largestResponse });
    expect(digestOf((await read(chip)).files)).toBe(digestOf(large));
  });

  it('says how far it is', async () => {
    const told: string[] = [];
    await readChip(passport(), mrz, {
      random: randomBytes,
      onProgress: (name, at, total) => told.push(`${name} ${at}/${total}`),
    });
    expect(told.at(-1)).toBe(`EF.DG2 ${files.dg2.length}/${files.dg2.length}`);
    expect(told[0]).toMatch(/^EF\.COM /);
  });

  it('can be read again after a reset, and after another was tried in the middle', async () => {
    const chip = passport({ pace: [brainpool] });
    expect(await codeOf(read(chip, { kind: 'can', number: '654321' }))).toBe('CHIP_ACCESS_DENIED');
    await read(chip);
    await chip.reset();
    await read(chip, can);
  });
});

describe('a chip is not read', () => {
  const others: readonly ChipPassword[] = [
    { ...mrz, documentNumber: 'UT1234568' },
    { ...mrz, birthDate: '1990-04-02' },
    { ...mrz, expiryDate: '2035-04-01' },
  ];
  it.each(['BAC', 'PACE'])('with another machine readable zone or access number, by %s', async (access) => {
    const pace = access === 'PACE' ? [brainpool] : [];
    for (const password of others) expect(await codeOf(read(passport({ pace }), password))).toBe('CHIP_ACCESS_DENIED');
    const wrong: ChipPassword = { kind: 'can', number: '123457' };
    const expected = access === 'PACE' ? 'CHIP_ACCESS_DENIED' : 'CHIP_ACCESS_UNSUPPORTED';
    expect(await codeOf(read(passport({ pace }), wrong))).toBe(expected);
  });

  it('with a password that has not its form', async () => {
    const chip = passport({ pace: [brainpool] });
    expect(await codeOf(read(chip, { kind: 'can', number: '12345' }))).toBe('CHIP_PASSWORD_MALFORMED');
  });

  it('by an access number that it does not have, or in no way that is known', async () => {
    expect(await codeOf(read(passport({ pace: [brainpool], can: undefined }), can))).toBe('CHIP_ACCESS_UNSUPPORTED');
    expect(await codeOf(read(passport({ bac: false })))).toBe('CHIP_RESPONSE_UNEXPECTED');
    const eUicc: CardTransport = { transmit: async () => Buffer.from('6a82', 'hex') };
    expect(await codeOf(read(eUicc))).toBe('CHIP_ACCESS_UNSUPPORTED');
  });

  it('when it is taken away, after whatever command', async () => {
    const lastOfAll = (await answersOf({})).length;
    const lastOfPace = 11;
    for (const [bac, commands] of [
      [true, lastOfAll],
      [false, lastOfPace],
    ] as const) {
      for (let removed = 0; removed < commands; removed++) await removedAfter(removed, bac ? [] : [quick]);
    }
  });

  it('when its largest file is larger than any in use', async () => {
    const lying = { ...files, dg1: Buffer.concat([Buffer.from('617f', 'hex'), Buffer.alloc(127)]) };
    expect((await read(passport({ files: lying }))).files.dg1).toHaveLength(129);
    const huge = { ...files, dg1: Buffer.concat([Buffer.from('618201ff', 'hex'), Buffer.alloc(511)]) };
    expect(await codeOf(read(passport({ files: huge })))).toBe('CHIP_FILE_TOO_LARGE');
  });
});

describe('between chip and terminal', () => {
  const kinds: readonly [string, Partial<EmulatedPassportOptions>][] = [
    ['BAC', {}],
    ['PACE', { pace: [quick], bac: false }],
  ];

  /** Of long answers every 17th octet, and the ends: structure, status word, MAC. PACE takes longer, and has fewer. */
  const placesOf: Readonly<Record<string, (at: number, length: number) => boolean>> = {
    BAC: (at, length) => at % 17 === 0 || at < 4 || length - at < 18,
    PACE: (at, length) => at === 0 || at === 5 || at === length - 3,
  };

  it.each(kinds)(
    'whatever octet of an answer is changed, never lets other data through (%s)',
    async (name, options) => {
      const changed = placesOf[name]!;
      const answers = await answersOf(options);
      const outcomes = new Set<string>();
      for (const [number, { length }] of answers.entries()) {
        const places = Array.from({ length }, (_place, at) => at).filter((at) => changed(at, length));
        for (const place of places) {
          const change = (answer: Uint8Array, at: number) => {
            if (at !== number || place >= answer.length) return answer;
            return Uint8Array.from(answer, (octet, index) => (index === place ? octet ^ 0x41 : octet));
          };
          const transport = tampered(options, change);
          const result = await readChip(transport, mrz, { random: randomBytes }).then(
            ({ files: got }) => (digestOf(got) === digestOf(files) ? 'same' : 'OTHER DATA'),
            (error: unknown) => (error instanceof ChipAccessError ? error.code : String(error)),
          );
          outcomes.add(result);
        }
      }
      outcomes.delete('same'); // what is said in the open, before the session, of lengths and optional files
      const stable = [
        'CHIP_RESPONSE_ALTERED',
        'CHIP_RESPONSE_UNEXPECTED',
        'CHIP_NOT_AUTHENTIC',
        'CHIP_ACCESS_DENIED',
        'CHIP_ACCESS_UNSUPPORTED',
      ];
      expect([...outcomes].filter((code) => !stable.includes(code))).toEqual([]);
      expect(outcomes).toContain('CHIP_RESPONSE_ALTERED');
    },
  );

  it('repeats no answer, swaps none, and takes none in the open', async () => {
    let previous: Uint8Array = new Uint8Array();
    const inSession = 12;
    const repeating = tampered({}, (answer, number) => {
      const given = number === inSession ? previous : answer;
      previous = answer;
      return given;
    });
    expect(await codeOf(read(repeating))).toBe('CHIP_RESPONSE_ALTERED');
    const open = tampered({}, (answer, number) => (number === inSession ? Buffer.from('61009000', 'hex') : answer));
    expect(await codeOf(read(open))).toBe('CHIP_RESPONSE_ALTERED');
    const bare = tampered({}, (answer, number) => (number === inSession ? Buffer.from('9000', 'hex') : answer));
    expect(await codeOf(read(bare))).toBe('CHIP_RESPONSE_ALTERED');
  });

  it('ends the session with the first answer that is not the chip’s', async () => {
    let commands = 0;
    const chip = tampered({}, (answer, number) => {
      commands = number + 1;
      return number === 10 ? Buffer.from('9000', 'hex') : answer;
    });
    expect(await codeOf(read(chip))).toBe('CHIP_RESPONSE_ALTERED');
    expect(commands).toBe(11);
  });

  it('answers any octets with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }), async (answers) => {
        const left = [...answers];
        expect(await codeOf(read({ transmit: async () => left.shift() ?? new Uint8Array() }))).not.toBe('read');
      }),
    );
  });
});

describe('the emulated chip', () => {
  it('gives nothing of the document without access, and answers any octets with a status word', async () => {
    const chip = passport({ pace: [brainpool] });
    const send = async (command: string) =>
      Buffer.from(await chip.transmit(Buffer.from(command, 'hex'))).toString('hex');
    expect(await send('00a4040c07a0000002471001')).toBe('9000');
    expect(await send('00a4020c020101')).toBe('6982');
    expect(await send('00b0000008')).toBe('6986');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (command) => {
        expect((await chip.transmit(command)).length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it('ends a session in which a command was changed or sent in the open', async () => {
    for (const change of [(octets: Buffer) => octets.fill(1, 8, 9), () => Buffer.from('00b0000008', 'hex')]) {
      const chip = passport();
      let number = 0;
      const transport: CardTransport = {
        transmit: (command) => chip.transmit(number++ === 9 ? change(Buffer.from(command)) : command),
      };
      expect(await codeOf(read(transport))).toBe('CHIP_RESPONSE_ALTERED');
      expect(
        Buffer.from(await chip.transmit(Buffer.from('0ca4020c158709016375432908c044f68e08bf8b92d635ff24f800', 'hex'))),
      ).toEqual(Buffer.from('6987', 'hex'));
    }
  });
});

function digestOf({ sod, dg1, dg2 }: { sod: Uint8Array; dg1: Uint8Array; dg2: Uint8Array }): string {
  return createHash('sha256').update(sod).update(dg1).update(dg2).digest('hex');
}

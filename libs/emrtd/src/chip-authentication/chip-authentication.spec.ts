import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { ChipAccessError } from '../chip-access/chip-access-error.ts';
import { type ChipReading, challengeChip, readChip } from '../chip-access/read-chip.ts';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { type AgreementKey, EmulatedPassport, type EmulatedPassportOptions } from '../emulated-chip/index.ts';
import { issueChip, testAgreementKey, testChipKey, testCountry, testHolder } from '../testing/index.ts';
import { chipAuthenticationKeys } from './chip-authentication-keys.ts';

const country = testCountry();
const { documentNumber, birthDate, expiryDate } = testHolder;
const mrz = { kind: 'mrz', documentNumber, birthDate, expiryDate } as const;
const pace = [{ cipher: 'aes-128', parameterId: 12 }] as const;

const chipWith = (agreementKey: AgreementKey, options: Partial<EmulatedPassportOptions> = {}) =>
  new EmulatedPassport({
    files: issueChip(country, { agreementKey }),
    ...{ mrz, agreementKey, random: randomBytes, pace },
    ...options,
  });
const read = (chip: Pick<EmulatedPassport, 'transmit'>) => readChip(chip, mrz, { random: randomBytes });
const outcomeOf = async (reading: Promise<ChipReading>): Promise<string> => {
  try {
    return (await reading).chipAuthentication ? 'genuine' : 'unknown';
  } catch (error) {
    if (error instanceof ChipAccessError) return error.code;
    throw error;
  }
};

describe('chip authentication', () => {
  it.each<[string, AgreementKey, readonly { readonly cipher: 'aes-128'; readonly parameterId: number }[]]>([
    ['AES-128 and secp256r1, after PACE', testAgreementKey('aes-128'), pace],
    ['AES-256 and brainpoolP256r1, after PACE', testAgreementKey('aes-256', { curve: 'brainpoolP256r1' }), pace],
    [
      'AES-192 and brainpoolP384r1 by the number of its key',
      testAgreementKey('aes-192', { curve: 'brainpoolP384r1', keyId: 7 }),
      pace,
    ],
    ['AES-128 and brainpoolP256r1, after BAC', testAgreementKey('aes-128', { curve: 'brainpoolP256r1' }), []],
    ['triple DES and secp256r1, after BAC', testAgreementKey('3des'), []],
    ['triple DES by the number of its key', testAgreementKey('3des', { keyId: 200 }), pace],
  ])('has the chip show its key with %s, and goes on under the keys that come of it', async (_, key, access) => {
    const chip = chipWith(key, { pace: access, largestResponse: 1_000 });
    const { files, chipAuthentication, access: by } = await read(chip);
    expect([chipAuthentication, by]).toEqual([true, access.length > 0 ? 'PACE' : 'BAC']);
    expect(Buffer.from(files.dg2)).toEqual(Buffer.from(issueChip(country).dg2));
  });

  it('leaves active authentication to its own session', async () => {
    const [agreementKey, key] = [testAgreementKey(), testChipKey('ecdsa')];
    const chip = chipWith(agreementKey, { files: issueChip(country, { agreementKey, key }), key });
    expect((await read(chip)).files.dg15).toBeDefined();
    expect(await challengeChip(chip, mrz, randomBytes(8), { random: randomBytes })).toHaveLength(64);
  });

  it('tells a copy, which has the files and not the key', async () => {
    const key = testAgreementKey();
    expect(await outcomeOf(read(chipWith(key, { agreementKey: undefined })))).toBe('CHIP_NOT_GENUINE');
    expect(await outcomeOf(read(chipWith(key, { agreementKey: testAgreementKey() })))).toBe('CHIP_NOT_GENUINE');
    const des = testAgreementKey('3des');
    expect(await outcomeOf(read(chipWith(des, { agreementKey: testAgreementKey('3des') })))).toBe('CHIP_NOT_GENUINE');
    expect(await outcomeOf(read(chipWith(des, { agreementKey: undefined })))).toBe('CHIP_NOT_GENUINE');
  });

  it('tells a copy that has put its own key in the place of the one that was signed, or leaves it away', async () => {
    const files = issueChip(country, { agreementKey: testAgreementKey() });
    const own = testAgreementKey();
    const { dg14 } = issueChip(country, { agreementKey: own });
    expect(await outcomeOf(read(chipWith(own, { files: { ...files, dg14 } })))).toBe('CHIP_NOT_GENUINE');
    const { dg14: _left, ...without } = files;
    expect(await outcomeOf(read(chipWith(own, { files: without })))).toBe('CHIP_NOT_GENUINE');
  });

  it('is not asked of a chip on a curve that is not known here, nor of one whose DG14 is about something else', async () => {
    const key = testAgreementKey('aes-128', { curve: 'brainpoolP320r1' });
    expect(await outcomeOf(read(chipWith(key, { agreementKey: undefined })))).toBe('unknown');
    const files = issueChip(country, { key: testChipKey('ecdsa') });
    expect(await outcomeOf(read(chipWith(key, { files, agreementKey: undefined })))).toBe('unknown');
  });

  it('ends with a reason, and not as genuine, with any octet of an answer from then on changed', async () => {
    const key = testAgreementKey();
    let all = 0;
    const counting = chipWith(key);
    const transmit = (command: Uint8Array) => {
      all++;
      return counting.transmit(command);
    };
    await read({ transmit });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(all - 1),
        fc.nat(1_000),
        fc.integer({ min: 1, max: 255 }),
        async (number, place, flip) => {
          const chip = chipWith(key);
          let asked = 0;
          let changes = false;
          const transmit = async (command: Uint8Array) => {
            const answer = Uint8Array.from(await chip.transmit(command));
            // Protected answers alone: those of PACE have tests of their own.
            if (asked++ === number && answer.length > 12 && (command[0]! & 0x0c) === 0x0c) {
              answer[place % answer.length]! ^= flip;
              changes = true;
            }
            return answer;
          };
          const outcome = await outcomeOf(read({ transmit }));
          if (changes) expect(['CHIP_RESPONSE_ALTERED', 'CHIP_NOT_GENUINE']).toContain(outcome);
          else expect(outcome).toBe('genuine');
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the keys in DG14', () => {
  it('are found best first', () => {
    const [found] = chipAuthenticationKeys(
      issueChip(country, { agreementKey: testAgreementKey('aes-192', { keyId: 3 }) }).dg14!,
    );
    expect(found).toMatchObject({ oid: '0.4.0.127.0.7.2.2.3.2.3', keyId: 3, parameters: { name: 'secp256r1' } });
  });

  it('lead to a refusal at most, whatever the file is', () => {
    const { dg14 } = issueChip(country, { agreementKey: testAgreementKey(), key: testChipKey('ecdsa') });
    fc.assert(
      fc.property(fc.nat(dg14!.length - 1), fc.integer({ min: 1, max: 255 }), (place, flip) => {
        const changed = Uint8Array.from(dg14!);
        changed[place]! ^= flip;
        try {
          expect(chipAuthenticationKeys(changed).length).toBeLessThanOrEqual(1);
        } catch (error) {
          expect(error).toBeInstanceOf(EmrtdRefusal);
        }
      }),
      { numRuns: 200 },
    );
  });
});

import { createPublicKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { challengeChip, readChip } from '../chip-access/read-chip.ts';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { answerChallenge, type ChipKey, EmulatedPassport } from '../emulated-chip/index.ts';
import { CscaTrust } from '../passive-authentication/csca-trust.ts';
import { issueChip, testChipKey, testCountry, testHolder } from '../testing/index.ts';
import { type ChipAnswer, type ChipFiles, verifyChip } from '../verify-chip.ts';
import { chipChallenge } from './active-authentication.ts';

const country = testCountry();
const trust = new CscaTrust({ certificates: [country.csca] });
const at = new Date('2026-11-28T00:00:00Z');
const { documentNumber, birthDate, expiryDate } = testHolder;
const mrz = { kind: 'mrz', documentNumber, birthDate, expiryDate } as const;
const binding = {
  contractId: '0d3f2b8c-5a61-4e0f-9c1d-2e3f4a5b6c7d',
  eid: '89049032123451234512345678901235',
  nonce: Buffer.alloc(32, 1),
};
const challenge = chipChallenge(binding);
const rsa = testChipKey('rsa');
const ec = testChipKey('ecdsa');
const answered = (key: ChipKey): ChipAnswer => ({ challenge, signature: answerChallenge(key, challenge, randomBytes) });

const outcome = (files: ChipFiles, answer?: ChipAnswer): string => {
  try {
    return verifyChip(files, trust, at, answer).cloneDetection;
  } catch (error) {
    if (error instanceof EmrtdRefusal) return error.code;
    throw error;
  }
};

describe('a chip that is asked whether it is the one that was issued', () => {
  it.each<[string, ChipKey]>([
    ['RSA', rsa],
    ['RSA of 3072 bits with SHA-512', testChipKey('rsa', { digest: 'sha512', modulusLength: 3072 })],
    ['ECDSA', ec],
    ['ECDSA on brainpoolP384r1 with SHA-384', testChipKey('ecdsa', { digest: 'sha384', curve: 'brainpoolP384r1' })],
  ])('shows it by its key, %s, over its reader and secure messaging', async (_name, key) => {
    const options = {
      mrz,
      random: randomBytes,
      largestResponse: 1_000,
      pace: [{ cipher: 'aes-128', parameterId: 12 }] as const,
    };
    const chip = new EmulatedPassport({ ...options, files: issueChip(country, { key }), key });
    const { files } = await readChip(chip, mrz, { random: randomBytes });
    const signature = await challengeChip(chip, mrz, challenge, { random: randomBytes });
    expect(outcome(files, { challenge, signature })).toBe('active-authentication');
    expect(outcome(files, { challenge: chipChallenge({ ...binding, nonce: Buffer.alloc(32) }), signature })).toBe(
      'CHIP_NOT_GENUINE',
    );
    // A copy has the files, and not the key.
    const copy = new EmulatedPassport({ ...options, files });
    const asked = challengeChip(copy, mrz, challenge, { random: randomBytes });
    await expect(asked).rejects.toMatchObject({ code: 'CHIP_NOT_GENUINE' });
    expect(outcome((await readChip(copy, mrz, { random: randomBytes })).files)).toBe('none');
    // Nor does it help to leave the key away: its state has signed that there is one.
    const { dg15: _left, ...without } = files;
    const quiet = new EmulatedPassport({ ...options, files: without });
    await expect(readChip(quiet, mrz, { random: randomBytes })).rejects.toMatchObject({ code: 'CHIP_NOT_GENUINE' });
  });

  it('says of files alone that a copy would look the same', () => {
    expect(outcome(issueChip(country))).toBe('none');
    expect(outcome(issueChip(country, { key: rsa }))).toBe('none');
  });

  it('is refused when another key has answered, also with its own DG15', () => {
    for (const key of [rsa, ec]) {
      const files = issueChip(country, { key });
      const forger = testChipKey(key === rsa ? 'rsa' : 'ecdsa');
      expect(outcome(files, answered(forger))).toBe('CHIP_NOT_GENUINE');
      const swapped = { ...files, dg15: issueChip(country, { key: forger }).dg15 };
      expect(outcome(swapped, answered(forger))).toBe('DATA_GROUP_ALTERED');
    }
    expect(outcome({ ...issueChip(country), dg15: issueChip(country, { key: ec }).dg15 }, answered(ec))).toBe(
      'DATA_GROUP_NOT_SIGNED',
    );
    expect(outcome(issueChip(country), answered(ec))).toBe('CHIP_FILE_MALFORMED');
  });

  it.each<[string, ChipKey, string]>([
    ['SHA-1 and RSA', testChipKey('rsa', { digest: 'sha1' }), 'CHIP_ALGORITHM_UNSUPPORTED'],
    ['SHA-1 and ECDSA', testChipKey('ecdsa', { digest: 'sha1' }), 'CHIP_ALGORITHM_UNSUPPORTED'],
    ['RSA of 1024 bits', testChipKey('rsa', { modulusLength: 1024 }), 'CHIP_ALGORITHM_UNSUPPORTED'],
    ['a curve of 192 bits', testChipKey('ecdsa', { curve: 'prime192v1' }), 'CHIP_ALGORITHM_UNSUPPORTED'],
  ])('is not believed by %s', (_, key, code) => {
    expect(outcome(issueChip(country, { key }), answered(key))).toBe(code);
  });

  it('is refused with any octet of its answer changed, added or left out, and never otherwise than with a reason', () => {
    for (const key of [rsa, ec]) {
      const files = issueChip(country, { key });
      const { signature } = answered(key);
      fc.assert(
        fc.property(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }), (place, flip) => {
          const changed = Uint8Array.from(signature);
          changed[place]! ^= flip;
          for (const wrong of [changed, signature.subarray(0, place), Buffer.concat([signature, Buffer.of(flip)])]) {
            expect(outcome(files, { challenge, signature: wrong })).toBe('CHIP_NOT_GENUINE');
          }
        }),
        { numRuns: 40 },
      );
    }
  });

  it('is refused, and nothing worse, with DG14 and DG15 of any content that its state has signed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (junk, inGroup15) => {
        const { dg14, dg15, ...files } = issueChip(country, { key: ec });
        const groups = inGroup15 ? { dg14, dg15: junk } : { dg14: junk, dg15 };
        expect(['DATA_GROUP_ALTERED', 'CHIP_FILE_MALFORMED']).toContain(outcome({ ...files, ...groups }, answered(ec)));
      }),
      { numRuns: 30 },
    );
  });

  it('is asked another thing for each contract, eUICC and nonce', () => {
    const others = [
      { contractId: '1d3f2b8c-5a61-4e0f-9c1d-2e3f4a5b6c7d' },
      { eid: '89049032123451234512345678901332' },
      { nonce: Buffer.alloc(32, 2) },
    ].map((other) => chipChallenge({ ...binding, ...other }));
    const all = [challenge, ...others].map((octets) => Buffer.from(octets).toString('hex'));
    expect(new Set(all).size).toBe(4);
    expect(challenge).toHaveLength(8);
  });

  it('is understood when it answers with the smaller of two roots', () => {
    // ISO/IEC 9796-2 allows the modulus less the power.
    const modulus = BigInt(
      `0x${Buffer.from(createPublicKey(rsa.privateKey).export({ format: 'jwk' }).n!, 'base64url').toString('hex')}`,
    );
    const { signature } = answered(rsa);
    const other = modulus - BigInt(`0x${Buffer.from(signature).toString('hex')}`);
    const smaller = Buffer.from(other.toString(16).padStart(512, '0'), 'hex');
    expect(outcome(issueChip(country, { key: rsa }), { challenge, signature: smaller })).toBe('active-authentication');
  });
});

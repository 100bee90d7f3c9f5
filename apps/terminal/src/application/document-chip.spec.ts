import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { IdentityDocuments } from '@tegata/contracts/authentication-v1';
import { type ChipFiles, chipChallenge, requireAnswer } from '@tegata/emrtd';
import { answerChallenge, type ChipKey } from '@tegata/emrtd/emulated-chip';
import { issueChip, testChipKey, testCountry } from '@tegata/emrtd/testing';
import { writeChip } from '../evidence/chip-reader.ts';
import { fakeEid } from './testing/fake-euicc.ts';
import { FakeWorld, resumption } from './testing/fake-world.ts';

describe('applications with the chip of a document in a card reader', () => {
  let world: FakeWorld;

  beforeEach(() => {
    world = new FakeWorld({ aozora: {}, minato: {} });
  });
  afterEach(() => world.remove());

  const key = testChipKey('ecdsa');
  const files = issueChip(testCountry(), { key });
  const answering =
    (by: ChipKey) =>
    async (challenge: Uint8Array): Promise<Uint8Array> =>
      answerChallenge(by, challenge, randomBytes);
  const chipSubmitted = () => {
    const sealed = [...world.carrier('aozora').sealedDocuments].at(-1);
    return sealed && IdentityDocuments.decode(sealed).documentChip;
  };
  const withChip = (shown: ChipFiles = files, chipReader: string | undefined = 'Tegata 00 00') => {
    const chipDirectory = join(world.folder, 'chip');
    writeChip({ files: shown, access: 'PACE', chipAuthentication: false }, chipDirectory);
    return world.application({ evidence: { ...world.evidence, documentFile: '', chipDirectory, chipReader } });
  };

  it('have it answer for this contract and its nonce, and send the answer', async () => {
    const asked: Uint8Array[] = [];
    world.chip = (challenge) => {
      asked.push(challenge);
      return answering(key)(challenge);
    };
    expect((await world.start().apply(withChip(), world.following)).stage).toBe('complete');
    const shown = chipSubmitted()!.activeAuthentication!;
    const [contractId] = world.carrier('aozora').contracts.keys();
    const challenge = chipChallenge({ contractId: contractId!, eid: fakeEid, nonce: shown.nonce });
    expect(asked).toEqual([challenge]);
    requireAnswer(files, { challenge, signature: shown.signature });
    expect(world.notes()).toContain(
      'Leave the document at the reader: its chip is asked whether it is the one that was issued.',
    );
  });

  it('ask it again where the carrier wants the information again, under another nonce', async () => {
    world.remove();
    world = new FakeWorld({ aozora: { documentsToRefuse: 1 } });
    world.chip = answering(key);
    const applications = world.start();
    const refused = applications.apply(withChip(), world.following);
    await expect(refused).rejects.toMatchObject({ code: 'ANOTHER_PICTURE_NEEDED' });
    const first = chipSubmitted()!.activeAuthentication!;
    expect((await applications.resume(resumption, world.following)).stage).toBe('complete');
    const second = chipSubmitted()!.activeAuthentication!;
    expect(second.nonce).not.toEqual(first.nonce);
  });

  it.each([
    ['answers with another key', () => answering(testChipKey('ecdsa'))],
    ['answers with nothing of use', () => async () => Buffer.of(1, 2, 3)],
  ])('end where it %s, before anything is submitted', async (_, chip) => {
    world.chip = chip();
    await expect(world.start().apply(withChip(), world.following)).rejects.toMatchObject({ code: 'CHIP_NOT_GENUINE' });
    expect(chipSubmitted()).toBeUndefined();
  });

  it.each<[string, ChipKey]>([
    ['SHA-1', testChipKey('rsa', { digest: 'sha1' })],
    ['RSA of 1024 bits', testChipKey('rsa', { modulusLength: 1024 })],
  ])('show its files alone where it answers by %s', async (_, weak) => {
    world.chip = answering(weak);
    const applied = world.start().apply(withChip(issueChip(testCountry(), { key: weak })), world.following);
    expect((await applied).stage).toBe('complete');
    expect(chipSubmitted()!.activeAuthentication).toBeUndefined();
    expect(world.notes()).toContain(
      'The chip answers by cryptography that is not accepted any more. Its files are shown alone.',
    );
  });

  it('show its files alone where it has no key, or is in no reader', async () => {
    expect((await world.start().apply(withChip(issueChip(testCountry())), world.following)).stage).toBe('complete');
    expect(chipSubmitted()!.activeAuthentication).toBeUndefined();
    world.remove();
    world = new FakeWorld();
    const evidence = { ...withChip().evidence!, chipReader: undefined };
    expect((await world.start().apply(world.application({ evidence }), world.following)).stage).toBe('complete');
    expect(chipSubmitted()).toMatchObject({ sod: Buffer.from(files.sod), activeAuthentication: undefined });
  });
});

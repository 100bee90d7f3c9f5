import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChipFiles, readDataGroup1 } from '@tegata/emrtd';
import type { AgreementKey, ChipKey } from '@tegata/emrtd/emulated-chip';
import { issueChip, type TestHolder, testAgreementKey, testChipKey, testCountry } from '@tegata/emrtd/testing';

const names = {
  sod: 'EF_SOD.bin',
  dg1: 'EF_DG1.bin',
  dg2: 'EF_DG2.bin',
  dg14: 'EF_DG14.bin',
  dg15: 'EF_DG15.bin',
} as const;
const parts = ['sod', 'dg1', 'dg2', 'dg14', 'dg15'] as const;
/** What a chip keeps to itself; its answers are by SHA-256, and what it agrees on is for AES with 128 bits. */
const keyFiles = { answers: 'active-authentication-key.pem', agrees: 'chip-authentication-key.pem' } as const;

/** A folder that can't be used, or a file in it. */
export class PassportFolderError extends Error {
  override readonly name = 'PassportFolderError';
}

/** How a chip shows that it is the one that was issued. */
export type AnswersBy = 'ecdsa' | 'rsa' | 'none';
const agreementCipher = 'aes-128';

/** Keys of a chip. */
export interface PassportKeys {
  /** of active authentication */
  readonly answersBy?: AnswersBy;
  /** curve of the key of chip authentication, by its name in OpenSSL; absent: it does none */
  readonly agreesOn?: string | undefined;
}

/** A chip in a folder. */
export interface PassportInFolder {
  readonly files: ChipFiles;
  /** undefined where it does not answer challenges, as a copy does not */
  readonly key: ChipKey | undefined;
  /** undefined where it does no chip authentication */
  readonly agreementKey: AgreementKey | undefined;
}

/**
 * Issues a passport by a country that is made for it and signs nothing else: the files of its chip, `csca.cer` by which they
 * are to be believed, and the keys by which the chip shows that it is no copy.
 * @param portrait a JPEG file as it goes into DG2, or JPEG 2000
 */
export function issuePassport(
  folder: string,
  holder: TestHolder,
  portrait: Uint8Array,
  { answersBy = 'ecdsa', agreesOn }: PassportKeys = {},
): PassportInFolder {
  const country = testCountry();
  const key = answersBy === 'none' ? undefined : testChipKey(answersBy);
  const agreementKey = agreesOn === undefined ? undefined : testAgreementKey(agreementCipher, { curve: agreesOn });
  const keys = { ...(key && { key }), ...(agreementKey && { agreementKey }) };
  const files = issueChip(country, { holder, picture: portrait, ...keys });
  mkdirSync(folder, { recursive: true });
  for (const part of parts) {
    const octets = files[part];
    if (octets) writeFileSync(join(folder, names[part]), octets);
  }
  const secret = ({ privateKey }: { readonly privateKey: KeyObject }, name: string) =>
    writeFileSync(join(folder, name), privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  if (key) secret(key, keyFiles.answers);
  if (agreementKey) secret(agreementKey, keyFiles.agrees);
  writeFileSync(join(folder, 'csca.cer'), country.csca);
  return { files, key, agreementKey };
}

/** The chip in a folder, as `issuePassport` and the sample applicant write it. @throws PassportFolderError */
export function readPassport(folder: string): PassportInFolder {
  const readIfThere = (name: string) =>
    existsSync(join(folder, name)) ? new Uint8Array(readFileSync(join(folder, name))) : undefined;
  const read = (name: string) => {
    const octets = readIfThere(name);
    if (octets) return octets;
    throw new PassportFolderError(`${folder} has no ${name}`);
  };
  const keyIn = (name: string) => {
    const pem = readIfThere(name);
    return pem && createPrivateKey(Buffer.from(pem));
  };
  const [dg14, dg15] = [readIfThere(names.dg14), readIfThere(names.dg15)];
  const [answers, agrees] = [keyIn(keyFiles.answers), keyIn(keyFiles.agrees)];
  const always = { sod: read(names.sod), dg1: read(names.dg1), dg2: read(names.dg2) };
  return {
    files: { ...always, ...(dg14 && { dg14 }), ...(dg15 && { dg15 }) },
    key: answers && { privateKey: answers, digest: 'sha256' },
    agreementKey: agrees && { privateKey: agrees, cipher: agreementCipher },
  };
}

/** What of the machine readable zone the chip asks for. @throws EmrtdRefusal for a DG1 without one */
export function passwordOf({ dg1 }: ChipFiles, at: Date) {
  const { documentNumber, birthDate, expiryDate } = readDataGroup1(dg1, at);
  return { kind: 'mrz', documentNumber, birthDate, expiryDate } as const;
}

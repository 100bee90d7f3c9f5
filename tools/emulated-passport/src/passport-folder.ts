import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChipFiles, readDataGroup1 } from '@tegata/emrtd';
import { issueChip, type TestHolder, testCountry } from '@tegata/emrtd/testing';

const names = { sod: 'EF_SOD.bin', dg1: 'EF_DG1.bin', dg2: 'EF_DG2.bin' } as const;

/** A folder that can't be used, or a file in it. */
export class PassportFolderError extends Error {
  override readonly name = 'PassportFolderError';
}

/**
 * Issues a passport by a country that is made for it and signs nothing else: the files of its chip, and `csca.cer` by which they
 * are to be believed.
 * @param portrait a JPEG file as it goes into DG2, or JPEG 2000
 */
export function issuePassport(folder: string, holder: TestHolder, portrait: Uint8Array): ChipFiles {
  const country = testCountry();
  const files = issueChip(country, { holder, picture: portrait });
  mkdirSync(folder, { recursive: true });
  for (const part of ['sod', 'dg1', 'dg2'] as const) writeFileSync(join(folder, names[part]), files[part]);
  writeFileSync(join(folder, 'csca.cer'), country.csca);
  return files;
}

/** The files of a chip in a folder, as `issuePassport` and the sample applicant write them. @throws PassportFolderError */
export function readPassport(folder: string): ChipFiles {
  const read = (name: string) => {
    if (!existsSync(join(folder, name))) throw new PassportFolderError(`${folder} has no ${name}`);
    return new Uint8Array(readFileSync(join(folder, name)));
  };
  return { sod: read(names.sod), dg1: read(names.dg1), dg2: read(names.dg2) };
}

/** What of the machine readable zone the chip asks for. @throws EmrtdRefusal for a DG1 without one */
export function passwordOf({ dg1 }: ChipFiles, at: Date) {
  const { documentNumber, birthDate, expiryDate } = readDataGroup1(dg1, at);
  if (!birthDate || !expiryDate) throw new PassportFolderError('the machine readable zone has no dates');
  return { kind: 'mrz', documentNumber, birthDate, expiryDate } as const;
}

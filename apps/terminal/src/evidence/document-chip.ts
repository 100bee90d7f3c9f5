import { join } from 'node:path';
import type { DocumentChip } from '@tegata/contracts/authentication-v1';
import { readLimited } from './picture-file.ts';

/** Files of a chip in a folder, and what tegata.authentication.v1.DocumentChip accepts of each, in octets. */
const files = {
  sod: ['EF_SOD.bin', 65_536],
  dataGroup1: ['EF_DG1.bin', 256],
  dataGroup2: ['EF_DG2.bin', 1_048_576],
} as const;

/** Names of those files. */
export const chipFileNames = {
  sod: files.sod[0],
  dataGroup1: files.dataGroup1[0],
  dataGroup2: files.dataGroup2[0],
} as const;

/** S11: reads the files of the document's chip. What they say is for the authentication server to judge. Errors of readLimited. */
export function readDocumentChip(directory: string): DocumentChip {
  const read = ([name, most]: readonly [string, number]) => Buffer.from(readLimited(join(directory, name), most));
  return { sod: read(files.sod), dataGroup1: read(files.dataGroup1), dataGroup2: read(files.dataGroup2) };
}

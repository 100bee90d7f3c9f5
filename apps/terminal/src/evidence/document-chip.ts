import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ChipFiles } from '@tegata/emrtd';
import { readLimited } from './picture-file.ts';

/** Files of a chip in a folder, and what tegata.authentication.v1.DocumentChip accepts of each, in octets. */
const files = {
  sod: ['EF_SOD.bin', 65_536],
  dg1: ['EF_DG1.bin', 256],
  dg2: ['EF_DG2.bin', 1_048_576],
  dg14: ['EF_DG14.bin', 4_096],
  dg15: ['EF_DG15.bin', 4_096],
} as const;
type Part = keyof typeof files;

/** Names of those files. Not every chip has the last two. */
export const chipFileNames: Readonly<Record<Part, string>> = {
  sod: files.sod[0],
  dg1: files.dg1[0],
  dg2: files.dg2[0],
  dg14: files.dg14[0],
  dg15: files.dg15[0],
};

/** S11: reads the files of the document's chip. What they say is for the authentication server to judge. Errors of readLimited. */
export function readChipFolder(directory: string): ChipFiles {
  const path = (part: Part) => join(directory, files[part][0]);
  const read = (part: Part) => Buffer.from(readLimited(path(part), files[part][1]));
  const readIfThere = (part: Part) => (existsSync(path(part)) ? read(part) : undefined);
  const [dg14, dg15] = [readIfThere('dg14'), readIfThere('dg15')];
  return { sod: read('sod'), dg1: read('dg1'), dg2: read('dg2'), ...(dg14 && { dg14 }), ...(dg15 && { dg15 }) };
}

import { type ProfilePackage, ProfilePackageError, personaliseProfilePackage } from '@tegata/profile-package';
import type { Batch, BatchRow } from './read-batch.ts';

/** Values in place of those that the SM-DP+ will make: as long as these may be. */
const made = { iccid: '89000000000000000000', imsi: '001010000000000', msisdn: '999999999999999' };
const codes = { pin1: '0000', puk1: '00000000', pin2: '0000', puk2: '00000000', adm1: '00000000' };
const key = new Uint8Array(16);

/**
 * The batch without the rows that a template can't be made into a profile of. The SM-DP+ finds the same, but only while it stores the
 * others. Whether a template takes a row depends on lengths alone, so that of rows alike one is tried.
 */
export function fittingRows({ rows, faults }: Batch, template: ProfilePackage): Batch {
  const known = new Map<string, string | undefined>();
  const unfit = rows.flatMap((row) => {
    const kind = [row.iccid.length, row.imsi.length, row.msisdn.length].join();
    if (!known.has(kind)) known.set(kind, misfit(template, row));
    const reason = known.get(kind);
    return reason === undefined ? [] : [{ line: row.line, reason }];
  });
  const lines = new Set(unfit.map(({ line }) => line));
  return {
    rows: rows.filter(({ line }) => !lines.has(line)),
    faults: [...faults, ...unfit].sort((a, b) => a.line - b.line),
  };
}

function misfit(template: ProfilePackage, { iccid, imsi, msisdn }: BatchRow): string | undefined {
  const numbers = { iccid: iccid || made.iccid, imsi: imsi || made.imsi, msisdn: msisdn || made.msisdn };
  try {
    personaliseProfilePackage(template, { ...numbers, ...codes, mncLength: 2, ki: key, opc: key });
    return undefined;
  } catch (error) {
    if (error instanceof ProfilePackageError) return error.message;
    throw error;
  }
}

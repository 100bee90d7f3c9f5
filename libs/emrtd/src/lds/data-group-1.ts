import { octets, sequence } from '@tegata/der';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { type Day, type Mrz, MrzError, parseMrz } from '../mrz/index.ts';
import { malformed, readFile } from '../reading.ts';

/** DG1 (ICAO 9303-10 section 4.7.1): the machine readable zone in one row, 72, 88 or 90 characters. */
const DataGroup1 = sequence(0x61, { mrz: octets(0x5f1f, 72, 90) });

/** A machine readable zone with both dates in full. */
export type ChipMrz = Mrz & { readonly birthDate: Day; readonly expiryDate: Day };

/**
 * The machine readable zone of a chip, with sound check digits and dates.
 *
 * @param at time of reading, for the centuries of its dates
 * @throws EmrtdRefusal `CHIP_FILE_MALFORMED`, `CHIP_MRZ_UNSOUND`
 */
export function readDataGroup1(file: Uint8Array, at: Date): ChipMrz {
  const { mrz: characters, extensions } = readFile('DG1', file, (octets) => DataGroup1.decode(octets));
  if (extensions) throw malformed('DG1', 'more than a machine readable zone');
  let mrz: Mrz;
  try {
    mrz = parseMrz(Buffer.from(characters).toString('latin1'), at);
  } catch (cause) {
    if (cause instanceof MrzError) throw malformed('DG1', cause.message, { cause });
    throw cause;
  }
  if (mrz.failedChecks.length > 0) {
    throw new EmrtdRefusal('CHIP_MRZ_UNSOUND', `check digits of DG1 do not fit: ${mrz.failedChecks.join(', ')}`);
  }
  const { birthDate, expiryDate } = mrz;
  if (!birthDate || !expiryDate) throw new EmrtdRefusal('CHIP_MRZ_UNSOUND', 'DG1 lacks a date');
  return { ...mrz, birthDate, expiryDate };
}

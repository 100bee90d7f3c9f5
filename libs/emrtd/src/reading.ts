import { DerError } from '@tegata/der';
import { EmrtdRefusal } from './emrtd-refusal.ts';

/** Largest EF.SOD and DG1 that is looked at, in octets. */
export const maximumFileOctets = 65_536;

/**
 * What `read` makes of the octets of a file.
 * @throws EmrtdRefusal `CHIP_FILE_MALFORMED` when they are larger than `maximum`, or no DER of the file
 */
export function readFile<T>(
  name: string,
  octets: Uint8Array,
  read: (octets: Uint8Array) => T,
  maximum = maximumFileOctets,
): T {
  if (octets.length > maximum) throw malformed(name, `larger than ${maximum} octets`);
  try {
    return read(octets);
  } catch (error) {
    if (error instanceof DerError) throw malformed(name, error.message, { cause: error });
    throw error;
  }
}

export const malformed = (name: string, what: string, options?: ErrorOptions): EmrtdRefusal =>
  new EmrtdRefusal('CHIP_FILE_MALFORMED', `${name}: ${what}`, options);

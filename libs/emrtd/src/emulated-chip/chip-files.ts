import { encodeInteger, encodeObjectIdentifier, encodeTlv } from '@tegata/der';
import { elementaryFiles } from '../chip-access/elementary-files.ts';
import { paceSuites } from '../chip-access/security-infos.ts';
import type { ChipFiles } from '../verify-chip.ts';

/** A way of doing PACE that a chip offers. */
export interface OfferedPace {
  readonly cipher: '3des' | 'aes-128' | 'aes-192' | 'aes-256';
  /** number of a curve in ICAO 9303-11 table 6 */
  readonly parameterId: number;
}

const ciphers: readonly OfferedPace['cipher'][] = ['aes-256', 'aes-192', 'aes-128', '3des'];
const oidOf = ({ cipher }: OfferedPace): string => paceSuites[ciphers.indexOf(cipher)]![0];

const whole = (value: number) => encodeTlv(0x02, encodeInteger(value));

/** Files by their identifiers. */
export type FileSystem = ReadonlyMap<number, Uint8Array>;

/** What is in the master file: how to get in, and how much can be read at once. */
export function masterFile(offered: readonly OfferedPace[], largest: number): FileSystem {
  const infos = offered.map((one) =>
    encodeTlv(0x30, encodeTlv(0x06, encodeObjectIdentifier(oidOf(one))), whole(2), whole(one.parameterId)),
  );
  const lengths = encodeTlv(0x7f66, whole(largest), whole(largest));
  return new Map([
    ...(offered.length > 0 ? ([[elementaryFiles.cardAccess.id, encodeTlv(0x31, ...infos)]] as const) : []),
    // Card service data and card capabilities come before the lengths, as they do in passports.
    [elementaryFiles.atrInfo.id, Buffer.concat([Buffer.from('430180470331b8c0', 'hex'), lengths])],
  ]);
}

/** What is in the application of the document: EF.COM lists the data groups that are there. */
export function documentFiles({ sod, dg1, dg2, dg14, dg15 }: ChipFiles): FileSystem {
  const text = (tag: number, value: string) => encodeTlv(tag, Buffer.from(value, 'latin1'));
  const present = Buffer.of(0x61, 0x75, ...(dg14 ? [0x6e] : []), ...(dg15 ? [0x6f] : []));
  const com = encodeTlv(0x60, text(0x5f01, '0107'), text(0x5f36, '040000'), encodeTlv(0x5c, present));
  return new Map([
    [elementaryFiles.com.id, com],
    [elementaryFiles.sod.id, sod],
    [elementaryFiles.dg1.id, dg1],
    [elementaryFiles.dg2.id, dg2],
    ...(dg14 ? ([[elementaryFiles.dg14.id, dg14]] as const) : []),
    ...(dg15 ? ([[elementaryFiles.dg15.id, dg15]] as const) : []),
  ]);
}

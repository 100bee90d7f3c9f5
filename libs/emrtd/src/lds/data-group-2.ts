import { choice, integer, octets, parseChildren, parseTlv, sequence, verbatim } from '@tegata/der';
import { EmrtdRefusal } from '../emrtd-refusal.ts';
import { malformed, readFile } from '../reading.ts';
import { type FacialImage, readFacialImage } from './facial-record.ts';

/** Largest DG2 that is looked at, in octets. */
const maximumOctets = 1_048_576;

/** A biometric data block, primitive or constructed, with a facial record in it (ICAO 9303-10 section 4.7.2). */
const BiometricDataBlock = choice({
  primitive: octets(0x5f2e),
  constructed: verbatim(0x7f2e),
});
const BiometricInformationTemplate = sequence(0x7f60, {
  /** format owner and type, dates: what the record itself says is taken */
  header: verbatim(0xa1),
  data: BiometricDataBlock,
});
/** The group of templates: their number, then as many of them. */
const BiometricInformationGroup = sequence(0x75, { templates: verbatim(0x7f61) });
const count = integer(0x02, 1, 9);

/**
 * The portrait of a chip: the first image of DG2.
 *
 * @throws EmrtdRefusal `CHIP_FILE_MALFORMED`, `CHIP_PORTRAIT_UNSUPPORTED`
 */
export function readDataGroup2(file: Uint8Array): FacialImage {
  const record = readFile('DG2', file, firstRecord, maximumOctets);
  return readFacialImage(record);
}

function firstRecord(file: Uint8Array): Uint8Array {
  const { templates, extensions } = BiometricInformationGroup.decode(file);
  if (extensions) throw malformed('DG2', 'more than a group of templates');
  const [number, first, ...others] = parseChildren(parseTlv(templates).value, 10);
  if (!number || !first || count.decode(number.raw) !== others.length + 1) {
    throw malformed('DG2', 'not as many portraits as it says');
  }
  const { data } = BiometricInformationTemplate.decode(first.raw);
  if (data.kind === 'primitive') return data.value;
  const [record] = parseChildren(parseTlv(data.value).value, 10);
  if (record?.tag === 0x5f2e) return record.value;
  throw new EmrtdRefusal('CHIP_PORTRAIT_UNSUPPORTED', 'DG2 has no facial record of ISO/IEC 19794-5:2005');
}

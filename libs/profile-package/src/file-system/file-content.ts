import type { FileControlParameters } from '../elements/file.ts';
import { ProfilePackageError } from '../profile-package-error.ts';
import type { DefaultContent } from '../templates/template-table.ts';
import type { FileBody } from './file-node.ts';

const ONES: DefaultContent = { prefix: new Uint8Array(0), filler: Uint8Array.of(0xff), suffix: new Uint8Array(0) };

/**
 * How the octets of a file look before content is written: the pattern of the element, else that of the template, else FF
 * (ETSI TS 102 222 section 6.3.2.2.2). Record files have the pattern in each record.
 *
 * @throws ProfilePackageError `BAD_FILE` for both patterns at once
 */
export function initialContent(
  size: number,
  recordLength: number,
  information: FileControlParameters['proprietaryEFInfo'],
  template: DefaultContent | undefined,
): Uint8Array {
  const pattern = patternOf(information) ?? template ?? ONES;
  const octets = new Uint8Array(size);
  if (recordLength === 0) fill(octets, pattern);
  else for (let at = 0; at < size; at += recordLength) fill(octets.subarray(at, at + recordLength), pattern);
  return octets;
}

function patternOf(information: FileControlParameters['proprietaryEFInfo']): DefaultContent | undefined {
  const { fillPattern, repeatPattern } = information ?? {};
  if (fillPattern !== undefined && repeatPattern !== undefined) {
    throw new ProfilePackageError('BAD_FILE', 'fillPattern and repeatPattern exclude each other');
  }
  if (repeatPattern !== undefined) return { ...ONES, filler: repeatPattern };
  if (fillPattern !== undefined) return { ...ONES, prefix: fillPattern, filler: fillPattern.subarray(-1) };
  return undefined;
}

/** Writes prefix, fillers and suffix into `place`; what does not fit is left out from the middle, then from the end. */
function fill(place: Uint8Array, { prefix, filler, suffix }: DefaultContent): void {
  for (let i = 0; i < place.length; i++) {
    const fromEnd = i - (place.length - suffix.length);
    if (i < prefix.length) place[i] = prefix[i] ?? 0;
    else if (fromEnd >= 0) place[i] = suffix[fromEnd] ?? 0;
    else place[i] = filler[(i - prefix.length) % filler.length] ?? 0;
  }
}

/** Writes pieces into a file the way fillFileOffset and fillFileContent say: each goes on where the last one ended. */
export class ContentWriter {
  private at = 0;

  constructor(
    private readonly body: FileBody,
    private readonly path: string,
  ) {}

  /** Leaves octets as they are. @throws ProfilePackageError `BAD_FILE` in a BER-TLV file, whose objects follow each other */
  skip(octets: number): void {
    if (this.body.structure === 'ber-tlv') {
      throw new ProfilePackageError('BAD_FILE', `${this.path}: an offset in a BER-TLV file`);
    }
    this.at += octets;
  }

  /** @throws ProfilePackageError `BAD_FILE` beyond the end of the file */
  write(content: Uint8Array): void {
    const end = this.at + content.length;
    if (end > this.body.maximumSize) {
      throw new ProfilePackageError('BAD_FILE', `${this.path}: content goes beyond the end of the file`);
    }
    if (end > this.body.octets.length) this.grow(end);
    this.body.octets.set(content, this.at);
    this.at = end;
  }

  /** Only BER-TLV files are shorter than they may be. */
  private grow(length: number): void {
    const octets = new Uint8Array(length);
    octets.set(this.body.octets);
    this.body.octets = octets;
  }
}

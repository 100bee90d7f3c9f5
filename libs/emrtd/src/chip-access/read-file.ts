import { DerError, findTlv, integer, octets, readHeader, sequence } from '@tegata/der';
import { type CardChannel, type CommandApdu, shortLengths, statusWordText } from './apdu.ts';
import { ChipAccessError } from './chip-access-error.ts';
import { type ElementaryFile, elementaryFiles, farOffset } from './elementary-files.ts';

/** Octets at the start of a file that tell how long it is. */
const headerOctets = 8;

/** How a file is read. */
export interface ReadingOptions {
  /** octets asked for in one command */
  readonly chunkOctets: number;
  /** told after each command */
  readonly onProgress?: ((name: string, read: number, total: number) => void) | undefined;
}

/** SELECT of an elementary file. @returns the status word */
async function selectFile(channel: CardChannel, { id }: ElementaryFile): Promise<number> {
  const data = Buffer.of(id >> 8, id & 0xff);
  const { statusWord } = await channel.send({ cla: 0, ins: 0xa4, p1: 0x02, p2: 0x0c, data });
  return statusWord;
}

/**
 * A file that every document has.
 * @throws ChipAccessError `CHIP_FILE_TOO_LARGE`, `CHIP_RESPONSE_UNEXPECTED`
 */
export async function readFileOf(
  channel: CardChannel,
  file: ElementaryFile,
  options: ReadingOptions,
): Promise<Uint8Array> {
  const statusWord = await selectFile(channel, file);
  if (statusWord !== 0x9000) throw unexpected(`does not select ${file.name}`, statusWord);
  return readSelectedFile(channel, file, options);
}

/**
 * A file that only some have. Those that do not refuse to select it in many ways.
 * @throws ChipAccessError as `readFileOf`, for a file that is there
 */
export async function readFileIfThere(
  channel: CardChannel,
  file: ElementaryFile,
  options: ReadingOptions,
): Promise<Uint8Array | undefined> {
  return (await selectFile(channel, file)) === 0x9000 ? readSelectedFile(channel, file, options) : undefined;
}

/** The file that is selected: one data object, whose length its first octets say. */
async function readSelectedFile(
  channel: CardChannel,
  { name, maximum }: ElementaryFile,
  { chunkOctets, onProgress }: ReadingOptions,
): Promise<Uint8Array> {
  const start = await readBinary(channel, name, 0, headerOctets);
  const total = fileLength(name, start);
  if (total > maximum) throw new ChipAccessError('CHIP_FILE_TOO_LARGE', `${name} has more than ${maximum} octets`);
  const chunks = [start.subarray(0, total)];
  for (let read = chunks[0]!.length; read < total; ) {
    const chunk = await readBinary(channel, name, read, Math.min(chunkOctets, total - read));
    chunks.push(chunk);
    read += chunk.length;
    onProgress?.(name, read, total);
  }
  return Buffer.concat(chunks);
}

function fileLength(name: string, start: Uint8Array): number {
  try {
    const { headerLength, length } = readHeader(start);
    return headerLength + length;
  } catch (cause) {
    if (cause instanceof DerError) throw unexpected(`has a ${name} without a length`, undefined, { cause });
    throw cause;
  }
}

const DiscretionaryData = octets(0x53);

/** READ BINARY of at least one octet and at most so many. */
async function readBinary(channel: CardChannel, name: string, offset: number, most: number): Promise<Uint8Array> {
  const far = offset >= farOffset;
  const { data, statusWord } = await channel.send(far ? farReading(offset, most) : nearReading(offset, most));
  // 6282: the file ends before that many octets, which the header at its start may ask for.
  if (statusWord !== 0x9000 && statusWord !== 0x6282) throw unexpected(`does not give ${name}`, statusWord);
  const read = far ? discretionaryData(name, data) : data;
  if (read.length === 0 || read.length > most) throw unexpected(`gives another part of ${name}`, statusWord);
  return read;
}

const nearReading = (offset: number, most: number): CommandApdu => ({
  ...{ cla: 0, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff },
  expected: most,
});

/** With the offset as a data object, which is how the answer comes, too (ISO/IEC 7816-4 section 11.3.3). */
const farReading = (offset: number, most: number): CommandApdu => ({
  ...{ cla: 0, ins: 0xb1, p1: 0, p2: 0 },
  data: Buffer.of(0x54, 3, offset >> 16, (offset >> 8) & 0xff, offset & 0xff),
  expected: most + (most < 0x80 ? 2 : most <= 0xff ? 3 : 4),
});

function discretionaryData(name: string, answer: Uint8Array): Uint8Array {
  try {
    return DiscretionaryData.decode(answer);
  } catch (cause) {
    if (cause instanceof DerError) throw unexpected(`gives ${name} in another form`, undefined, { cause });
    throw cause;
  }
}

/** Extended length information (ICAO 9303-10 section 3.11.3): most octets of command and response. */
const ExtendedLengths = sequence(0x7f66, { command: integer(0x02, 1, 0x1_0000), response: integer(0x02, 1, 0x1_0000) });

/**
 * Most octets of a response, as EF.ATR/INFO tells: a row of data objects. 256 where it does not, or is not there.
 * @throws ChipAccessError `CARD_REMOVED`
 */
export async function largestResponse(channel: CardChannel): Promise<number> {
  if ((await selectFile(channel, elementaryFiles.atrInfo)) !== 0x9000) return shortLengths.expected;
  const { data } = await channel.send({ cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: shortLengths.expected });
  try {
    const lengths = findTlv(data, 0x7f66);
    return lengths ? ExtendedLengths.decode(lengths.raw).response : shortLengths.expected;
  } catch (error) {
    if (error instanceof DerError) return shortLengths.expected;
    throw error;
  }
}

function unexpected(what: string, statusWord?: number, options?: ErrorOptions): ChipAccessError {
  const status = statusWord === undefined ? '' : `, status word ${statusWordText(statusWord)}`;
  return new ChipAccessError('CHIP_RESPONSE_UNEXPECTED', `the chip ${what}${status}`, options);
}

import { encodeHeader, encodeTlv } from '@tegata/der';
import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import type { ObjectTransfer } from '../card/logical-channel.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import type { AccessMode } from './access-rule.ts';
import { headerOf, objectsIn } from './ber-tlv.ts';
import { type CommandContext, done } from './card-session.ts';
import { elementaryFile } from './elementary-file.ts';

/** P2, bits 8 and 7: which block of the object; the next one with neither. */
const BLOCK_MASK = 0xc0;
const FIRST_BLOCK = 0x80;
const SAME_BLOCK = 0x40;
/** Octets of a block where the terminal does not say how many it takes. */
const BLOCK_OCTETS = 256;
const MAXIMUM_TAG_OCTETS = 3;
/** Stands for the list of the tags that are in the file, and is never one of them (ETSI TS 102 221 section 11.3.0). */
const TAG_LIST = 0x5c;

/**
 * RETRIEVE DATA (ETSI TS 102 221 section 11.3.1): an object of a BER-TLV file by its tag, or the list of tags, in blocks of as
 * many octets as the terminal takes.
 */
export function retrieveData(context: CommandContext, command: CommandApdu): ResponseApdu {
  const { channel } = context;
  const { expected = BLOCK_OCTETS } = command;
  const { path } = objectFile(context, command, 'read');
  let transfer: ObjectTransfer;
  if ((command.p2 & BLOCK_MASK) === FIRST_BLOCK) {
    const object = objectOrTags(objectsIn(context.profile.content(path)), tagOf(command.data));
    if (object === undefined) throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_NOT_FOUND);
    transfer = { direction: 'retrieve', file: path, octets: object, before: 0, done: 0 };
  } else {
    if (command.data.length > 0) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
    transfer = underWay(channel.transfer, 'retrieve', path);
  }
  const from = (command.p2 & BLOCK_MASK) === SAME_BLOCK ? transfer.before : transfer.done;
  const to = Math.min(from + expected, transfer.octets.length);
  // After the last block there is no next one; it can still be had again.
  if (from === transfer.octets.length) throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
  channel.transfer = { ...transfer, before: from, done: to };
  const statusWord = to < transfer.octets.length ? STATUS_WORD.MORE_DATA_AVAILABLE : STATUS_WORD.NORMAL;
  return { data: transfer.octets.subarray(from, to), statusWord };
}

function objectOrTags(objects: ReadonlyMap<number, Uint8Array>, tag: number): Uint8Array | undefined {
  if (tag !== TAG_LIST) return objects.get(tag);
  return encodeTlv(TAG_LIST, ...[...objects.keys()].map((each) => encodeHeader(each, 0).subarray(0, -1)));
}

/**
 * SET DATA (section 11.3.2): an object of a BER-TLV file, which takes the place of the one with the same tag when its last
 * block came. A tag alone removes the object. A block can be sent again, with other octets, before the next one is.
 */
export async function setData(context: CommandContext, command: CommandApdu): Promise<ResponseApdu> {
  const { channel, profile } = context;
  const { data, p2 } = command;
  const { path, file } = objectFile(context, command, 'update');
  if (data.length === 0) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  const before = octetsBefore(channel.transfer, path, p2);
  channel.transfer = undefined;
  const octets = Buffer.concat([before, data]);
  const objects = new Map(objectsIn(profile.content(path)));
  const header = headerOf(octets);
  if (header === undefined) {
    if (!objects.delete(storedTag(tagOf(octets)))) throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_NOT_FOUND);
  } else {
    const { valueAt, length } = header;
    const tag = storedTag(header.tag);
    if (octets.length - valueAt > length) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
    const other = [...objects]
      .filter(([existing]) => existing !== tag)
      .reduce((sum, [, { length: size }]) => sum + size, 0);
    const capacity = file.maximumSize ?? profile.content(path).length;
    if (other + valueAt + length > capacity) throw new StatusWordError(STATUS_WORD.NOT_ENOUGH_MEMORY);
    if (octets.length - valueAt < length) {
      channel.transfer = { direction: 'set', file: path, octets, before: before.length, done: octets.length };
      return { data: new Uint8Array(0), statusWord: STATUS_WORD.MORE_DATA_EXPECTED };
    }
    objects.set(tag, encodeTlv(tag, octets.subarray(valueAt)));
  }
  await profile.updateContent(path, Buffer.concat([...objects.values()]));
  return done();
}

/** What came of an object in the blocks before this one. */
function octetsBefore(transfer: ObjectTransfer | undefined, path: string, p2: number): Uint8Array {
  const block = p2 & BLOCK_MASK;
  if (block === FIRST_BLOCK) return new Uint8Array(0);
  const { octets, before } = underWay(transfer, 'set', path);
  return block === SAME_BLOCK ? octets.subarray(0, before) : octets;
}

function storedTag(tag: number): number {
  if (tag === TAG_LIST) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
  return tag;
}

function objectFile(context: CommandContext, { p1, p2 }: CommandApdu, mode: AccessMode) {
  if (p1 !== 0 || (p2 & 0x20) !== 0 || (p2 & BLOCK_MASK) === BLOCK_MASK) {
    throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  }
  const { transfer } = context.channel;
  const placed = elementaryFile(context, p2 & 0x1f, ['ber-tlv'], mode);
  context.channel.transfer = transfer;
  return placed;
}

/** The object that the blocks before belong to. */
function underWay(
  transfer: ObjectTransfer | undefined,
  direction: ObjectTransfer['direction'],
  path: string,
): ObjectTransfer {
  if (transfer?.direction !== direction || transfer.file !== path) {
    throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
  }
  return transfer;
}

/** The tag that `octets` are, and nothing else. */
function tagOf(octets: Uint8Array): number {
  const isTag =
    octets.length > 0 &&
    octets.length <= MAXIMUM_TAG_OCTETS &&
    headerOf(Buffer.concat([octets, Uint8Array.of(0)]))?.valueAt === octets.length + 1;
  if (!isTag) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
  return Buffer.from(octets).readUIntBE(0, octets.length);
}

/** STORE DATA as ES10 uses it (SGP.22 section 5.7.2, GlobalPlatform Card Specification section 11.11). */

const INS_STORE_DATA = 0xe2;
/** P1 of a block that others follow, and of the last one. */
const P1_MORE = 0x11;
const P1_LAST = 0x91;
/** Most octets of one block, as short APDUs carry them. */
export const MAXIMUM_BLOCK_OCTETS = 255;
/** Most blocks of one command: the block number is one octet. */
const MAXIMUM_BLOCKS = 256;

/**
 * The command APDUs that carry one ES10 command: CLA, INS, P1, P2, Lc, data, without Le: the answer waits for GET RESPONSE.
 *
 * @param channel logical channel that ISD-R is selected on, 0 to 19
 * @throws RangeError for a command of more than 65 280 octets
 */
export function storeDataCommands(command: Uint8Array, channel = 0, blockOctets = MAXIMUM_BLOCK_OCTETS): Uint8Array[] {
  const count = Math.max(1, Math.ceil(command.length / blockOctets));
  if (count > MAXIMUM_BLOCKS) throw new RangeError('command is too long for STORE DATA');
  return Array.from({ length: count }, (_, number) => {
    const block = command.subarray(number * blockOctets, (number + 1) * blockOctets);
    const p1 = number === count - 1 ? P1_LAST : P1_MORE;
    return Buffer.concat([
      Uint8Array.of(classOnChannel(0x80, channel), INS_STORE_DATA, p1, number, block.length),
      block,
    ]);
  });
}

/**
 * Class octet of a command on a logical channel (ETSI TS 102 221 section 10.1.1): two bits for channels 0 to 3, and from 4 on
 * bit 7 with four bits.
 *
 * @param type 00 or 80
 * @throws RangeError for a channel that there can't be
 */
export function classOnChannel(type: 0x00 | 0x80, channel: number): number {
  if (!Number.isInteger(channel) || channel < 0 || channel > 19) throw new RangeError('channels are 0 to 19');
  return channel < 4 ? type | channel : type | 0x40 | (channel - 4);
}

/** Puts the blocks of STORE DATA commands together again, on the card's side. */
export class StoreDataAssembly {
  #blocks: Uint8Array[] = [];

  /**
   * The command when this was its last block, undefined before. Block 0 starts anew, as after an interrupted command.
   *
   * @throws RangeError for P1, or a block number, that can't follow; what was collected is dropped
   */
  add(p1: number, p2: number, block: Uint8Array): Uint8Array | undefined {
    if (p2 === 0) this.#blocks = [];
    if ((p1 !== P1_MORE && p1 !== P1_LAST) || p2 !== this.#blocks.length) {
      this.#blocks = [];
      throw new RangeError('STORE DATA block out of order');
    }
    this.#blocks.push(Uint8Array.from(block));
    if (p1 === P1_MORE) return undefined;
    const command = Buffer.concat(this.#blocks);
    this.#blocks = [];
    return command;
  }
}

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
 * The command APDUs that carry one ES10 command: CLA, INS, P1, P2, Lc, data, Le 00.
 *
 * @param channel logical channel that ISD-R is selected on, 0 to 3
 * @throws RangeError for a command of more than 65 280 octets
 */
export function storeDataCommands(command: Uint8Array, channel = 0, blockOctets = MAXIMUM_BLOCK_OCTETS): Uint8Array[] {
  const count = Math.max(1, Math.ceil(command.length / blockOctets));
  if (count > MAXIMUM_BLOCKS) throw new RangeError('command is too long for STORE DATA');
  return Array.from({ length: count }, (_, number) => {
    const block = command.subarray(number * blockOctets, (number + 1) * blockOctets);
    const p1 = number === count - 1 ? P1_LAST : P1_MORE;
    return Buffer.concat([
      Uint8Array.of(0x80 | channel, INS_STORE_DATA, p1, number, block.length),
      block,
      Uint8Array.of(0x00),
    ]);
  });
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

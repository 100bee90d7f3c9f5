import type { CommandApdu, ResponseApdu } from './command-apdu.ts';
import { channelAt, type LogicalChannel, newChannel } from './logical-channel.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

const OPEN = 0x00;
const CLOSE = 0x80;
/** Channels that every terminal can address, and those of one that said it can address more (ETSI TS 102 221 section 10.1.1). */
const STANDARD_CHANNELS = 4;
const EXTENDED_CHANNELS = 20;
/** Octets of the number that an opened channel has. */
const NUMBER_OCTETS = 1;

/** The logical channels of a card: the basic one, which is always open, and those that were opened. */
export class LogicalChannels {
  private readonly channels = new Map<number, LogicalChannel>([[0, newChannel()]]);
  private most = STANDARD_CHANNELS;

  get(number: number): LogicalChannel | undefined {
    return this.channels.get(number);
  }

  /** As after a reset: the basic one alone, and four at most. */
  reset(): void {
    this.channels.clear();
    this.channels.set(0, newChannel());
    this.most = STANDARD_CHANNELS;
  }

  /** The terminal can address channels 4 to 19, too. */
  extend(): void {
    this.most = EXTENDED_CHANNELS;
  }

  /** Ends whatever was selected in the file system; a security domain stays selected, with the answer that waits. */
  leaveFileSystem(): void {
    for (const [number, channel] of [...this.channels]) {
      if (channel.securityDomain !== undefined) continue;
      if (number === 0) {
        this.channels.set(0, newChannel());
      } else {
        this.channels.delete(number);
      }
    }
  }

  /**
   * MANAGE CHANNEL (ETSI TS 102 221 section 11.1.17); the card chooses the number.
   *
   * @throws StatusWordError 6A86, 6881 for a channel that is not open, 6A81 when no more can be, 6C01 for a terminal that would
   *   not hear the number
   */
  manage(from: LogicalChannel, { channel, p1, p2, expected }: CommandApdu): ResponseApdu {
    if (p1 === CLOSE) {
      const closed = p2 === 0 ? channel : p2;
      if (closed === 0 || closed >= EXTENDED_CHANNELS) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
      if (!this.channels.delete(closed)) throw new StatusWordError(STATUS_WORD.CHANNEL_NOT_OPEN);
      return { data: new Uint8Array(0), statusWord: STATUS_WORD.NORMAL };
    }
    if (p1 !== OPEN || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
    if (expected === undefined) throw new StatusWordError(STATUS_WORD.WRONG_LE | NUMBER_OCTETS);
    for (let number = 1; number < this.most; number++) {
      if (this.channels.has(number)) continue;
      // From the basic channel a new one begins in the MF, from another where that one is.
      this.channels.set(number, channel === 0 ? newChannel() : channelAt(from));
      return { data: Uint8Array.of(number), statusWord: STATUS_WORD.NORMAL };
    }
    throw new StatusWordError(STATUS_WORD.FUNCTION_NOT_SUPPORTED);
  }
}

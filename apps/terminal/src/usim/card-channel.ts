import { TerminalError } from '../terminal-error.ts';

/** Sends one command APDU and returns the whole response, status word last. */
export type Transmit = (command: Uint8Array) => Promise<Uint8Array>;

/** What a card answered. */
export interface CardResponse {
  readonly data: Uint8Array;
  /** SW1 SW2. */
  readonly statusWord: number;
}

/** A command without its length fields. */
export interface CardCommand {
  readonly instruction: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** Octets of answer that are wanted, 1 to 256; none when absent. */
  readonly expected?: number;
}

const GET_RESPONSE = 0xc0;

/**
 * Commands to the basic channel of a card (ETSI TS 102 221 section 7.3): fetches what a response leaves waiting (61xx) and asks
 * again with the right length (6Cxx), as T=0 terminals do.
 */
export class CardChannel {
  constructor(private readonly transmit: Transmit) {}

  /** Sends a command and returns the answer, whatever its status word. */
  async send(command: CardCommand): Promise<CardResponse> {
    let response = await this.#exchange(command);
    if (response.statusWord >> 8 === 0x6c) {
      response = await this.#exchange({ ...command, expected: lengthOf(response.statusWord) });
    }
    const parts = [response.data];
    while (response.statusWord >> 8 === 0x61) {
      const expected = lengthOf(response.statusWord);
      response = await this.#exchange({ instruction: GET_RESPONSE, p1: 0, p2: 0, expected });
      parts.push(response.data);
    }
    return { data: Buffer.concat(parts), statusWord: response.statusWord };
  }

  /** The same for a command that has to succeed. CARD_REFUSED, and PIN_NEEDED where the card wants a PIN before. */
  async require(what: string, command: CardCommand): Promise<Uint8Array> {
    const { data, statusWord } = await this.send(command);
    if (statusWord === 0x9000) return data;
    if (statusWord === 0x6982) {
      throw new TerminalError('precondition', 'PIN_NEEDED', `The profile wants its PIN before it lets ${what}.`);
    }
    const word = statusWord.toString(16).toUpperCase();
    throw new TerminalError('internal', 'CARD_REFUSED', `The card did not let ${what} (status word ${word}).`);
  }

  async #exchange({ instruction, p1, p2, data, expected }: CardCommand): Promise<CardResponse> {
    const response = await this.transmit(
      Buffer.concat([
        Uint8Array.of(0x00, instruction, p1, p2),
        data === undefined ? new Uint8Array(0) : Buffer.concat([Uint8Array.of(data.length), data]),
        expected === undefined ? new Uint8Array(0) : Uint8Array.of(expected & 0xff),
      ]),
    );
    if (response.length < 2) {
      throw new TerminalError('internal', 'CARD_REFUSED', 'The card gave an answer without a status word.');
    }
    const statusWord = Buffer.from(response.subarray(-2)).readUInt16BE();
    return { data: response.subarray(0, -2), statusWord };
  }
}

function lengthOf(statusWord: number): number {
  return statusWord & 0xff || 0x100;
}

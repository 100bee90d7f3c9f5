import { classOnChannel, ISD_R_AID, storeDataCommands } from '@tegata/rsp';
import { LpaError } from './lpa-error.ts';

/** Sends one command APDU of 4 to 261 octets to a card and returns the whole response, status word last. */
export type Transmit = (command: Uint8Array) => Promise<Uint8Array>;

/** How commands travel to a card (ISO/IEC 7816-3). */
export type TransmissionProtocol = 'T=0' | 'T=1';

const GET_RESPONSE = 0xc0;
/** Channels 4 to 19 can be addressed; local user interface, profile download and discovery are in the terminal. */
const TERMINAL_CAPABILITY = Buffer.from('80AA000007A9058100830107', 'hex');

/** An ISD-R that takes scripts. */
export interface IsdR {
  /**
   * One script of STORE DATA commands: a function of ES10, or a piece of a bound profile package. Answers what the last
   * command was answered with, empty for most pieces.
   *
   * @throws LpaError EUICC_COMMAND_REFUSED for a status word that is not of success, and for a script that is too long
   */
  execute(script: Uint8Array): Promise<Uint8Array>;
}

interface CardAnswer {
  readonly data: Uint8Array;
  /** SW1 SW2 */
  readonly statusWord: number;
}

/**
 * A logical channel of a card on which the ISD-R is selected (SGP.22 section 5.7.1). In T=0 commands with data have no Le, and
 * answers are fetched by GET RESPONSE; in T=1 they ask for the answer at once, since without Le there need not be any.
 */
export class IsdRChannel implements IsdR {
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly transmit: Transmit,
    private readonly channel: number,
  ) {}

  /**
   * Opens a channel and selects the ISD-R.
   *
   * @throws LpaError ISD_R_NOT_FOUND when the card has no channel to give, or no ISD-R: it is no eUICC, or one for machines
   */
  static async open(link: Transmit, protocol: TransmissionProtocol = 'T=0'): Promise<IsdRChannel> {
    const transmit: Transmit =
      protocol === 'T=0' ? link : (command) => link(hasDataOnly(command) ? withLe(command, 0) : command);
    // A card that does not know the command does not need it either.
    await exchange(transmit, 0, TERMINAL_CAPABILITY);
    const opened = await exchange(transmit, 0, Uint8Array.of(0x00, 0x70, 0x00, 0x00, 0x01));
    const [number] = opened.data;
    if (!isDone(opened) || number === undefined || number < 1 || number > 19) {
      throw new LpaError('ISD_R_NOT_FOUND', `The card opened no channel (status word ${text(opened)}).`);
    }
    const isdR = new IsdRChannel(transmit, number);
    const header = Uint8Array.of(classOnChannel(0x00, number), 0xa4, 0x04, 0x00, ISD_R_AID.length);
    const selected = await exchange(transmit, number, Buffer.concat([header, ISD_R_AID]));
    if (isDone(selected)) return isdR;
    await isdR.close();
    throw new LpaError('ISD_R_NOT_FOUND', `The card has no ISD-R (status word ${text(selected)}).`);
  }

  /** A script begins when those before it have ended: their commands would be taken for one. */
  execute(script: Uint8Array): Promise<Uint8Array> {
    const answer = this.#last.then(() => this.#execute(script));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #execute(script: Uint8Array): Promise<Uint8Array> {
    let answer: CardAnswer | undefined;
    for (const command of commandsOf(script, this.channel)) {
      answer = await exchange(this.transmit, this.channel, command);
      if (!isDone(answer)) {
        throw new LpaError('EUICC_COMMAND_REFUSED', `The eUICC refused a command (status word ${text(answer)}).`);
      }
    }
    return answer?.data ?? new Uint8Array(0);
  }

  /** Gives the channel back. */
  async close(): Promise<void> {
    await exchange(this.transmit, 0, Uint8Array.of(0x00, 0x70, 0x80, this.channel));
  }
}

/** Sends a command, again with the right Le where the card says so, and fetches what waits. */
async function exchange(transmit: Transmit, channel: number, command: Uint8Array): Promise<CardAnswer> {
  let answer = read(await transmit(command));
  if (answer.statusWord >> 8 === 0x6c) {
    const asked = hasDataOnly(command) ? command : command.subarray(0, 4);
    answer = read(await transmit(withLe(asked, answer.statusWord & 0xff)));
  }
  const parts = [answer.data];
  while (answer.statusWord >> 8 === 0x61) {
    const length = answer.statusWord & 0xff;
    answer = read(await transmit(Uint8Array.of(classOnChannel(0x00, channel), GET_RESPONSE, 0x00, 0x00, length)));
    // A card that has more and gives nothing would be asked for ever.
    if (answer.data.length === 0 && answer.statusWord >> 8 === 0x61) {
      throw new LpaError('EUICC_ANSWER_MALFORMED', 'The card promises an answer and does not give it.');
    }
    parts.push(answer.data);
  }
  return { data: Buffer.concat(parts), statusWord: answer.statusWord };
}

/** The commands of a script. What goes into one may come from a server, and be longer than STORE DATA has numbers for. */
function commandsOf(script: Uint8Array, channel: number): Uint8Array[] {
  try {
    return storeDataCommands(script, channel);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = `No eUICC takes a command of ${script.length} octets.`;
    throw new LpaError('EUICC_COMMAND_REFUSED', message, { cause });
  }
}

/** A command with data and without Le. */
function hasDataOnly(command: Uint8Array): boolean {
  const [, , , , lc = 0] = command;
  return lc > 0 && command.length === 5 + lc;
}

function withLe(command: Uint8Array, le: number): Uint8Array {
  return Buffer.concat([command, Uint8Array.of(le)]);
}

function read(response: Uint8Array): CardAnswer {
  if (response.length < 2) {
    throw new LpaError('EUICC_ANSWER_MALFORMED', 'The card gave an answer without a status word.');
  }
  const statusWord = Buffer.from(response.subarray(-2)).readUInt16BE();
  return { data: response.subarray(0, -2), statusWord };
}

/** 9000, or 91XX: a proactive command waits for whoever serves the card's toolkit. */
function isDone({ statusWord }: CardAnswer): boolean {
  return statusWord === 0x9000 || statusWord >> 8 === 0x91;
}

function text({ statusWord }: CardAnswer): string {
  return statusWord.toString(16).toUpperCase().padStart(4, '0');
}

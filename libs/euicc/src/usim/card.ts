import type { StoredProfile } from '../profile/stored-profile.ts';
import { authenticate } from './authenticate.ts';
import { readBinary, updateBinary } from './binary.ts';
import { type CommandHandler, done, type LogicalChannel, newChannel } from './card-session.ts';
import { type CommandApdu, encodeResponse, parseCommand, type ResponseApdu } from './command-apdu.ts';
import { changePin, disablePin, enablePin, unblockPin, verifyPin } from './pin-commands.ts';
import { readRecord, updateRecord } from './record.ts';
import { select } from './select.ts';
import { status } from './status.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

/** Commands to the file system and the applications, by class and instruction. */
const HANDLERS: ReadonlyMap<number, CommandHandler> = new Map<number, CommandHandler>([
  [0x00_20, verifyPin],
  [0x00_24, changePin],
  [0x00_26, disablePin],
  [0x00_28, enablePin],
  [0x00_2c, unblockPin],
  [0x00_88, authenticate],
  [0x00_a4, select],
  [0x00_b0, readBinary],
  [0x00_b2, readRecord],
  [0x00_d6, updateBinary],
  [0x00_dc, updateRecord],
  [0x80_f2, status],
]);
const MANAGE_CHANNEL = 0x00_70;
const GET_RESPONSE = 0x00_c0;
const SELECT = 0x00_a4;

/** Channels that can be open at once, the basic one included. */
const CHANNELS = 4;

/**
 * Answer to reset: T=0; class C and no clock stop in TA, eUICC functions in TB after T=15; SELECT by full and partial name,
 * four channels assigned by the card; the name in the pre-issuing data; check octet.
 */
const ATR_WITHOUT_CHECK = Buffer.concat([
  Buffer.from('3B9F96803FC7828031E073FE211367', 'hex'),
  Buffer.from('TEGATA1', 'latin1'),
]);

/**
 * The card as a modem sees it: command APDUs of ETSI TS 102 221 and 3GPP TS 31.102 to the enabled profile.
 *
 * What has happened since the reset (selected files, open channels, verified PINs) is volatile; everything else is in the
 * memory before a command is answered.
 */
export class Card {
  private profile: StoredProfile | undefined;
  private readonly channels = new Map<number, LogicalChannel>([[0, newChannel()]]);
  private readonly verified = new Set<string>();

  /** Puts a profile (or none) in the place of the one before, which resets the card. */
  insert(profile: StoredProfile | undefined): void {
    this.profile = profile;
    this.reset();
  }

  /** Resets the card and returns the answer to reset (ISO/IEC 7816-3 section 8.2). */
  reset(): Uint8Array {
    this.channels.clear();
    this.channels.set(0, newChannel());
    this.verified.clear();
    const check = ATR_WITHOUT_CHECK.subarray(1).reduce((sum, octet) => sum ^ octet, 0);
    return Buffer.concat([ATR_WITHOUT_CHECK, Uint8Array.of(check)]);
  }

  /**
   * Answers a command APDU of 4 to 261 octets: data, then status word. Never throws for what the terminal sent.
   *
   * @throws MemoryError when the memory fails; the outcome of the command is then unknown
   */
  async transmit(octets: Uint8Array): Promise<Uint8Array> {
    try {
      const command = parseCommand(octets);
      const channel = this.channels.get(command.channel);
      if (channel === undefined) throw new StatusWordError(STATUS_WORD.CHANNEL_NOT_OPEN);
      return fit(channel, command, await this.process(channel, command));
    } catch (error) {
      if (error instanceof StatusWordError) return encodeResponse(new Uint8Array(0), error.statusWord);
      throw error;
    }
  }

  private process(channel: LogicalChannel, command: CommandApdu): Promise<ResponseApdu> | ResponseApdu {
    const code = command.class * 0x100 + command.instruction;
    if (code === GET_RESPONSE) return waitingResponse(channel, command);
    channel.waiting = undefined;
    if (code === MANAGE_CHANNEL) return this.manageChannel(channel, command);
    const handler = HANDLERS.get(code);
    if (handler === undefined) throw new StatusWordError(STATUS_WORD.INSTRUCTION_NOT_SUPPORTED);
    if (this.profile === undefined) {
      throw new StatusWordError(code === SELECT ? STATUS_WORD.FILE_NOT_FOUND : STATUS_WORD.CONDITIONS_NOT_SATISFIED);
    }
    return handler({ profile: this.profile, channel, verified: this.verified }, command);
  }

  /** MANAGE CHANNEL (ETSI TS 102 221 section 11.1.17); the card chooses the number. */
  private manageChannel(from: LogicalChannel, { channel, p1, p2 }: CommandApdu): ResponseApdu {
    if (p1 === 0x80) {
      const closed = p2 === 0 ? channel : p2;
      if (closed === 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
      if (!this.channels.delete(closed)) throw new StatusWordError(STATUS_WORD.CHANNEL_NOT_OPEN);
      return done();
    }
    if (p1 !== 0 || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
    for (let number = 1; number < CHANNELS; number++) {
      if (this.channels.has(number)) continue;
      // From the basic channel a new one begins in the MF, from another where that one is.
      this.channels.set(number, channel === 0 ? newChannel() : { ...from });
      return done(Uint8Array.of(number));
    }
    throw new StatusWordError(STATUS_WORD.FUNCTION_NOT_SUPPORTED);
  }
}

function waitingResponse(channel: LogicalChannel, { p1, p2, expected }: CommandApdu): ResponseApdu {
  const { waiting } = channel;
  if (p1 !== 0 || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
  if (waiting === undefined) throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
  if (expected === undefined) throw new StatusWordError(STATUS_WORD.WRONG_LENGTH);
  if (expected > waiting.length && expected !== 256) throw new StatusWordError(STATUS_WORD.WRONG_LE | waiting.length);
  channel.waiting = undefined;
  return done(waiting);
}

/**
 * Fits an answer to what the terminal takes: without Le, or with too small a one, the rest waits for GET RESPONSE, where
 * the command had data (that is how T=0 works, too); where it had none, the terminal is told the right Le.
 */
function fit(channel: LogicalChannel, command: CommandApdu, { data, statusWord }: ResponseApdu): Uint8Array {
  const taken = command.expected ?? 0;
  if (data.length <= taken || data.length === 0) return encodeResponse(data, statusWord);
  if (command.data.length === 0 && command.instruction !== 0xc0) {
    return encodeResponse(new Uint8Array(0), STATUS_WORD.WRONG_LE | (data.length & 0xff));
  }
  channel.waiting = data.subarray(taken);
  return encodeResponse(data.subarray(0, taken), STATUS_WORD.RESPONSE_WAITING | (channel.waiting.length & 0xff));
}

/**
 * Messages between a program and pcscd on its local socket, as libpcsclite sends them (`winscard_msg.h` of pcsc-lite, protocol
 * version 4): structures of C in the order of this machine's octets, which is the little end first on every machine that Node
 * runs on but one.
 */

/** Commands, by their numbers. */
export const pcscdCommands = {
  establishContext: 0x01,
  connect: 0x04,
  reconnect: 0x05,
  disconnect: 0x06,
  transmit: 0x09,
  version: 0x11,
  getReadersState: 0x12,
  waitReaderStateChange: 0x13,
} as const;
export type PcscdCommand = (typeof pcscdCommands)[keyof typeof pcscdCommands];

export const protocolVersion = { major: 4, minor: 4 } as const;
/** The protocol changed its structures with this number; older and newer minor versions are alike in what is used here. */
export const oldestMinor = 3;

/** How a card is shared, and what becomes of it when it is connected anew or let go. */
export const exclusive = 1;
export const resetCard = 1;
export const scopeSystem = 2;
/** Protocols of cards, as bits. */
export const cardProtocols = { t0: 1, t1: 2 } as const;

const readerNameOctets = 128;
const atrOctets = 33;
/** The octets of the ATR are followed by three that only fill up. */
const readerStateOctets = readerNameOctets + 3 * 4 + 36 + 2 * 4;
const readersMaximum = 16;
/** State of a reader: bit of a card that is there. */
const cardPresent = 0x04;

/** Octets of the answers that have one length. */
export const answerOctets = {
  version: 12,
  establishContext: 12,
  connect: 4 + readerNameOctets + 5 * 4,
  reconnect: 6 * 4,
  disconnect: 12,
  transmit: 8 * 4,
  stateChange: 8,
  readersState: readersMaximum * readerStateOctets,
} as const;

/** Largest answer of a card with extended lengths, as pcscd has it. */
export const longestAnswer = 65_548;

export interface ReaderState {
  readonly name: string;
  readonly cardPresent: boolean;
  /** Empty without a card. */
  readonly atr: Uint8Array;
}

const words = (...values: readonly number[]): Buffer => {
  const octets = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) octets.writeUInt32LE(value, 4 * at);
  return octets;
};

/** A command with its header: octets of the body, and the number of the command. */
export const pcscdMessage = (command: PcscdCommand, body: Uint8Array = new Uint8Array()): Uint8Array =>
  Buffer.concat([words(body.length, command), body]);

export const versionBody = (): Uint8Array => words(protocolVersion.major, protocolVersion.minor, 0);
export const establishBody = (): Uint8Array => words(scopeSystem, 0, 0);
export const disconnectBody = (card: number): Uint8Array => words(card, resetCard, 0);

export function connectBody(context: number, reader: string): Uint8Array {
  const name = Buffer.alloc(readerNameOctets);
  name.write(reader, 0, readerNameOctets - 1, 'utf8');
  return Buffer.concat([words(context), name, words(exclusive, cardProtocols.t0 | cardProtocols.t1, 0, 0, 0)]);
}

/** Resets a card that was taken. */
export const resetBody = (card: number): Uint8Array =>
  words(card, exclusive, cardProtocols.t0 | cardProtocols.t1, resetCard, 0, 0);

/** The structure before a command; the octets of the command follow it. */
export const transmitBody = (card: number, protocol: number, length: number): Uint8Array =>
  words(card, protocol, 8, length, protocol, 8, longestAnswer, 0);

const word = (octets: Uint8Array, at: number): number => Buffer.from(octets).readUInt32LE(4 * at);

export const readVersion = (octets: Uint8Array) => ({
  major: word(octets, 0),
  minor: word(octets, 1),
  returnValue: word(octets, 2),
});
export const readContext = (octets: Uint8Array) => ({ context: word(octets, 1), returnValue: word(octets, 2) });
export function readConnected(octets: Uint8Array) {
  const rest = octets.subarray(4 + readerNameOctets);
  return { card: word(rest, 2), protocol: word(rest, 3), returnValue: word(rest, 4) };
}
export const readReset = (octets: Uint8Array) => ({ protocol: word(octets, 4), returnValue: word(octets, 5) });
export const readTransmitted = (octets: Uint8Array) => ({ length: word(octets, 6), returnValue: word(octets, 7) });

/** The readers there are. */
export function readReaderStates(octets: Uint8Array): readonly ReaderState[] {
  return Array.from({ length: readersMaximum }, (_, at) => octets.subarray(at * readerStateOctets)).flatMap((state) => {
    const end = state.indexOf(0);
    const name = Buffer.from(state.subarray(0, Math.min(end, readerNameOctets))).toString('utf8');
    if (name === '') return [];
    const rest = state.subarray(readerNameOctets);
    const atr = Uint8Array.from(rest.subarray(3 * 4, 3 * 4 + Math.min(word(rest, 12), atrOctets)));
    return [{ name, cardPresent: (word(rest, 1) & cardPresent) !== 0, atr }];
  });
}

import { ChipAccessError } from './chip-access-error.ts';

/** A command of ISO/IEC 7816-4. */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** at most 65 535 octets */
  readonly data?: Uint8Array | undefined;
  /** octets that are taken, 1..65 536; absent when none are expected */
  readonly expected?: number | undefined;
}

export interface ResponseApdu {
  readonly data: Uint8Array;
  readonly statusWord: number;
}

/** Where a chip is: in a reader, or in this process. */
export interface CardTransport {
  /**
   * The answer to a command, data and status word.
   * @throws ChipAccessError `CARD_REMOVED`
   */
  transmit(command: Uint8Array): Promise<Uint8Array>;
}

/** What commands go through: in the open, or protected. */
export interface CardChannel {
  /** @throws ChipAccessError */
  send(command: CommandApdu): Promise<ResponseApdu>;
}

/** Commands in the open. */
export const openChannel = (transport: CardTransport): CardChannel => ({
  async send(command) {
    return parseResponse(await transport.transmit(encodeCommand(command)));
  },
});

/** Most octets with lengths of one octet. */
export const shortLengths = { data: 255, expected: 256 } as const;

/** The octets of a command, with extended lengths only where short ones do not suffice (ISO/IEC 7816-3 section 12.1.3). */
export function encodeCommand({ cla, ins, p1, p2, data = new Uint8Array(0), expected }: CommandApdu): Uint8Array {
  const header = Buffer.of(cla, ins, p1, p2);
  const extended = data.length > shortLengths.data || (expected ?? 0) > shortLengths.expected;
  const length = (value: number) => (extended ? Buffer.of((value >> 8) & 0xff, value & 0xff) : Buffer.of(value & 0xff));
  return Buffer.concat([
    header,
    ...(extended ? [Buffer.of(0)] : []),
    ...(data.length > 0 ? [length(data.length), data] : []),
    ...(expected === undefined ? [] : [length(expected)]),
  ]);
}

/**
 * Takes a command apart.
 * @returns undefined for lengths that contradict each other
 */
export function parseCommand(octets: Uint8Array): CommandApdu | undefined {
  const [cla, ins, p1, p2, first, ...rest] = octets;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const header = { cla, ins, p1, p2 };
  if (first === undefined) return header;
  if (rest.length === 0) return { ...header, expected: first || shortLengths.expected };
  const body = octets.subarray(4);
  if (first !== 0) return withBody(header, body.subarray(1), first, 1);
  const length = body.length >= 3 ? body[1]! * 0x100 + body[2]! : 0;
  if (body.length === 3) return { ...header, expected: length || 0x1_0000 };
  return length === 0 ? undefined : withBody(header, body.subarray(3), length, 2);
}

function withBody(
  header: Pick<CommandApdu, 'cla' | 'ins' | 'p1' | 'p2'>,
  body: Uint8Array,
  length: number,
  lengthOctets: 1 | 2,
): CommandApdu | undefined {
  const data = body.subarray(0, length);
  const rest = body.subarray(length);
  if (data.length < length || (rest.length !== 0 && rest.length !== lengthOctets)) return undefined;
  if (rest.length === 0) return { ...header, data };
  const expected = Buffer.from(rest).readUIntBE(0, lengthOctets);
  return { ...header, data, expected: expected || 0x100 ** lengthOctets };
}

/** @throws ChipAccessError `CHIP_RESPONSE_UNEXPECTED` for less than a status word */
export function parseResponse(octets: Uint8Array): ResponseApdu {
  const [high, low] = octets.subarray(-2);
  if (high === undefined || low === undefined) {
    throw new ChipAccessError('CHIP_RESPONSE_UNEXPECTED', 'the chip answered without a status word');
  }
  return { data: octets.subarray(0, -2), statusWord: high * 0x100 + low };
}

export const encodeResponse = ({ data, statusWord }: ResponseApdu): Uint8Array =>
  Buffer.concat([data, Buffer.of(statusWord >> 8, statusWord & 0xff)]);

export const statusWordText = (statusWord: number): string => statusWord.toString(16).toUpperCase().padStart(4, '0');

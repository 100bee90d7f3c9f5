import { timingSafeEqual } from 'node:crypto';
import { DerError, encodeTlv, parseChildren, type Tlv } from '@tegata/der';
import {
  type CardChannel,
  type CardTransport,
  type CommandApdu,
  encodeCommand,
  parseResponse,
  type ResponseApdu,
  shortLengths,
} from './apdu.ts';
import { ChipAccessError } from './chip-access-error.ts';
import { type CipherSuite, pad, unpad } from './cipher-suite.ts';

/** Data objects of secure messaging (ICAO 9303-11 section 9.8.4). */
export const tags = {
  /** cryptogram behind a padding indicator, for commands with an even instruction */
  paddedCryptogram: 0x87,
  /** cryptogram alone, for those with an odd one */
  cryptogram: 0x85,
  expected: 0x97,
  statusWord: 0x99,
  mac: 0x8e,
} as const;

/** Class of a command under secure messaging whose header is authenticated. */
const secured = 0x0c;

/** Keys that both sides have after an authentication. */
export interface SessionKeys {
  readonly suite: CipherSuite;
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
  /** send sequence counter at the start: one block of the cipher */
  readonly counter: Uint8Array;
}

/** What both sides do: count messages, encrypt and authenticate them. */
export class MessagingState {
  private readonly counter: Uint8Array;

  constructor(private readonly keys: SessionKeys) {
    this.counter = Uint8Array.from(keys.counter);
  }

  /** Each message, either way, has a number of its own (section 9.8.3). */
  next(): void {
    for (let at = this.counter.length - 1; at >= 0; at--) {
      this.counter[at] = (this.counter[at]! + 1) & 0xff;
      if (this.counter[at] !== 0) return;
    }
  }

  encrypted(ins: number, data: Uint8Array): Uint8Array {
    const { suite, encryption } = this.keys;
    const iv = suite.initialisationVector(encryption, this.counter);
    const cryptogram = suite.encrypt(encryption, iv, pad(data, suite.blockOctets));
    return isOdd(ins)
      ? encodeTlv(tags.cryptogram, cryptogram)
      : encodeTlv(tags.paddedCryptogram, Buffer.of(1), cryptogram);
  }

  /** @returns undefined for what is no cryptogram of this cipher */
  decrypted({ tag, value }: Tlv): Uint8Array | undefined {
    const { suite, encryption } = this.keys;
    if (tag === tags.paddedCryptogram && value[0] !== 1) return undefined;
    const cryptogram = tag === tags.paddedCryptogram ? value.subarray(1) : value;
    if (cryptogram.length === 0 || cryptogram.length % suite.blockOctets !== 0) return undefined;
    const iv = suite.initialisationVector(encryption, this.counter);
    return unpad(suite.decrypt(encryption, iv, cryptogram));
  }

  /** MAC over the number of the message, its padded header if it has one, and its data objects. */
  mac(header: Uint8Array | undefined, objects: readonly Uint8Array[]): Uint8Array {
    const { suite, mac } = this.keys;
    const start = header ? [pad(header, suite.blockOctets)] : [];
    return suite.messagingMac(mac, Buffer.concat([this.counter, ...start, ...objects]));
  }

  macHolds(header: Uint8Array | undefined, objects: readonly Uint8Array[], received: Uint8Array): boolean {
    const computed = this.mac(header, objects);
    return computed.length === received.length && timingSafeEqual(computed, received);
  }
}

/**
 * Commands to a chip that nobody between can read or change (ICAO 9303-11 section 9.8). Once an answer was not the chip's,
 * nothing more is sent.
 */
export class SecureMessaging implements CardChannel {
  private readonly state: MessagingState;
  private ended = false;

  constructor(
    private readonly transport: CardTransport,
    keys: SessionKeys,
  ) {
    this.state = new MessagingState(keys);
  }

  async send(command: CommandApdu): Promise<ResponseApdu> {
    if (this.ended) throw altered('the protected session has ended');
    try {
      const { octets, ins } = this.protect(command);
      return this.unprotect(ins, parseResponse(await this.transport.transmit(octets)));
    } catch (error) {
      this.ended = true;
      throw error;
    }
  }

  private protect({ cla, ins, p1, p2, data, expected }: CommandApdu) {
    this.state.next();
    const header = Buffer.of(cla | secured, ins, p1, p2);
    const objects: Uint8Array[] = [];
    if (data && data.length > 0) objects.push(this.state.encrypted(ins, data));
    if (expected !== undefined) objects.push(encodeTlv(tags.expected, expectedOctets(expected)));
    const mac = encodeTlv(tags.mac, this.state.mac(header, objects));
    const body = Buffer.concat([...objects, mac]);
    const extended = body.length > shortLengths.data || (expected ?? 0) > shortLengths.expected;
    const octets = encodeCommand({
      ...{ cla: cla | secured, ins, p1, p2, data: body },
      expected: extended ? 0x1_0000 : shortLengths.expected,
    });
    return { octets, ins };
  }

  /** @throws ChipAccessError `CHIP_RESPONSE_ALTERED` */
  private unprotect(ins: number, { data, statusWord }: ResponseApdu): ResponseApdu {
    this.state.next();
    const objects = dataObjects(data);
    const mac = objects.at(-1);
    const status = objects.at(-2);
    if (mac?.tag !== tags.mac || status?.tag !== tags.statusWord || status.value.length !== 2 || objects.length > 3) {
      throw altered(`the chip answered without protection, status word ${statusWord.toString(16)}`);
    }
    const authenticated = objects.slice(0, -1).map(({ raw }) => raw);
    if (!this.state.macHolds(undefined, authenticated, mac.value)) throw altered('the MAC of an answer is wrong');
    if (Buffer.from(status.value).readUInt16BE() !== statusWord) throw altered('an answer has two status words');
    const [cryptogram] = objects.slice(0, -2);
    if (!cryptogram) return { data: new Uint8Array(0), statusWord };
    const kind = isOdd(ins) ? tags.cryptogram : tags.paddedCryptogram;
    const plaintext = cryptogram.tag === kind ? this.state.decrypted(cryptogram) : undefined;
    if (!plaintext) throw altered('an answer can not be decrypted');
    return { data: plaintext, statusWord };
  }
}

export const isOdd = (ins: number): boolean => (ins & 1) === 1;

const expectedOctets = (expected: number): Uint8Array =>
  expected > shortLengths.expected ? Buffer.of((expected >> 8) & 0xff, expected & 0xff) : Buffer.of(expected & 0xff);

function dataObjects(octets: Uint8Array): readonly Tlv[] {
  try {
    return parseChildren(octets, 4);
  } catch (cause) {
    if (cause instanceof DerError) throw altered('an answer is no series of data objects', { cause });
    throw cause;
  }
}

const altered = (what: string, options?: ErrorOptions): ChipAccessError =>
  new ChipAccessError('CHIP_RESPONSE_ALTERED', what, options);

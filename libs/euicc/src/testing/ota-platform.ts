import { fromHex, storeDataCommands, toHex, UpdateMetadataRequest } from '@tegata/rsp';
import type { Euicc } from '../euicc.ts';
import { encodeCommandPacket } from '../secured-packet/command-packet.ts';
import type { PacketKey } from '../secured-packet/packet-key.ts';
import { openResponsePacket, type ResponsePacket, UNSECURED } from '../secured-packet/response-packet.ts';
import type { PacketKeys } from '../secured-packet/sealing.ts';
import { parseSecurityParameters } from '../secured-packet/security-parameters.ts';
import { concatenationElement } from '../sms-pp/concatenation.ts';
import { encodeSmsPpDownload } from '../sms-pp/envelope.ts';
import { encodeSmsDeliver, type InformationElement, USER_DATA_OCTETS } from '../sms-pp/short-message.ts';
import { lengthOf, transmit } from './modem.ts';

/** The number that the messages come from: 12345678. */
const ORIGINATOR = fromHex('088121436587');
const COMMAND_PACKET: InformationElement = { identifier: 0x70, data: new Uint8Array(0) };
/** Octets of a packet in one message, and in each of several. */
const ALONE = USER_DATA_OCTETS - 3;
const IN_PARTS = USER_DATA_OCTETS - 8;

/** A key set as both sides have it. */
export interface OtaKeySet {
  /** KIc and KID: version and algorithm */
  readonly octet: number;
  readonly keys: Required<PacketKeys>;
}

/** Keys of AES, for a key set of this version. */
export function aesKeySet(version: number, ciphering: Uint8Array, integrity: Uint8Array): OtaKeySet {
  const key = (value: Uint8Array): PacketKey => ({ algorithm: 'aes', value, checksumOctets: 8 });
  return { octet: (version << 4) | 0x02, keys: { ciphering: key(ciphering), integrity: key(integrity) } };
}

/** Keys of triple DES with two keys. */
export function tripleDesKeySet(version: number, ciphering: Uint8Array, integrity: Uint8Array): OtaKeySet {
  const key = (value: Uint8Array): PacketKey => ({ algorithm: 'triple-des-2', value, checksumOctets: 8 });
  return { octet: (version << 4) | 0x05, keys: { ciphering: key(ciphering), integrity: key(integrity) } };
}

/** What is asked of one command packet. */
export interface OtaCommand {
  /** six hexadecimal digits */
  readonly tar: string;
  /** commands, as hexadecimal digits; blanks are for the reader */
  readonly script: string;
  /** SPI, four hexadecimal digits; by default ciphered, with checksum and a counter that has to be higher, and a response secured likewise */
  readonly spi?: string;
  /** by default one more than that of the packet before */
  readonly counter?: number;
}

/** What came of a packet: the last status word of the terminal, and the response packet if there was one. */
export interface OtaOutcome {
  readonly sw: string;
  readonly response: ResponsePacket | undefined;
}

/** The OTA platform of an operator, and the terminal that its messages come by. */
export class OtaPlatform {
  private counter = 0;
  private reference = 0;

  constructor(private readonly keySet: OtaKeySet) {}

  /** The card commands by which a packet comes. */
  envelopes({ tar, script, spi = '1619', counter }: OtaCommand): string[] {
    this.counter = counter ?? this.counter + 1;
    const [first = 0, second = 0] = fromHex(spi);
    const packet = encodeCommandPacket(
      {
        securityParameters: parseSecurityParameters(first, second),
        kic: this.keySet.octet,
        kid: this.keySet.octet,
        tar,
        counter: this.counter,
        data: fromHex(script.replaceAll(' ', '')),
      },
      this.keySet.keys,
    );
    return this.messages(packet).map(envelopeOf);
  }

  /** Sends a packet, and opens what is answered: in the answer of the last envelope, or in a message that the card has the terminal send. */
  async send(euicc: Pick<Euicc, 'apdu'>, command: OtaCommand): Promise<OtaOutcome> {
    let outcome = { data: '', sw: '9000' };
    for (const envelope of this.envelopes(command)) outcome = await transmit(euicc, envelope);
    if (outcome.sw.startsWith('61')) outcome = await transmit(euicc, `00C00000${outcome.sw.slice(2)}`);
    if (!outcome.sw.startsWith('91')) return { sw: outcome.sw, response: this.opened(fromHex(outcome.data), command) };
    const fetched = await transmit(euicc, `80120000${outcome.sw.slice(2)}`);
    await transmit(euicc, '801400000C 810301 1300 82028281 830100');
    return {
      sw: outcome.sw,
      response: this.opened(fromHex(fetched.data).subarray(-userDataOctets(fetched.data)), command),
    };
  }

  private opened(userData: Uint8Array, { spi = '1619' }: OtaCommand): ResponsePacket | undefined {
    if (userData.length === 0) return undefined;
    const [first = 0, second = 0] = fromHex(spi);
    const { integrity, ciphering } = parseSecurityParameters(first, second).proofOfReceipt;
    // RHL tells whether there is the checksum that was asked for: refusals of what is not intact have none, and are not ciphered.
    const security =
      integrity !== 'none' && userData[5] === 0x0a ? UNSECURED : { integrity, ciphering, kid: this.keySet.octet };
    return openResponsePacket(userData, security, this.keySet.keys);
  }

  private messages(packet: Uint8Array): Uint8Array[] {
    const message = (elements: readonly InformationElement[], data: Uint8Array): Uint8Array =>
      encodeSmsDeliver({ originator: ORIGINATOR, elements, data });
    if (packet.length <= ALONE) return [message([COMMAND_PACKET], packet)];
    const parts = Math.ceil(packet.length / IN_PARTS);
    this.reference = (this.reference + 1) & 0xff;
    return Array.from({ length: parts }, (_, i) => {
      const concatenation = concatenationElement(this.reference, parts, i + 1);
      const elements = i === 0 ? [COMMAND_PACKET, concatenation] : [concatenation];
      return message(elements, packet.subarray(i * IN_PARTS, (i + 1) * IN_PARTS));
    });
  }
}

/** INSTALL [for personalization] of the ISD-P that the security domain is in. */
export const INSTALL_FOR_PERSONALISATION = '80E6200016 0000 10A0000005591010FFFFFFFF8900000F00 000000';

/** The script of ES6.UpdateMetadata (SGP.23 section 4.2.2): the ISD-P is named, then STORE DATA brings the request. */
export function updateMetadataScript(change: Parameters<typeof UpdateMetadataRequest.encode>[0]): string {
  const commands = storeDataCommands(UpdateMetadataRequest.encode(change)).map(toHex);
  return [INSTALL_FOR_PERSONALISATION, ...commands].join(' ');
}

/** The card command that brings a message. */
export function envelopeOf(tpdu: Uint8Array): string {
  const envelope = toHex(encodeSmsPpDownload(tpdu));
  return `80C20000${lengthOf(envelope)}${envelope}`;
}

/** Length of the user data in SEND SHORT MESSAGE with an SMS-SUBMIT to the originator. */
function userDataOctets(command: string): number {
  const before = `${toHex(ORIGINATOR)}7FF6`;
  const at = command.indexOf(before) + before.length;
  return Number.parseInt(command.slice(at, at + 2), 16);
}

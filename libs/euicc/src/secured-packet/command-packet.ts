import { type PacketKeys, type PacketSecurity, Sealing, withoutPadding } from './sealing.ts';
import { unidentified } from './secured-packet-error.ts';
import { encodeSecurityParameters, parseSecurityParameters, type SecurityParameters } from './security-parameters.ts';

/** Octets of CPL, CHL, SPI, KIc, KID and TAR. */
const HEAD = 10;
/** Octets of CNTR, which is a number. */
export const COUNTER_OCTETS = 5;
/** Octets of CNTR and PCNTR. */
const COUNTERS = COUNTER_OCTETS + 1;
/** What CHL counts besides RC/CC/DS: SPI, KIc, KID, TAR, CNTR, PCNTR. */
const HEADER = 13;

/** A command packet of which nothing is verified yet (ETSI TS 102 225 section 5.1). */
export interface CommandPacket {
  readonly securityParameters: SecurityParameters;
  readonly kic: number;
  readonly kid: number;
  /** six hexadecimal digits */
  readonly tar: string;
  /** CHL: octets of the header after it */
  readonly headerLength: number;
  /** CPL to TAR, as received: the beginning of what RC/CC/DS covers */
  readonly head: Uint8Array;
  /** CNTR, PCNTR, RC/CC/DS and data, ciphered where the SPI says so */
  readonly sealed: Uint8Array;
}

/** What a command packet carries. */
export interface CommandContent {
  /** CNTR, below 2^40 */
  readonly counter: number;
  readonly data: Uint8Array;
}

/**
 * Takes a command packet apart as far as that needs no key: from CPL on, as a short message has it after the header with IEI 70
 * (3GPP TS 31.115 section 4.2).
 *
 * @throws SecuredPacketError `UNIDENTIFIED_SECURITY_ERROR` when it is shorter than a header, or not as long as CPL says
 */
export function parseCommandPacket(octets: Uint8Array): CommandPacket {
  const packet = Buffer.from(octets);
  if (packet.length < HEAD + COUNTERS) throw unidentified('the packet is too short');
  if (packet.readUInt16BE(0) !== packet.length - 2) throw unidentified('CPL is not the length of the packet');
  return {
    headerLength: packet.readUInt8(2),
    securityParameters: parseSecurityParameters(packet.readUInt8(3), packet.readUInt8(4)),
    kic: packet.readUInt8(5),
    kid: packet.readUInt8(6),
    tar: packet.toString('hex', 7, HEAD).toUpperCase(),
    head: packet.subarray(0, HEAD),
    sealed: packet.subarray(HEAD),
  };
}

/**
 * Deciphers and verifies a command packet.
 *
 * @throws SecuredPacketError `UNIDENTIFIED_SECURITY_ERROR`, `CIPHERING_ERROR`, `RC_CC_DS_FAILED`
 */
export function openCommandPacket(packet: CommandPacket, keys: PacketKeys): CommandContent {
  const sealing = Sealing.of(securityOf(packet), keys);
  if (packet.headerLength !== HEADER + sealing.integrity.octets) throw unidentified('CHL is not that of the header');
  const { counters, padded } = sealing.open(packet.head, packet.sealed, COUNTERS);
  return {
    counter: counters.readUIntBE(0, COUNTER_OCTETS),
    data: withoutPadding(padded, counters.readUInt8(COUNTER_OCTETS)),
  };
}

/**
 * The octets of a command packet, from CPL on.
 *
 * @throws SecuredPacketError `UNIDENTIFIED_SECURITY_ERROR` for what is not supported, or when a key is missing
 */
export function encodeCommandPacket(
  packet: Pick<CommandPacket, 'securityParameters' | 'kic' | 'kid' | 'tar'> & CommandContent,
  keys: PacketKeys,
): Uint8Array {
  const { securityParameters, kic, kid, tar, counter, data } = packet;
  const sealing = Sealing.of(securityOf(packet), keys);
  const padding = sealing.padding(COUNTERS, data.length);
  const header = HEADER + sealing.integrity.octets;
  const head = Buffer.alloc(HEAD);
  head.writeUInt16BE(1 + header + data.length + padding, 0);
  head.writeUInt8(header, 2);
  head.set(encodeSecurityParameters(securityParameters), 3);
  head.writeUInt8(kic, 5);
  head.writeUInt8(kid, 6);
  head.write(tar, 7, 'hex');
  const counters = Buffer.alloc(COUNTERS);
  counters.writeUIntBE(counter, 0, COUNTER_OCTETS);
  counters.writeUInt8(padding, COUNTER_OCTETS);
  return Buffer.concat([head, sealing.seal(head, counters, Buffer.concat([data, Buffer.alloc(padding)]))]);
}

function securityOf({ securityParameters, kid }: Pick<CommandPacket, 'securityParameters' | 'kid'>): PacketSecurity {
  return { integrity: securityParameters.integrity, ciphering: securityParameters.ciphering, kid };
}

import { COUNTER_OCTETS } from './command-packet.ts';
import { type PacketKeys, type PacketSecurity, Sealing, withoutPadding } from './sealing.ts';
import { RESPONSE_STATUS, type ResponseStatus, unidentified } from './secured-packet-error.ts';

/** User data header that announces a response packet: one element, IEI 71, empty (3GPP TS 31.115 section 4). RC/CC/DS covers it. */
const USER_DATA_HEADER = Buffer.of(0x02, 0x71, 0x00);
/** Octets of RPL, RHL and TAR. */
const HEAD = 6;
/** What RHL counts besides RC/CC/DS: TAR, CNTR, PCNTR, status. */
const HEADER = 10;
/** Octets of CNTR, PCNTR and status. */
const COUNTERS = COUNTER_OCTETS + 2;

/** A response packet that has no RC/CC/DS and is not ciphered. */
export const UNSECURED: PacketSecurity = { integrity: 'none', ciphering: false, kid: 0 };

export interface ResponsePacket {
  /** six hexadecimal digits, as in the command packet */
  readonly tar: string;
  /** CNTR of the command packet */
  readonly counter: number;
  readonly status: ResponseStatus;
  readonly data: Uint8Array;
}

/**
 * The user data of a short message with a response packet (ETSI TS 102 225 section 5.2), header included.
 *
 * @throws SecuredPacketError `UNIDENTIFIED_SECURITY_ERROR` for what is not supported, or when a key is missing
 */
export function encodeResponsePacket(packet: ResponsePacket, security: PacketSecurity, keys: PacketKeys): Uint8Array {
  const { tar, counter, status, data } = packet;
  const sealing = Sealing.of(security, keys);
  const padding = sealing.padding(COUNTERS, data.length);
  const header = HEADER + sealing.integrity.octets;
  const head = Buffer.alloc(HEAD);
  head.writeUInt16BE(1 + header + data.length + padding, 0);
  head.writeUInt8(header, 2);
  head.write(tar, 3, 'hex');
  const counters = Buffer.alloc(COUNTERS);
  counters.writeUIntBE(counter, 0, COUNTER_OCTETS);
  counters.set([padding, RESPONSE_STATUS[status]], COUNTER_OCTETS);
  const before = Buffer.concat([USER_DATA_HEADER, head]);
  return Buffer.concat([before, sealing.seal(before, counters, Buffer.concat([data, Buffer.alloc(padding)]))]);
}

/** The most octets of data that a response packet so secured has room for in user data of this length. */
export function responseRoom(userData: number, security: PacketSecurity, keys: PacketKeys): number {
  return Sealing.of(security, keys).room(userData - USER_DATA_HEADER.length - HEAD, COUNTERS);
}

/**
 * A response packet, verified as its sender was asked to secure it.
 *
 * @param userData of the short message, header included
 * @throws SecuredPacketError `UNIDENTIFIED_SECURITY_ERROR`, `CIPHERING_ERROR`, `RC_CC_DS_FAILED`
 */
export function openResponsePacket(userData: Uint8Array, security: PacketSecurity, keys: PacketKeys): ResponsePacket {
  const before = Buffer.from(userData.subarray(0, USER_DATA_HEADER.length + HEAD));
  if (!before.subarray(0, USER_DATA_HEADER.length).equals(USER_DATA_HEADER)) throw unidentified('no response packet');
  const head = before.subarray(USER_DATA_HEADER.length);
  const sealing = Sealing.of(security, keys);
  if (head.length < HEAD || head.readUInt16BE(0) !== userData.length - USER_DATA_HEADER.length - 2) {
    throw unidentified('RPL is not the length of the packet');
  }
  if (head.readUInt8(2) !== HEADER + sealing.integrity.octets) throw unidentified('RHL is not that of the header');
  const { counters, padded } = sealing.open(before, userData.subarray(before.length), COUNTERS);
  const statuses = Object.keys(RESPONSE_STATUS) as ResponseStatus[];
  const status = statuses.find((name) => RESPONSE_STATUS[name] === counters.readUInt8(COUNTER_OCTETS + 1));
  if (status === undefined) throw unidentified('the response status is unknown');
  return {
    tar: head.toString('hex', 3).toUpperCase(),
    counter: counters.readUIntBE(0, COUNTER_OCTETS),
    status,
    data: withoutPadding(padded, counters.readUInt8(COUNTER_OCTETS)),
  };
}

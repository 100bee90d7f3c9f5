import { crc32 } from 'node:zlib';

/** Redundancy checks, and the last four bits of KID that name them (ETSI TS 102 225 section 5.1.3.2). */
export const REDUNDANCY_CHECKS = { crc16: 0x01, crc32: 0x05 } as const;
export type RedundancyCheck = keyof typeof REDUNDANCY_CHECKS;

/** Octets of a redundancy check. */
export function checkOctets(check: RedundancyCheck): number {
  return check === 'crc16' ? 2 : 4;
}

/** The CRC (ISO/IEC 13239), most significant octet first: 2 or 4 octets. Whoever changes the packet can make it anew. */
export function redundancyCheck(check: RedundancyCheck, octets: Uint8Array): Uint8Array {
  const result = Buffer.alloc(checkOctets(check));
  result.writeUIntBE(check === 'crc16' ? crc16(octets) : crc32(octets), 0, result.length);
  return result;
}

function crc16(octets: Uint8Array): number {
  let remainder = 0xffff;
  for (const octet of octets) {
    remainder ^= octet;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder & 1) === 0 ? remainder >> 1 : (remainder >> 1) ^ 0x8408;
  }
  return remainder ^ 0xffff;
}

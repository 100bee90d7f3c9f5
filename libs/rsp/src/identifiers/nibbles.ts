/** Exchanges the nibbles of every two hexadecimal digits: the order of EF.ICCID, PLMNs and telephony BCD. */
export function swapNibbles(hex: string): string {
  return hex.replace(/(.)(.)/g, '$2$1');
}

/** Octets as upper-case hexadecimal digits. */
export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('hex').toUpperCase();
}

/** Octets of hexadecimal digits that are known to be such. */
export function fromHex(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}

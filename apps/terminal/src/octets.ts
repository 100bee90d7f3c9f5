/** The same octets as a Buffer, which generated messages have; nothing is copied. */
export function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** The 16 octets of a UUID in text form. */
export function uuidOctets(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

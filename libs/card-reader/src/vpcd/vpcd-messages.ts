/** Messages of the virtual smart-card reader (vpcd): two octets of length, most significant first, then the content. */

/** What a message of one octet asks for. */
export const VPCD_CONTROL = { powerOff: 0, powerOn: 1, reset: 2, atr: 4 } as const;

const LENGTH_OCTETS = 2;

/** The octets of a message. @throws RangeError for content of more than 65 535 octets */
export function vpcdMessage(content: Uint8Array): Uint8Array {
  if (content.length > 0xffff) throw new RangeError('content is too long for a message');
  return Buffer.concat([Uint8Array.of(content.length >> 8, content.length & 0xff), content]);
}

/** Puts messages together from octets as they arrive. Holds less than one message. */
export class VpcdMessages {
  private rest: Uint8Array = new Uint8Array(0);

  /** The contents of the messages that are complete with these octets, in their order; empty ones are none. */
  push(octets: Uint8Array): Uint8Array[] {
    this.rest = Buffer.concat([this.rest, octets]);
    const contents: Uint8Array[] = [];
    for (;;) {
      const [high, low] = this.rest;
      if (high === undefined || low === undefined) break;
      const end = LENGTH_OCTETS + high * 0x100 + low;
      if (this.rest.length < end) break;
      if (end > LENGTH_OCTETS) contents.push(Uint8Array.from(this.rest.subarray(LENGTH_OCTETS, end)));
      this.rest = this.rest.subarray(end);
    }
    return contents;
  }
}

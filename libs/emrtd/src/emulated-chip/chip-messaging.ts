import { DerError, encodeTlv, parseChildren, type Tlv } from '@tegata/der';
import type { CommandApdu, ResponseApdu } from '../chip-access/apdu.ts';
import { isOdd, MessagingState, type SessionKeys, tags } from '../chip-access/secure-messaging.ts';

/** The chip's side of secure messaging (ICAO 9303-11 section 9.8). */
export class ChipMessaging {
  private readonly state: MessagingState;

  constructor(keys: SessionKeys) {
    this.state = new MessagingState(keys);
  }

  /** @returns the command, or the status word for one whose protection does not hold */
  unprotect({ cla, ins, p1, p2, data = new Uint8Array() }: CommandApdu): CommandApdu | number {
    this.state.next();
    const objects = dataObjects(data);
    const mac = objects?.at(-1);
    // 6987: objects of secure messaging are missing; 6988: they are wrong.
    if (!objects || mac?.tag !== tags.mac) return 0x6987;
    const header = Buffer.of(cla, ins, p1, p2);
    const authenticated = objects.slice(0, -1);
    if (
      !this.state.macHolds(
        header,
        authenticated.map(({ raw }) => raw),
        mac.value,
      )
    )
      return 0x6988;
    const cryptogram = authenticated.find(({ tag }) => tag === (isOdd(ins) ? tags.cryptogram : tags.paddedCryptogram));
    const expected = authenticated.find(({ tag }) => tag === tags.expected)?.value;
    const plaintext = cryptogram && this.state.decrypted(cryptogram);
    if (cryptogram && !plaintext) return 0x6988;
    return {
      ...{ cla: 0, ins, p1, p2 },
      ...(plaintext && { data: plaintext }),
      ...(expected && { expected: Buffer.from(expected).readUIntBE(0, expected.length) || 0x100 ** expected.length }),
    };
  }

  protect(ins: number, { data, statusWord }: ResponseApdu): ResponseApdu {
    this.state.next();
    const status = encodeTlv(tags.statusWord, Buffer.of(statusWord >> 8, statusWord & 0xff));
    const objects = [...(data.length > 0 ? [this.state.encrypted(ins, data)] : []), status];
    const mac = encodeTlv(tags.mac, this.state.mac(undefined, objects));
    return { data: Buffer.concat([...objects, mac]), statusWord };
  }
}

function dataObjects(octets: Uint8Array): readonly Tlv[] | undefined {
  try {
    return parseChildren(octets, 4);
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

import type { ResponseApdu } from '../chip-access/apdu.ts';
import { bacSession, bacSizes, documentKeys, openToken, sealToken } from '../chip-access/basic-access-control.ts';
import type { SessionKeys } from '../chip-access/secure-messaging.ts';

/** The chip's side of BAC (ICAO 9303-11 section 4.3). A challenge is good for one try. */
export class ChipBac {
  private challenge: Uint8Array | undefined;

  constructor(
    private readonly information: string,
    private readonly random: (octets: number) => Uint8Array,
  ) {}

  getChallenge(): ResponseApdu {
    this.challenge = this.random(bacSizes.challenge);
    return { data: this.challenge, statusWord: 0x9000 };
  }

  /** @returns the answer, and the keys of the session where it is a good one */
  externalAuthenticate(token: Uint8Array): { readonly response: ResponseApdu; readonly keys?: SessionKeys } {
    const { challenge } = this;
    this.challenge = undefined;
    const refused = { response: { data: new Uint8Array(), statusWord: 0x6300 } };
    const keys = documentKeys(this.information);
    const message = challenge && openToken(keys, token);
    if (!message || !Buffer.from(message.subarray(8, 16)).equals(challenge)) return refused;
    const [terminal, theirShare] = [message.subarray(0, 8), message.subarray(16)];
    const share = this.random(bacSizes.share);
    return {
      response: { data: sealToken(keys, Buffer.concat([challenge, terminal, share])), statusWord: 0x9000 },
      keys: bacSession({ terminal: theirShare, chip: share }, { terminal, chip: challenge }),
    };
  }
}

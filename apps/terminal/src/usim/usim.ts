import { findTlv, readTlv } from '@tegata/der';
import { TerminalError } from '../terminal-error.ts';
import { CardChannel, type Transmit } from './card-channel.ts';

const SELECT = 0xa4;
const READ_BINARY = 0xb0;
const READ_RECORD = 0xb2;
const AUTHENTICATE = 0x88;
const EF_DIR = Uint8Array.of(0x2f, 0x00);
const EF_IMSI = Uint8Array.of(0x6f, 0x07);
const MF = Uint8Array.of(0x3f, 0x00);
/** RID of 3GPP and application code of a USIM (ETSI TS 101 220 annex E); what follows differs from card to card. */
const USIM_AID_PREFIX = Uint8Array.of(0xa0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02);
const FILE_OR_RECORD_NOT_FOUND = new Set([0x6a82, 0x6a83, 0x9402]);

/** What the USIM says to a challenge of a network (3GPP TS 31.102 section 7.1.2). */
export type UsimAnswer =
  | { readonly outcome: 'success'; readonly res: Uint8Array }
  /** The sequence number was not fresh: AUTS, 14 octets, tells the network the right one. */
  | { readonly outcome: 'synchronisation-failure'; readonly auts: Uint8Array }
  /** The network does not have the key of this USIM. */
  | { readonly outcome: 'network-rejected' };

/** The USIM of the enabled profile, as a modem uses it. */
export class Usim {
  private constructor(private readonly card: CardChannel) {}

  /**
   * Finds the USIM in EF.DIR and selects it. NO_PROFILE_ENABLED where the card has no file system, that is, no profile is
   * enabled; USIM_MISSING.
   */
  static async select(transmit: Transmit): Promise<Usim> {
    const card = new CardChannel(transmit);
    const master = await card.send({ instruction: SELECT, p1: 0x00, p2: 0x0c, data: MF });
    if (FILE_OR_RECORD_NOT_FOUND.has(master.statusWord)) throw noProfileEnabled();
    const aid = await findUsim(card);
    await card.require('select the USIM', { instruction: SELECT, p1: 0x04, p2: 0x0c, data: aid });
    return new Usim(card);
  }

  /** IMSI from EF.IMSI, 6 to 15 digits. */
  async readImsi(): Promise<string> {
    await this.card.require('select EF.IMSI', { instruction: SELECT, p1: 0x00, p2: 0x0c, data: EF_IMSI });
    const read = { instruction: READ_BINARY, p1: 0, p2: 0, expected: 9 };
    return decodeImsi(await this.card.require('read EF.IMSI', read));
  }

  /** Runs AUTHENTICATE in 3G context. `rand` and `autn` have 16 octets each. */
  async authenticate(rand: Uint8Array, autn: Uint8Array): Promise<UsimAnswer> {
    const data = Buffer.concat([Uint8Array.of(rand.length), rand, Uint8Array.of(autn.length), autn]);
    const command = { instruction: AUTHENTICATE, p1: 0x00, p2: 0x81, data, expected: 0x100 };
    const response = await this.card.send(command);
    if (response.statusWord === 0x9862) return { outcome: 'network-rejected' };
    if (response.statusWord !== 0x9000) await this.card.require('authenticate the network', command);
    const [tag] = response.data;
    // DB, then length and value of RES, CK and IK one after the other; DC, then length and value of AUTS.
    const first = lengthPrefixed(response.data.subarray(1));
    if (tag === 0xdb) return { outcome: 'success', res: first };
    if (tag === 0xdc) return { outcome: 'synchronisation-failure', auts: first };
    throw new TerminalError('internal', 'CARD_REFUSED', 'The card answered the challenge with an unknown object.');
  }
}

/** Looks through the records of EF.DIR for an application template (61) with the AID of a USIM. */
async function findUsim(card: CardChannel): Promise<Uint8Array> {
  await card.require('select EF.DIR', { instruction: SELECT, p1: 0x00, p2: 0x0c, data: EF_DIR });
  for (let number = 1; number <= 0xfe; number++) {
    const record = await card.send({ instruction: READ_RECORD, p1: number, p2: 0x04, expected: 0x100 });
    if (record.statusWord !== 0x9000) break;
    const aid = aidOfTemplate(record.data);
    if (aid !== undefined && startsWith(aid, USIM_AID_PREFIX)) return aid;
  }
  throw new TerminalError('precondition', 'USIM_MISSING', 'The enabled profile has no USIM.');
}

/** AID (4F) of an application template; records are padded with FF, and empty ones are all FF. */
function aidOfTemplate(record: Uint8Array): Uint8Array | undefined {
  if (record[0] !== 0x61) return undefined;
  return findTlv(readTlv(record).value, 0x4f)?.value;
}

function startsWith(octets: Uint8Array, prefix: Uint8Array): boolean {
  return Buffer.compare(octets.subarray(0, prefix.length), prefix) === 0;
}

function lengthPrefixed(octets: Uint8Array): Uint8Array {
  const [length = 0] = octets;
  const value = octets.slice(1, 1 + length);
  if (value.length === length && length > 0) return value;
  throw new TerminalError(
    'internal',
    'CARD_REFUSED',
    'The card answered the challenge with an object that is cut off.',
  );
}

/** EF.IMSI (3GPP TS 31.102 section 4.2.2): length, then digits with nibbles swapped; the first nibble is parity. */
function decodeImsi(content: Uint8Array): string {
  const [length = 0] = content;
  const nibbles = [...content.subarray(1, 1 + length)].flatMap((octet) => [octet & 0x0f, octet >> 4]);
  const digits = nibbles.slice(1).filter((nibble) => nibble !== 0xf);
  if (digits.length < 6 || digits.some((digit) => digit > 9)) {
    throw new TerminalError('internal', 'CARD_REFUSED', 'EF.IMSI of the profile holds no IMSI.');
  }
  return digits.join('');
}

/** NO_PROFILE_ENABLED. */
export function noProfileEnabled(): TerminalError {
  return new TerminalError('precondition', 'NO_PROFILE_ENABLED', 'No profile is enabled.');
}

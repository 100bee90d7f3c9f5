import { encodeTlv } from '@tegata/der';
import type { CommandApdu, ResponseApdu } from './command-apdu.ts';
import { STATUS_WORD, StatusWordError } from './status-word.ts';

const SELECT = 0x00_a4;
const STATUS = 0x80_f2;
const NOTHING = 0x0c;
const MF = Buffer.from('3F00', 'hex');

/**
 * A directory, operational, with no PIN; the terminal may send TERMINAL CAPABILITY. One security attribute has to be there (ETSI
 * TS 102 221 section 11.1.1.3.1): the compact one, whose access mode octet names nothing that may be done with it.
 */
const MF_PARAMETERS = encodeTlv(
  0x62,
  encodeTlv(0x82, Uint8Array.of(0x78, 0x21)),
  encodeTlv(0x83, MF),
  encodeTlv(0xa5, encodeTlv(0x80, Uint8Array.of(0x71)), encodeTlv(0x87, Uint8Array.of(0x01))),
  encodeTlv(0x8a, Uint8Array.of(0x05)),
  encodeTlv(0x8c, Uint8Array.of(0x00)),
  encodeTlv(0xc6, encodeTlv(0x90, Uint8Array.of(0x00))),
);

/**
 * The file system while no profile is enabled: an MF with nothing in it, so that a terminal can begin a card session as it
 * always does.
 *
 * @throws StatusWordError 6A82 for any other file, 6985 for any other command
 */
export function withoutProfile({ class: type, instruction, p1, p2, data }: CommandApdu): ResponseApdu {
  const code = type * 0x100 + instruction;
  const answer = { data: p2 === NOTHING ? new Uint8Array(0) : MF_PARAMETERS, statusWord: STATUS_WORD.NORMAL };
  if (code === STATUS && p1 <= 0x02 && (p2 === 0x00 || p2 === NOTHING)) return answer;
  if (code === SELECT) {
    if (p1 === 0x00 && (data.length === 0 || MF.equals(data))) return answer;
    throw new StatusWordError(STATUS_WORD.FILE_NOT_FOUND);
  }
  throw new StatusWordError(STATUS_WORD.CONDITIONS_NOT_SATISFIED);
}

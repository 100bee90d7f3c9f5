import { authenticate } from './authenticate.ts';
import { readBinary, updateBinary } from './binary.ts';
import type { CommandHandler } from './card-session.ts';
import { getIdentity } from './get-identity.ts';
import { increase } from './increase.ts';
import { activateFile, deactivateFile } from './life-cycle.ts';
import { retrieveData, setData } from './objects.ts';
import { changePin, disablePin, enablePin, unblockPin, verifyPin } from './pin-commands.ts';
import { readRecord, updateRecord } from './record.ts';
import { searchRecord } from './search-record.ts';
import { status } from './status.ts';

/** Commands to the file system and the applications of a profile, by class and instruction; SELECT is the card's. */
export const COMMANDS: ReadonlyMap<number, CommandHandler> = new Map<number, CommandHandler>([
  [0x00_04, deactivateFile],
  [0x00_20, verifyPin],
  [0x00_24, changePin],
  [0x00_26, disablePin],
  [0x00_28, enablePin],
  [0x00_2c, unblockPin],
  [0x00_44, activateFile],
  [0x00_88, authenticate],
  [0x00_a2, searchRecord],
  [0x00_b0, readBinary],
  [0x00_b2, readRecord],
  [0x00_d6, updateBinary],
  [0x00_dc, updateRecord],
  [0x80_32, increase],
  [0x80_78, getIdentity],
  [0x80_cb, retrieveData],
  [0x80_db, setData],
  [0x80_f2, status],
]);

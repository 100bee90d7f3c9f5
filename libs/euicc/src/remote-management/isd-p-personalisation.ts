import { DerError, readHeader } from '@tegata/der';
import { StoreDataAssembly, toHex } from '@tegata/rsp';
import type { CommandApdu, ResponseApdu } from '../card/command-apdu.ts';
import { newChannel } from '../card/logical-channel.ts';
import { STATUS_WORD, StatusWordError } from '../card/status-word.ts';
import type { UpdateMetadataResult } from '../isd-r/update-metadata.ts';
import type { RemoteApplication } from './remote-script.ts';

const INSTALL = 0x80_e6;
const STORE_DATA = 0x80_e2;
const FOR_PERSONALISATION = 0x20;
/** The ISD-P that the security domain is in, whatever its own AID is (SGP.02). */
const OWN_ISD_P = 'A0000005591010FFFFFFFF8900000F00';
const UPDATE_METADATA = 0xbf2a;
/** Package, module, application, privileges, parameters, token: each with its length; of them only the application may be there. */
const FIELDS = 6;
const APPLICATION = 2;

/** Status words of what ES6.UpdateMetadata answers. */
const ANSWERS: Readonly<Record<UpdateMetadataResult, number>> = {
  ok: STATUS_WORD.NORMAL,
  incorrectInputValues: STATUS_WORD.WRONG_DATA,
  pprNotAllowed: STATUS_WORD.CONDITIONS_NOT_SATISFIED,
};

/**
 * What a security domain of the profile takes from its operator: ES6 (SGP.22 section 5.4). INSTALL [for personalization] names the ISD-P of the profile, then
 * STORE DATA brings the function (SGP.23 section 4.2.2). Card content management is not among it.
 */
export class IsdPPersonalisation implements RemoteApplication {
  readonly channel = newChannel();
  private personalises = false;
  private readonly blocks = new StoreDataAssembly();

  /** @param updateMetadata BF2A, DER. @throws DerError */
  constructor(private readonly updateMetadata: (request: Uint8Array) => Promise<UpdateMetadataResult>) {}

  /** @throws StatusWordError 6D00 for other commands */
  execute(command: CommandApdu): Promise<ResponseApdu> | ResponseApdu {
    switch (command.class * 0x100 + command.instruction) {
      case INSTALL:
        return this.install(command);
      case STORE_DATA:
        return this.storeData(command);
      default:
        throw new StatusWordError(STATUS_WORD.INSTRUCTION_NOT_SUPPORTED);
    }
  }

  /** @throws StatusWordError 6A86 for another INSTALL, 6A80 for what is not one AID, 6A88 for another AID */
  private install({ p1, p2, data }: CommandApdu): ResponseApdu {
    if (p1 !== FOR_PERSONALISATION || p2 !== 0) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
    const fields = lengthValues(data);
    if (fields.length !== FIELDS || fields.some((field, i) => (i === APPLICATION) !== field.length > 0)) {
      throw new StatusWordError(STATUS_WORD.WRONG_DATA);
    }
    this.personalises = toHex(fields[APPLICATION] ?? new Uint8Array(0)) === OWN_ISD_P;
    if (!this.personalises) throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_NOT_FOUND);
    // GlobalPlatform: no confirmation follows.
    return { data: Uint8Array.of(0x00), statusWord: STATUS_WORD.NORMAL };
  }

  /** @throws StatusWordError 6A86 for a block out of order, 6A88 for what is not ES6 of an ISD-P, 6A80 for what is not well-formed */
  private async storeData({ p1, p2, data }: CommandApdu): Promise<ResponseApdu> {
    const request = this.added(p1, p2, data);
    if (request === undefined) return { data: new Uint8Array(0), statusWord: STATUS_WORD.NORMAL };
    try {
      if (!this.personalises || readHeader(request).tag !== UPDATE_METADATA) {
        throw new StatusWordError(STATUS_WORD.REFERENCED_DATA_NOT_FOUND);
      }
      return { data: new Uint8Array(0), statusWord: ANSWERS[await this.updateMetadata(request)] };
    } catch (error) {
      if (error instanceof DerError) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
      throw error;
    }
  }

  private added(p1: number, p2: number, data: Uint8Array): Uint8Array | undefined {
    try {
      return this.blocks.add(p1, p2, data);
    } catch (error) {
      if (error instanceof RangeError) throw new StatusWordError(STATUS_WORD.WRONG_P1_P2);
      throw error;
    }
  }
}

/** Fields of one octet of length and their content. @throws StatusWordError 6A80 */
function lengthValues(octets: Uint8Array): Uint8Array[] {
  const fields: Uint8Array[] = [];
  for (let at = 0; at < octets.length; ) {
    const length = octets[at] ?? 0;
    const field = octets.subarray(at + 1, at + 1 + length);
    if (field.length < length) throw new StatusWordError(STATUS_WORD.WRONG_DATA);
    fields.push(field);
    at += 1 + length;
  }
  return fields;
}

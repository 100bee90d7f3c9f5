import type { IsdR } from '../isd-r/isd-r.ts';
import type { UpdateMetadataResult } from '../isd-r/update-metadata.ts';
import type { OneAtATime } from '../one-at-a-time.ts';
import { wellFormed } from './well-formed.ts';

/**
 * ES6 (SGP.22 section 5.4): what the operator of the enabled profile asks of its ISD-P. On a chip it arrives in secured packets for
 * the MNO-SD; there are none here, so that only whoever has the eUICC in its process can call this.
 */
export interface Es6 {
  /** BF2A. @throws EuiccError `MESSAGE_MALFORMED` */
  updateMetadata(request: Uint8Array): Promise<UpdateMetadataResult>;
}

export function es6(turns: OneAtATime, isdR: IsdR): Es6 {
  return { updateMetadata: (request) => turns.run(() => wellFormed(() => isdR.updateMetadata(request))) };
}

import { createHmac } from 'node:crypto';

/** Finds the certificates of an EID without holding the EID: HMAC-SHA256 under a key of this server, 32 octets. */
export const eidTag = (key: Uint8Array, eid: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHmac('sha256', key).update(eid, 'ascii').digest());

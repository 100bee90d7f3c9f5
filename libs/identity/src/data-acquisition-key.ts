import { createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { isEid } from '@tegata/x509';

/** Octets of a data acquisition key and of its digest. */
export const DATA_ACQUISITION_KEY_OCTETS = 32;

const LABEL = 'tegata data acquisition key v1';

/**
 * Makes a data acquisition key (S12, S48): 32 fresh random octets, mixed by HKDF-SHA256 with what it is for. Who knows EID
 * and documents but not the random octets knows nothing of the key; bad luck in the random octets alone does not give the same
 * key to two people.
 *
 * @param evidenceDigest SHA-256 of the identity documents, or of the identity certificate in later contracts; 32 octets
 * @param random a cryptographic source of octets
 * @returns 32 octets
 * @throws RangeError for an EID or digest that is none
 */
export function createDataAcquisitionKey({
  eid,
  evidenceDigest,
  random,
}: {
  readonly eid: string;
  readonly evidenceDigest: Uint8Array;
  readonly random: (size: number) => Uint8Array;
}): Uint8Array {
  if (!isEid(eid)) throw new RangeError('not an EID');
  if (evidenceDigest.length !== 32) throw new RangeError('a SHA-256 digest has 32 octets');
  const secret = random(DATA_ACQUISITION_KEY_OCTETS);
  if (secret.length !== DATA_ACQUISITION_KEY_OCTETS) throw new RangeError('the random source gave too few octets');
  const info = Buffer.concat([Buffer.from(LABEL, 'ascii'), Buffer.from(eid, 'hex')]);
  return new Uint8Array(hkdfSync('sha256', secret, evidenceDigest, info, DATA_ACQUISITION_KEY_OCTETS));
}

/** What servers keep of a data acquisition key: its SHA-256, 32 octets. */
export function dataAcquisitionKeyDigest(key: Uint8Array): Uint8Array {
  return createHash('sha256').update(key).digest();
}

/** Whether a key is the one with a digest; takes the same time whatever the answer. */
export function isDataAcquisitionKey(key: Uint8Array, digest: Uint8Array): boolean {
  const shown = dataAcquisitionKeyDigest(key);
  return shown.length === digest.length && timingSafeEqual(shown, digest);
}

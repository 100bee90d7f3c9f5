import { constants, createHash, type KeyObject, privateEncrypt, sign } from 'node:crypto';

/** Second octets of trailers (ISO/IEC 10118-3). */
const trailers = {
  sha1: [0xbc],
  sha224: [0x38, 0xcc],
  sha256: [0x34, 0xcc],
  sha384: [0x36, 0xcc],
  sha512: [0x35, 0xcc],
};
export type AnswerDigest = keyof typeof trailers;

/** The key that a chip does not give away. */
export interface ChipKey {
  readonly privateKey: KeyObject;
  readonly digest: AnswerDigest;
}

/** The chip's side of active authentication (ICAO 9303-11 section 6.1): its answer to a challenge. */
export function answerChallenge(
  { privateKey: key, digest }: ChipKey,
  challenge: Uint8Array,
  random: (octets: number) => Uint8Array,
): Uint8Array {
  if (key.asymmetricKeyType === 'ec') return sign(digest, challenge, { key, dsaEncoding: 'ieee-p1363' });
  const trailer = Buffer.from(trailers[digest]);
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const own = random(size - 1 - createHash(digest).digest().length - trailer.length);
  const hash = createHash(digest).update(own).update(challenge).digest();
  const representative = Buffer.concat([Buffer.of(0x6a), own, hash, trailer]);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, representative);
}

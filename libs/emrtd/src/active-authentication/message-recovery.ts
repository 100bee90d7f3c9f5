import { constants, createHash, type KeyObject, publicEncrypt, timingSafeEqual } from 'node:crypto';
import { EmrtdRefusal } from '../emrtd-refusal.ts';

/** Trailers of two octets and the digests they name (ISO/IEC 10118-3). */
const trailers: Readonly<Record<number, string>> = { 52: 'sha256', 53: 'sha512', 54: 'sha384', 56: 'sha224' };
/** Trailer of one octet: SHA-1, as most chips of the first years have it. It is told from a wrong answer, and taken for nothing. */
const trailerOfSha1 = 0xbc;
/** First octet of a message part of which can be recovered; none of it is padding. */
const partialRecovery = 0x6a;
/** Octets of the chip's own that have to be in the signature besides the digest, so that no two are over the same. */
const leastRecovered = 8;

/**
 * Whether an RSA signature with message recovery (ISO/IEC 9796-2 scheme 1, as ICAO 9303-11 section 6.1.2.1 has it) is one over a
 * message that ends with these octets.
 * @throws EmrtdRefusal `CHIP_ALGORITHM_UNSUPPORTED` for one that holds by SHA-1
 */
export function recoversMessage(key: KeyObject, signature: Uint8Array, ending: Uint8Array): boolean {
  const recovered = recover(key, signature);
  if (!recovered || recovered[0] !== partialRecovery) return false;
  if (recovered.at(-1) === trailerOfSha1) {
    if (!endsWith('sha1', recovered.subarray(1, -1), ending)) return false;
    throw new EmrtdRefusal('CHIP_ALGORITHM_UNSUPPORTED', 'an answer by SHA-1 is not accepted');
  }
  const digest = trailers[recovered.at(-2)!];
  return digest !== undefined && recovered.at(-1) === 0xcc && endsWith(digest, recovered.subarray(1, -2), ending);
}

/** Whether the digest at the end is over what is before it, followed by these octets. */
function endsWith(digest: string, content: Uint8Array, ending: Uint8Array): boolean {
  const size = createHash(digest).digest().length;
  if (content.length < size + leastRecovered) return false;
  const [own, received] = [content.subarray(0, -size), content.subarray(-size)];
  return timingSafeEqual(createHash(digest).update(own).update(ending).digest(), received);
}

/** The representative: the power of the signature, or the modulus less that (annex B.6); undefined for what is no signature. */
function recover(key: KeyObject, signature: Uint8Array): Buffer | undefined {
  let power: Buffer;
  try {
    power = publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
  } catch {
    return undefined;
  }
  if ((power.at(-1)! & 0x0f) === 0x0c) return power;
  const { n = '' } = key.export({ format: 'jwk' });
  const modulus = Buffer.from(n, 'base64url');
  const rest = number(modulus) - number(power);
  return Buffer.from(rest.toString(16).padStart(2 * modulus.length, '0'), 'hex');
}

const number = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex')}`);

import { expectSize } from './aka-error.ts';
import type { AuthenticationFunctions } from './authentication-functions.ts';
import { equalInConstantTime, exclusiveOr } from './octets.ts';
import { decodeSequenceNumber, encodeSequenceNumber } from './sequence-number.ts';

/** AMF that takes the place of the real one in a resynchronisation token (3GPP TS 33.102 section 6.3.3). */
const AMF_STAR = Uint8Array.of(0, 0);

/** What an authentic AUTN holds. */
export interface NetworkToken {
  readonly sqn: bigint;
  /** authentication management field, 2 octets; its first bit is the separation bit of EPS and 5G */
  readonly amf: Uint8Array;
}

/** AUTN = (SQN xor AK) | AMF | MAC-A, 16 octets (3GPP TS 33.102 section 6.3.2). @throws AkaError */
export function buildAutn(
  functions: AuthenticationFunctions,
  rand: Uint8Array,
  { sqn, amf }: NetworkToken,
  ak: Uint8Array,
): Uint8Array {
  const number = encodeSequenceNumber(sqn);
  return Buffer.concat([exclusiveOr(number, ak), amf, functions.f1(rand, number, amf)]);
}

/** SQN and AMF of an AUTN of 16 octets, or undefined when its MAC-A is not that of the key. @throws AkaError `BAD_SIZE` */
export function openAutn(
  functions: AuthenticationFunctions,
  rand: Uint8Array,
  autn: Uint8Array,
  ak: Uint8Array,
): NetworkToken | undefined {
  expectSize(autn, 16, 'AUTN');
  const number = exclusiveOr(autn.subarray(0, 6), ak);
  const amf = autn.subarray(6, 8);
  if (!equalInConstantTime(functions.f1(rand, number, amf), autn.subarray(8, 16))) return undefined;
  return { sqn: decodeSequenceNumber(number), amf };
}

/** AUTS = (SQN_MS xor AK*) | MAC-S, 14 octets (3GPP TS 33.102 section 6.3.3). @throws AkaError */
export function buildAuts(functions: AuthenticationFunctions, rand: Uint8Array, sqnMs: bigint): Uint8Array {
  const number = encodeSequenceNumber(sqnMs);
  return Buffer.concat([exclusiveOr(number, functions.f5Star(rand)), functions.f1Star(rand, number, AMF_STAR)]);
}

/**
 * SQN_MS of an AUTS of 14 octets, or undefined when its MAC-S is not that of the key.
 *
 * @param rand the challenge that was refused: AUTS is bound to it
 * @throws AkaError `BAD_SIZE`
 */
export function openAuts(functions: AuthenticationFunctions, rand: Uint8Array, auts: Uint8Array): bigint | undefined {
  expectSize(auts, 14, 'AUTS');
  const number = exclusiveOr(auts.subarray(0, 6), functions.f5Star(rand));
  if (!equalInConstantTime(functions.f1Star(rand, number, AMF_STAR), auts.subarray(6, 14))) return undefined;
  return decodeSequenceNumber(number);
}

import type { AuthenticationFunctions } from './authentication-functions.ts';
import { type FreshnessRules, nextSequenceNumber, STANDARD_FRESHNESS, splitSequenceNumber } from './sequence-number.ts';
import { buildAutn, openAuts } from './tokens.ts';

/** The quintet of 3GPP TS 33.102 section 6.3.2. */
export interface AuthenticationVector {
  /** challenge, 16 octets */
  readonly rand: Uint8Array;
  /** expected answer, to be compared with `equalInConstantTime` */
  readonly xres: Uint8Array;
  /** cipher key, 16 octets */
  readonly ck: Uint8Array;
  /** integrity key, 16 octets */
  readonly ik: Uint8Array;
  /** network's token, 16 octets */
  readonly autn: Uint8Array;
}

export interface VectorInput {
  /** 16 octets from a CSPRNG, never used before */
  readonly rand: Uint8Array;
  /** SQN_HE: the last sequence number given out, 0 for a new subscription */
  readonly lastSqn: bigint;
  /** 2 octets; the separation bit (`80 00`) is for EPS and 5G. Default `00 00` */
  readonly amf?: Uint8Array;
}

export interface VectorOutput {
  readonly vector: AuthenticationVector;
  /** to be stored as SQN_HE before the vector leaves, on the condition that it still was `lastSqn` */
  readonly nextSqn: bigint;
}

/**
 * A fresh authentication vector for a subscriber.
 *
 * Nothing is kept here: whoever calls stores `nextSqn` first (a conditional update), so that no number is given out twice.
 *
 * @throws AkaError `BAD_SIZE`, `BAD_SEQUENCE_NUMBER`, `SEQUENCE_NUMBERS_EXHAUSTED`
 */
export function generateAuthenticationVector(functions: AuthenticationFunctions, input: VectorInput): VectorOutput {
  const sqn = nextSequenceNumber(input.lastSqn);
  const { res, ck, ik, ak } = functions.f2345(input.rand);
  const autn = buildAutn(functions, input.rand, { sqn, amf: input.amf ?? Uint8Array.of(0, 0) }, ak);
  return { vector: { rand: input.rand, xres: res, ck, ik, autn }, nextSqn: sqn };
}

export interface ResynchronisationInput {
  /** the challenge the card refused, 16 octets */
  readonly rand: Uint8Array;
  /** its token, 14 octets */
  readonly auts: Uint8Array;
  /** SQN_HE as stored */
  readonly lastSqn: bigint;
  /** what the cards of this operator accept */
  readonly rules?: FreshnessRules;
}

export type Resynchronisation =
  /** AUTS is not from this card for this challenge: nothing changes */
  | { readonly outcome: 'macFailure' }
  /** the next number will be accepted as it is: nothing changes */
  | { readonly outcome: 'inSequence'; readonly sqnMs: bigint }
  /** `nextSqn` takes the place of SQN_HE, on the condition that it still was `lastSqn` */
  | { readonly outcome: 'resynchronised'; readonly sqnMs: bigint; readonly nextSqn: bigint };

/**
 * Takes a synchronisation failure (3GPP TS 33.102 section 6.3.5). A new vector is to be generated after every outcome but
 * `macFailure`.
 *
 * The token is verified even where the number turns out to be in range, so that a forged one is always noticed.
 *
 * @throws AkaError `BAD_SIZE`, `BAD_SEQUENCE_NUMBER`
 */
export function resynchronise(functions: AuthenticationFunctions, input: ResynchronisationInput): Resynchronisation {
  const sqnMs = openAuts(functions, input.rand, input.auts);
  if (sqnMs === undefined) return { outcome: 'macFailure' };
  const { delta } = input.rules ?? STANDARD_FRESHNESS;
  const { seq: highest } = splitSequenceNumber(sqnMs);
  const next = splitSequenceNumber(input.lastSqn).seq + 1n;
  const accepted = next > highest && (delta === undefined || next - highest <= delta);
  return accepted ? { outcome: 'inSequence', sqnMs } : { outcome: 'resynchronised', sqnMs, nextSqn: sqnMs };
}

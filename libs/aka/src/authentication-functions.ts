/**
 * The functions f1..f5, f1* and f5* of 3GPP TS 33.102 section 6.3, keyed for one subscriber.
 *
 * An operator chooses the algorithm behind them; network and card must have chosen the same.
 */
export interface AuthenticationFunctions {
  /** MAC-A, 8 octets, over RAND (16 octets), SQN (6) and AMF (2): proves that the network knows the key. */
  f1(rand: Uint8Array, sqn: Uint8Array, amf: Uint8Array): Uint8Array;
  /** MAC-S, 8 octets, of the same inputs: proves that a resynchronisation token comes from the card. */
  f1Star(rand: Uint8Array, sqn: Uint8Array, amf: Uint8Array): Uint8Array;
  /** What both sides derive from RAND (16 octets) alone. */
  f2345(rand: Uint8Array): ChallengeOutput;
  /** AK*, 6 octets, which conceals SQN_MS in a resynchronisation token. */
  f5Star(rand: Uint8Array): Uint8Array;
}

/** Output of f2, f3, f4 and f5 for one challenge. */
export interface ChallengeOutput {
  /** RES, the answer to the challenge: 8 octets with Milenage */
  readonly res: Uint8Array;
  /** cipher key CK, 16 octets */
  readonly ck: Uint8Array;
  /** integrity key IK, 16 octets */
  readonly ik: Uint8Array;
  /** anonymity key AK, 6 octets */
  readonly ak: Uint8Array;
}

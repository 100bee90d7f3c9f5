import { AkaError, expectSize } from './aka-error.ts';

/**
 * Sequence numbers (3GPP TS 33.102 annex C). SQN is 48 bits: SEQ (43 bits), then IND (5 bits), the place in the card's
 * array of 32 that the number is compared with. Both are kept as bigint; on the wire SQN is 6 octets, most significant first.
 */
export const INDEX_BITS = 5n;

/** Entries of the card's array, and values of IND. */
export const ARRAY_SIZE = 32;

const MAXIMUM_SQN = 2n ** 48n - 1n;
const MAXIMUM_SEQ = 2n ** 43n - 1n;

/** SEQ and IND of one sequence number. */
export interface SequenceNumber {
  /** 0 .. 2^43 - 1 */
  readonly seq: bigint;
  /** 0 .. 31 */
  readonly ind: number;
}

/** @throws AkaError `BAD_SEQUENCE_NUMBER` */
export function splitSequenceNumber(sqn: bigint): SequenceNumber {
  checkRange(sqn, MAXIMUM_SQN, 'SQN');
  return { seq: sqn >> INDEX_BITS, ind: Number(sqn & BigInt(ARRAY_SIZE - 1)) };
}

/** @throws AkaError `BAD_SEQUENCE_NUMBER` */
export function joinSequenceNumber({ seq, ind }: SequenceNumber): bigint {
  checkRange(seq, MAXIMUM_SEQ, 'SEQ');
  checkRange(BigInt(ind), BigInt(ARRAY_SIZE - 1), 'IND');
  return (seq << INDEX_BITS) | BigInt(ind);
}

/** `value` (an SQN, or a SEQ without index as profile packages have it) as 6 octets. @throws AkaError `BAD_SEQUENCE_NUMBER` */
export function encodeSequenceNumber(value: bigint): Uint8Array {
  checkRange(value, MAXIMUM_SQN, 'SQN');
  const out = Buffer.alloc(6);
  out.writeUIntBE(Number(value), 0, 6);
  return out;
}

/** The number in 6 octets. @throws AkaError `BAD_SIZE` */
export function decodeSequenceNumber(octets: Uint8Array): bigint {
  expectSize(octets, 6, 'SQN');
  return BigInt(Buffer.from(octets).readUIntBE(0, 6));
}

/**
 * The number after `last` for an authentication centre that counts (annex C.1.1.1, C.1.2): the next SEQ at the next index.
 *
 * Going round the indices lets up to 32 vectors be outstanding and used in any order without a refusal by the card.
 *
 * @throws AkaError `SEQUENCE_NUMBERS_EXHAUSTED`, `BAD_SEQUENCE_NUMBER`
 */
export function nextSequenceNumber(last: bigint): bigint {
  const { seq, ind } = splitSequenceNumber(last);
  if (seq === MAXIMUM_SEQ) throw new AkaError('SEQUENCE_NUMBERS_EXHAUSTED', 'no sequence number is left');
  return joinSequenceNumber({ seq: seq + 1n, ind: (ind + 1) % ARRAY_SIZE });
}

/** What the card accepts besides "newer than the last at this index" (annex C.2.1, C.2.3). Differences of SEQ. */
export interface FreshnessRules {
  /** greatest jump above the highest SEQ seen (protection against wrap around); undefined: any */
  readonly delta?: bigint;
  /** how far below the highest SEQ seen a number may be; undefined: any distance */
  readonly ageLimit?: bigint;
}

/** Delta = 2^28 (annex C.3.2, and the default of profile packages, `000010000000`), no age limit. */
export const STANDARD_FRESHNESS: FreshnessRules = { delta: 2n ** 28n };

/** The card's memory: the last SEQ accepted at each index, 32 entries. Immutable; the caller stores the successor. */
export type AcceptedSequenceNumbers = readonly bigint[];

/** A card that has accepted nothing yet. */
export const NO_SEQUENCE_NUMBERS: AcceptedSequenceNumbers = Object.freeze(new Array<bigint>(ARRAY_SIZE).fill(0n));

/** The highest SEQ accepted at any index, as SQN_MS with its index. @throws AkaError `BAD_SIZE` */
export function highestAccepted(accepted: AcceptedSequenceNumbers): bigint {
  checkArray(accepted);
  let ind = 0;
  let seq = -1n;
  accepted.forEach((candidate, i) => {
    if (candidate > seq) {
      seq = candidate;
      ind = i;
    }
  });
  return joinSequenceNumber({ seq, ind });
}

/**
 * Decides on `sqn` (annex C.2): the successor of `accepted` when it is fresh, undefined when it must be refused.
 *
 * @throws AkaError `BAD_SIZE`, `BAD_SEQUENCE_NUMBER`
 */
export function acceptSequenceNumber(
  accepted: AcceptedSequenceNumbers,
  sqn: bigint,
  rules: FreshnessRules = STANDARD_FRESHNESS,
): AcceptedSequenceNumbers | undefined {
  const { seq, ind } = splitSequenceNumber(sqn);
  const { seq: highest } = splitSequenceNumber(highestAccepted(accepted));
  if (rules.delta !== undefined && seq - highest > rules.delta) return undefined;
  if (rules.ageLimit !== undefined && highest - seq >= rules.ageLimit) return undefined;
  if (seq <= (accepted[ind] ?? 0n)) return undefined;
  return accepted.with(ind, seq);
}

function checkRange(value: bigint, maximum: bigint, what: string): void {
  if (value < 0n || value > maximum) throw new AkaError('BAD_SEQUENCE_NUMBER', `${what} is out of range`);
}

function checkArray(accepted: AcceptedSequenceNumbers): void {
  if (accepted.length !== ARRAY_SIZE) {
    throw new AkaError('BAD_SIZE', `the array of sequence numbers has ${accepted.length} entries, not ${ARRAY_SIZE}`);
  }
}
